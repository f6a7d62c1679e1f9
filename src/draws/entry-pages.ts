import { type DrawEntries, ENTRY_BYTES } from './draw-entries.js'
import type { ProofEntry } from './proof.js'
import { uuidForm } from './ticket-value.js'

export const ENTRIES_A_PAGE = 5_000

/** Frozen entries as they are stored: so many, by entryId. */
export interface EntryPage {
  readonly page: number
  readonly firstEntryId: string
  readonly entries: Buffer
}

export function* pagesOf(entries: DrawEntries): Generator<EntryPage> {
  for (let from = 0; from < entries.size; from += ENTRIES_A_PAGE) {
    const to = Math.min(entries.size, from + ENTRIES_A_PAGE)
    yield { page: from / ENTRIES_A_PAGE, firstEntryId: entries.idAt(from), entries: entries.packed(from, to) }
  }
}

/** What a page holds, behind an entryId where one is given. */
export function* entriesOf({ entries }: EntryPage, after = ''): Generator<ProofEntry> {
  for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
    const entryId = uuidForm(entries.subarray(at, at + ENTRY_BYTES))
    if (entryId > after) yield { entryId, tickets: entries.readUInt32BE(at + ENTRY_BYTES - 4) }
  }
}

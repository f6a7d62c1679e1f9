import type { DrawEntries } from './draw-entries.js'

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

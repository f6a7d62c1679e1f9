import type { Database } from '../storage/database.js'
import { type AuditHead, faultOfEntry, faultOfHead, GENESIS } from './audit.js'
import { entriesBehind, readHead, readOfOneMoment } from './audit.store.js'

export interface ChainReport {
  /** Those that were found to be as they were made. */
  readonly entries: number
  readonly head: string
  /** The first entry that is not, and what differs; null where all are. */
  readonly fault: string | null
}

const PAGE_ENTRIES = 500

/** Recomputes every hash from the first entry on, and compares the last one with the head. */
export function checkChain(db: Database): Promise<ChainReport> {
  return db.transaction(async session => {
    await readOfOneMoment(session)
    const head = await readHead(session)
    let last: AuditHead = GENESIS
    let fault: string | null = null
    for (let after: number | null = null; fault === null; ) {
      const page = await entriesBehind(session, after, PAGE_ENTRIES)
      for (const entry of page) {
        fault ??= faultOfEntry(last, entry)
        if (fault !== null) break
        last = entry
      }
      if (page.length < PAGE_ENTRIES) break
      after = last.id
    }
    return { entries: last.id, head: last.hash, fault: fault ?? faultOfHead(last, head) }
  })
}

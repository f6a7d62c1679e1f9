import type { Queryable } from '../storage/database.js'
import type { AwardRow } from './draw.table.js'
import type { EntryPage } from './entry-pages.js'
import type { ProofAward } from './proof.js'

/** Of the frozen entries, so many of the pages behind one. */
export async function readEntryPages(
  db: Queryable,
  drawNumber: number,
  afterPage: number,
  limit: number,
): Promise<EntryPage[]> {
  const rows = await db.rows<{ page: number; first_entry_id: string; entries: Buffer }>(
    `/* readEntryPages */
     SELECT page, first_entry_id, entries FROM draw_entry_page
     WHERE draw_number = $1 AND page > $2 ORDER BY page LIMIT $3`,
    [drawNumber, afterPage, limit],
  )
  return rows.map(row => ({ page: row.page, firstEntryId: row.first_entry_id, entries: row.entries }))
}

/** The page in which an entry is, or would be; -1 where it comes before all. */
export async function pageOfEntry(db: Queryable, drawNumber: number, entryId: string): Promise<number> {
  const [row] = await db.rows<{ page: number | null }>(
    `/* pageOfEntry */
     SELECT max(page) AS page FROM draw_entry_page WHERE draw_number = $1 AND first_entry_id <= $2::uuid`,
    [drawNumber, entryId],
  )
  return row!.page ?? -1
}

/** By position, also those that were withheld. */
export async function readProofAwards(
  db: Queryable,
  drawNumber: number,
  afterPosition: number,
  limit: number,
): Promise<ProofAward[]> {
  const rows = await db.rows<AwardRow>(
    `/* readProofAwards */
     SELECT position, entry_id, ticket_number, ticket_value, outcome, prize_rank FROM prize_award
     WHERE draw_number = $1 AND position > $2 ORDER BY position LIMIT $3`,
    [drawNumber, afterPosition, limit],
  )
  return rows.map(row => ({
    position: row.position,
    entryId: row.entry_id,
    ticket: { number: row.ticket_number, value: row.ticket_value },
    outcome: row.outcome,
    prize: row.prize_rank === null ? null : { rank: row.prize_rank },
  }))
}

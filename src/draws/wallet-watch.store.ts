import type { Queryable } from '../storage/database.js'
import { textArray } from '../storage/sql-text.js'
import type { Stage } from './wallet-changes.js'

/** How far these draws have come, by id. */
export async function readStages(db: Queryable, drawIds: readonly string[]): Promise<Map<string, Stage>> {
  const rows = await db.rows<{ id: string; stage: string; is_drawn: boolean }>(
    `/* readStages */
     SELECT id, concat(number, ' ', drawn_at, ' ', cancelled_at) AS stage, drawn_at IS NOT NULL AS is_drawn
     FROM draw WHERE id = ANY($1::text[])`,
    [textArray(drawIds)],
  )
  return new Map(rows.map(({ id, stage, is_drawn }) => [id, { stage, isDrawn: is_drawn }]))
}

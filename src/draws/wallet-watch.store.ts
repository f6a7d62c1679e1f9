import type { Queryable } from '../storage/database.js'
import { textArray } from '../storage/sql-text.js'

/** By id: another text once the draw is changed, cancelled or made. */
export async function readStages(db: Queryable, drawIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.rows<{ id: string; stage: string }>(
    `/* readStages */
     SELECT id, concat(number, ' ', drawn_at, ' ', cancelled_at) AS stage FROM draw WHERE id = ANY($1::text[])`,
    [textArray(drawIds)],
  )
  return new Map(rows.map(({ id, stage }) => [id, stage]))
}

import { type Money, parseMoney } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { numberArray, ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import type { StoredDraw } from './stored-draw.js'
import type { Holding } from './wallet.js'

export interface HoldingKey {
  readonly draw: Pick<StoredDraw, 'number' | 'counting'>
  readonly playerId: string
}

interface HoldingRow {
  readonly stake: string
  readonly granted: number
  readonly excluded: boolean
  readonly opted_in_at: Millis | null
}

/** In the order asked. What was frozen stands; before that, what is counted so far. */
export async function readHoldings(db: Queryable, keys: readonly HoldingKey[]): Promise<Holding[]> {
  const rows = await db.rows<HoldingRow>(
    `/* readHoldings */
     SELECT coalesce(e.stake_total, s.stake, 0)::text AS stake, coalesce(e.granted, 0) AS granted,
       coalesce(e.excluded, false) AS excluded, e.opted_in_at
     FROM unnest($1::int[], $2::int[], $3::text[]) WITH ORDINALITY AS k(draw_number, counting, player_id, ord)
     LEFT JOIN LATERAL (
       SELECT (stakes::numeric[])[array_position(draws::int[], k.counting)] AS stake FROM draw_stake WHERE player_id = k.player_id
       ${ONE_LOOK_UP_A_ROW}) s ON true
     LEFT JOIN LATERAL (
       SELECT stake_total, granted, excluded, opted_in_at FROM draw_entry
       WHERE draw_number = k.draw_number AND player_id = k.player_id
       ${ONE_LOOK_UP_A_ROW}) e ON true
     ORDER BY k.ord`,
    [
      numberArray(keys.map(key => key.draw.number)),
      numberArray(keys.map(key => key.draw.counting)),
      textArray(keys.map(key => key.playerId)),
    ],
  )
  return rows.map(row => ({
    stakeTotal: parseMoney(row.stake) as Money,
    granted: row.granted,
    excluded: row.excluded,
    optedInAt: row.opted_in_at,
  }))
}

import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { instantArray, moneyArray, numberArray } from '../storage/sql-text.js'
import type { HousePaneDelta } from './game-deltas.js'
import type { PnlGrain } from './pnl-bucket.js'

const ADDED =
  'bets = p.bets + excluded.bets, turnover = p.turnover + excluded.turnover, payouts = p.payouts + excluded.payouts'

/** In the lane's own rows, by time: the minutes that are given, and their hours. */
export const addToHousePanes = (session: Queryable, lane: number, minutes: readonly HousePaneDelta[]) =>
  session.rows(
    `/* addToHousePanes */
     WITH given AS (
       SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::numeric[], $4::numeric[])
         AS d(pane_start, bets, turnover, payouts)),
     in_minutes AS (
       INSERT INTO house_pane AS p (pane_start, lane, bets, turnover, payouts)
       SELECT pane_start, $5, bets, turnover, payouts FROM given
       ON CONFLICT (pane_start, lane) DO UPDATE SET ${ADDED})
     INSERT INTO house_hour_pane AS p (pane_start, lane, bets, turnover, payouts)
     SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz), $5, sum(bets), sum(turnover), sum(payouts)
     FROM given GROUP BY 1 ORDER BY 1
     ON CONFLICT (pane_start, lane) DO UPDATE SET ${ADDED}`,
    [
      instantArray(minutes.map(p => p.paneStart)),
      numberArray(minutes.map(p => p.bets)),
      moneyArray(minutes.map(p => p.turnover)),
      moneyArray(minutes.map(p => p.payouts)),
      lane,
    ],
  )

export interface SumsRow {
  readonly bucket_start: Millis
  readonly bets: number
  readonly turnover: string
  readonly payouts: string
}

const SOURCES: Readonly<Record<PnlGrain, { readonly table: string; readonly bucket: string }>> = {
  MINUTE: { table: 'house_pane', bucket: 'pane_start' },
  HOUR: { table: 'house_hour_pane', bucket: 'pane_start' },
  DAY: { table: 'house_hour_pane', bucket: `date_bin('1 day', pane_start, 'epoch'::timestamptz)` },
}

/** By time, `limit` at most; from and to are whole buckets. */
export function readHouseSums(
  db: Queryable,
  grain: PnlGrain,
  { from, to }: { readonly from: Millis; readonly to: Millis },
  limit: number,
): Promise<SumsRow[]> {
  const { table, bucket } = SOURCES[grain]
  return db.rows<SumsRow>(
    `/* readHouseSums */
     SELECT ${bucket} AS bucket_start, sum(bets)::bigint AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
     FROM ${table} WHERE pane_start >= $1::timestamptz AND pane_start < $2::timestamptz
     GROUP BY 1 ORDER BY 1 LIMIT $3`,
    [formatInstant(from), formatInstant(to), limit],
  )
}

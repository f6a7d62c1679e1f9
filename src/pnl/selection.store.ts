import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { moneyArray, numeric, textArray } from '../storage/sql-text.js'
import type { SelectionDelta } from './game-deltas.js'
import { fineText } from './position.js'

const instants = (times: readonly (Millis | undefined)[]): string =>
  `{${times.map(at => (at === undefined ? 'NULL' : formatInstant(at))).join(',')}}`

/** Ids that come with a time; null where there is none. */
const ids = (values: readonly (string | undefined)[]): string => textArray(values.map(value => value ?? null))

/** Takes the columns over where what comes says them of a later (at, by). */
const newest = (columns: readonly string[], at: string, by: string): string =>
  columns
    .map(
      column => `${column} = CASE WHEN excluded.${at} IS NOT NULL
         AND (s.${at} IS NULL OR (excluded.${at}, excluded.${by}) > (s.${at}, s.${by}))
         THEN excluded.${column} ELSE s.${column} END`,
    )
    .join(', ')

/** In the lane's own rows, by game, market and selection. The newest quote stands, and the newest outcome. */
export const addToSelections = (session: Queryable, lane: number, deltas: readonly SelectionDelta[]) =>
  session.rows(
    `/* addToSelections */
     INSERT INTO market_selection AS s (game, bet_market, selection, lane, odds, quoted_at, quoted_by, open_stake,
       open_liability, won, settled_at, settled_by)
     SELECT game, bet_market, selection, $12, odds, quoted_at, quoted_by, open_stake, open_liability, won, settled_at,
       settled_by
     FROM unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::timestamptz[], $6::text[], $7::numeric[],
       $8::numeric[], $9::boolean[], $10::timestamptz[], $11::text[])
       AS d(game, bet_market, selection, odds, quoted_at, quoted_by, open_stake, open_liability, won, settled_at, settled_by)
     ON CONFLICT (game, bet_market, selection, lane) DO UPDATE SET
       ${newest(['odds', 'quoted_at', 'quoted_by'], 'quoted_at', 'quoted_by')},
       ${newest(['won', 'settled_at', 'settled_by'], 'settled_at', 'settled_by')},
       open_stake = s.open_stake + excluded.open_stake,
       open_liability = s.open_liability + excluded.open_liability`,
    [
      textArray(deltas.map(d => d.game)),
      textArray(deltas.map(d => d.betMarket)),
      textArray(deltas.map(d => d.selection)),
      `{${deltas.map(d => (d.quote === null ? 'NULL' : numeric(d.quote.odds))).join(',')}}`,
      instants(deltas.map(d => d.quote?.occurredAt)),
      ids(deltas.map(d => d.quote?.eventId)),
      moneyArray(deltas.map(d => d.openStake)),
      `{${deltas.map(d => fineText(d.openLiability)).join(',')}}`,
      `{${deltas.map(d => d.outcome?.won ?? 'NULL').join(',')}}`,
      instants(deltas.map(d => d.outcome?.occurredAt)),
      ids(deltas.map(d => d.outcome?.eventId)),
      lane,
    ],
  )

import type { Queryable } from '../storage/database.js'

/** Figures by name, as text: they are compared and shown, never reckoned with. */
export type Figures = Readonly<Record<string, string>>

/** What is kept of one group, and what a recount says. */
export interface BookDifference {
  readonly group: string
  readonly summed: Figures
  readonly raw: Figures
}

export interface BookComparison {
  readonly groups: number
  readonly differing: number
  /** The first of them. */
  readonly differences: readonly BookDifference[]
}

export interface WaitingSettlements {
  readonly count: number
  /** The first of them. */
  readonly bets: readonly { readonly player_id: string; readonly bet_id: string }[]
}

export type Grain = 'minute' | 'hour' | 'day'

const BUCKETS: Record<Grain, { view: string; width: string; lateWidth: string; shape: string }> = {
  minute: { view: 'game_pnl_1m', width: '1 minute', lateWidth: '5 minutes', shape: 'YYYY-MM-DD"T"HH24:MI"Z"' },
  hour: { view: 'game_pnl_1h', width: '1 hour', lateWidth: '1 hour', shape: 'YYYY-MM-DD"T"HH24"Z"' },
  day: { view: 'game_pnl_1d', width: '1 day', lateWidth: '1 day', shape: 'YYYY-MM-DD' },
}

/**
 * The buckets as they are read, from panes and aggregates alike, against the events. One that a late pane lies in is
 * left out while it waits for its refresh. `fromOldestEvent`: retention drops whole days, and the sums of these stay.
 */
export const compareBuckets = (db: Queryable, grain: Grain, fromOldestEvent: boolean, limit: number) => {
  const { view, width, lateWidth, shape } = BUCKETS[grain]
  const late = (at: string) => `date_bin('${lateWidth}', ${at}, 'epoch'::timestamptz)`
  const included = `bucket_start >= from_day
           AND ${late('bucket_start')} NOT IN (SELECT ${late('pane_start')} FROM late_pane)`
  return compare(db, fromOldestEvent, limit, {
    keys: ['game', 'bucket_start'],
    group: `concat_ws(' ', '${grain} ' || to_char(bucket_start AT TIME ZONE 'UTC', '${shape}'), nullif(game, ''))`,
    figures: ['bets', 'turnover', 'payouts'],
    summed: `SELECT game, bucket_start, bets, turnover, payouts FROM ${view}, bound WHERE ${included}`,
    raw: `SELECT * FROM (
           SELECT game, date_bin('${width}', occurred_at, 'epoch'::timestamptz) AS bucket_start, sum(bets) AS bets,
             sum(turnover) AS turnover, sum(payouts) AS payouts
           FROM event GROUP BY 1, 2) e, bound WHERE ${included}`,
  })
}

const HOUSE: Record<'minute' | 'hour', string> = { minute: 'house_pane', hour: 'house_hour_pane' }

/** The same of all events together: these are written at once, however late, so nothing is left out. */
export const compareHouse = (db: Queryable, grain: 'minute' | 'hour', fromOldestEvent: boolean, limit: number) => {
  const { width, shape } = BUCKETS[grain]
  return compare(db, fromOldestEvent, limit, {
    keys: ['bucket_start'],
    group: `'${grain} ' || to_char(bucket_start AT TIME ZONE 'UTC', '${shape}') || ' of the house'`,
    figures: ['bets', 'turnover', 'payouts'],
    summed: `SELECT pane_start AS bucket_start, sum(bets) AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
         FROM ${HOUSE[grain]}, bound WHERE pane_start >= from_day GROUP BY 1`,
    raw: `SELECT date_bin('${width}', occurred_at, 'epoch'::timestamptz) AS bucket_start, sum(bets) AS bets,
           sum(turnover) AS turnover, sum(payouts) AS payouts
         FROM event GROUP BY 1`,
  })
}

/** Positions against the events, with days that retention has dropped as they are kept, and against the bets. */
export const comparePositions = (db: Queryable, fromOldestEvent: boolean, limit: number) =>
  compare(db, fromOldestEvent, limit, {
    keys: ['game'],
    group: `CASE game WHEN '' THEN 'no game' ELSE 'game ' || game END`,
    figures: ['bets', 'turnover', 'payouts', 'open_bets', 'open_stake', 'liability', 'waiting'],
    summed: `SELECT game, sum(bets) AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts,
           sum(open_bets) AS open_bets, sum(open_stake) AS open_stake, sum(liability) AS liability, sum(waiting) AS waiting
         FROM game_position GROUP BY 1`,
    raw: `SELECT game, sum(bets) AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts,
           sum(open_bets) AS open_bets, sum(open_stake) AS open_stake, sum(liability) AS liability, sum(waiting) AS waiting
         FROM (
           SELECT game, bets, turnover, payouts, 0 AS open_bets, 0 AS open_stake, 0 AS liability, 0 AS waiting
           FROM event WHERE game <> ''
           UNION ALL
           SELECT game, bets, turnover, payouts, 0, 0, 0, 0
           FROM game_pnl_1d, bound WHERE game <> '' AND bucket_start < from_day
           UNION ALL
           SELECT game, 0, 0, 0, 1, stake, stake * odds, 0 FROM open_bet WHERE game <> ''
           UNION ALL
           SELECT coalesce(game, ''), 0, 0, 0, 0, 0, 0, 1 FROM bet WHERE ${WAITING}) parts
         GROUP BY 1`,
  })

/** What is open on each selection, of bets without a probability of their own. */
export const compareSelections = (db: Queryable, limit: number) =>
  compare(db, false, limit, {
    keys: ['game', 'bet_market', 'selection'],
    group: `concat_ws(' ', 'selection', game, bet_market, nullif(selection, ''))`,
    figures: ['open_stake', 'open_liability'],
    summed: `SELECT game, bet_market, selection, sum(open_stake) AS open_stake, sum(open_liability) AS open_liability
         FROM market_selection GROUP BY 1, 2, 3`,
    raw: `SELECT game, bet_market, coalesce(selection, '') AS selection, sum(stake) AS open_stake,
           sum(stake * odds) AS open_liability
         FROM open_bet WHERE game <> '' AND bet_market IS NOT NULL AND probability IS NULL GROUP BY 1, 2, 3`,
  })

const WAITING = 'closed_at IS NOT NULL AND placed_at IS NULL AND NOT cancelled'

export async function waitingSettlements(db: Queryable, limit: number): Promise<WaitingSettlements> {
  const [row] = await db.rows<{ count: number; bets: WaitingSettlements['bets'] | null }>(
    `/* waitingSettlements */
     WITH waiting AS (SELECT player_id, bet_id, closed_at FROM bet WHERE ${WAITING}),
     first AS (SELECT * FROM waiting ORDER BY closed_at, player_id, bet_id LIMIT $1)
     SELECT (SELECT count(*) FROM waiting) AS count, (SELECT json_agg(first) FROM first) AS bets`,
    [limit],
  )
  return { count: row!.count, bets: row!.bets ?? [] }
}

interface Recount {
  readonly keys: readonly string[]
  readonly group: string
  readonly figures: readonly string[]
  /** Zeros and nothing are the same: an event may have changed nothing. */
  readonly summed: string
  readonly raw: string
}

/** One statement, and so of one moment: what is committed meanwhile is in both or in neither. */
async function compare(db: Queryable, fromOldestEvent: boolean, limit: number, recount: Recount) {
  const { keys, group, figures, summed, raw } = recount
  const list = keys.join(', ')
  const all = (side: string) => figures.map(name => `coalesce(${side}.${name}, 0)`).join(', ')
  const [row] = await db.rows<{ groups: number; differing: number; differences: BookDifference[] | null }>(
    `/* compareBooks */
     WITH bound AS (
       SELECT CASE WHEN $1::boolean THEN date_bin('1 day', min(occurred_at), 'epoch'::timestamptz) ELSE '-infinity' END
         AS from_day
       FROM player_event),
     event AS (
       SELECT coalesce(book_game, game, '') AS game, occurred_at,
         coalesce(bets, CASE event_type WHEN 'bet' THEN 1 ELSE 0 END) AS bets, turnover, payouts
       FROM player_event WHERE event_type IN ('bet', 'win', 'settlement', 'refund', 'rollback')),
     open_bet AS (
       SELECT * FROM bet
       WHERE placed_at IS NOT NULL AND closed_at IS NULL AND odds IS NOT NULL AND NOT cancelled),
     summed AS (${summed}),
     raw AS (${raw}),
     compared AS (
       SELECT ${list}, ${group} AS group_name, ${object('s', figures)} AS summed, ${object('r', figures)} AS raw,
         (${all('s')}) IS DISTINCT FROM (${all('r')}) AS differs
       FROM summed s FULL JOIN raw r USING (${list})),
     first AS (SELECT * FROM compared WHERE differs ORDER BY ${list} LIMIT $2)
     SELECT (SELECT count(*) FROM compared) AS groups, (SELECT count(*) FROM compared WHERE differs) AS differing,
       (SELECT json_agg(json_build_object('group', group_name, 'summed', summed, 'raw', raw) ORDER BY ${list})
        FROM first) AS differences`,
    [fromOldestEvent, limit],
  )
  return { groups: row!.groups, differing: row!.differing, differences: row!.differences ?? [] }
}

const object = (side: string, figures: readonly string[]): string =>
  `json_build_object(${figures
    .map(name => `'${name.replaceAll('_', ' ')}', trim_scale(coalesce(${side}.${name}, 0)::numeric)::text`)
    .join(', ')})`

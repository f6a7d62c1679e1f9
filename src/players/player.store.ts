import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { instantArray, moneyArray, numberArray, ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import type { PaneDelta } from './pane.js'
import type { ActivityRow, BatchOpening, LeaderboardRow, PlayerRow } from './player.table.js'
import type { SeenPlayer } from './seen-players.js'

/**
 * Writes the rows of players that are new or have moved on, and tells which are new, under which rules and horizon the
 * batch runs, and to which of its shards another process wrote last. The shards are locked already.
 */
export async function openBatch(
  session: Queryable,
  players: readonly SeenPlayer[],
  shards: readonly number[],
  writer: string,
): Promise<BatchOpening> {
  const [opening] = await session.rows<BatchOpening>(
    `/* openBatch */
     WITH written AS (
       INSERT INTO player AS p (player_id, first_seen_at, last_seen_at)
       SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS k(player_id, first_at, last_at)
       ON CONFLICT (player_id) DO UPDATE SET
         first_seen_at = least(p.first_seen_at, excluded.first_seen_at),
         last_seen_at = greatest(p.last_seen_at, excluded.last_seen_at)
       -- What was there before was locked, and so has an xmax.
       RETURNING player_id, xmax = 0 AS is_new)
     SELECT r.revision, h.pane_start AS horizon,
       ARRAY(SELECT shard FROM player_shard WHERE shard = ANY($4::smallint[]) AND writer <> $5) AS foreign_shards,
       ARRAY(SELECT player_id FROM written WHERE is_new) AS new_players
     FROM rules_head r, horizon h`,
    [
      textArray(players.map(p => p.playerId)),
      instantArray(players.map(p => p.firstAt)),
      instantArray(players.map(p => p.lastAt)),
      numberArray(shards),
      writer,
    ],
  )
  return opening!
}

/** From this batch on, this process is the last writer of these shards. */
export const takeShards = (session: Queryable, shards: readonly number[], writer: string) =>
  session.rows('/* takeShards */ UPDATE player_shard SET writer = $2 WHERE shard = ANY($1::smallint[])', [
    numberArray(shards),
    writer,
  ])

/** A batch has few distinct panes, types and game types: rows name them by their place in a list of the distinct ones. */
export function addToPanes(session: Queryable, panes: readonly PaneDelta[]): Promise<unknown> {
  const places = new Map<string, number>()
  const distinct: PaneDelta[] = []
  const placeOf = (pane: PaneDelta): number => {
    const key = `${pane.paneStart}\0${pane.eventType}\0${pane.gameType}`
    let place = places.get(key)
    if (place === undefined) {
      place = distinct.push(pane)
      places.set(key, place)
    }
    return place
  }
  const placeOfRow = panes.map(placeOf)
  return session.rows(
    `/* addToPanes */
     INSERT INTO player_pane AS p (player_id, pane_start, event_type, game_type, amount, turnover, payouts, event_count)
     SELECT player_id, ($7::timestamptz[])[place], ($8::text[])[place], ($9::text[])[place], amount, turnover, payouts,
       event_count
     FROM unnest($1::text[], $2::int[], $3::numeric[], $4::numeric[], $5::numeric[], $6::bigint[])
       AS r(player_id, place, amount, turnover, payouts, event_count)
     ON CONFLICT (player_id, pane_start, event_type, game_type) DO UPDATE SET
       amount = p.amount + excluded.amount,
       turnover = p.turnover + excluded.turnover,
       payouts = p.payouts + excluded.payouts,
       event_count = p.event_count + excluded.event_count`,
    [
      textArray(panes.map(p => p.playerId)),
      numberArray(placeOfRow),
      moneyArray(panes.map(p => p.amount)),
      moneyArray(panes.map(p => p.turnover)),
      moneyArray(panes.map(p => p.payouts)),
      numberArray(panes.map(p => p.eventCount)),
      instantArray(distinct.map(p => p.paneStart)),
      textArray(distinct.map(p => p.eventType)),
      textArray(distinct.map(p => p.gameType)),
    ],
  )
}

/** The row may lag behind the player's last events by a minute, so what came behind it is asked for. */
const PLAYER_COLUMNS = `p.player_id, p.first_seen_at, greatest(p.last_seen_at, (
  SELECT max(e.occurred_at) FROM player_event e
  WHERE e.player_id = p.player_id AND e.occurred_at > p.last_seen_at)) AS last_seen_at,
  s.reason, s.since, s.until_at, s.suppressed_by`

const inForce = (at: string) => `(s.until_at IS NULL OR s.until_at > ${at}::timestamptz)`

const PLAYERS_WITH_SUPPRESSION = (at: string) => `player p LEFT JOIN LATERAL (
  SELECT * FROM suppression s WHERE s.player_id = p.player_id AND ${inForce(at)} ${ONE_LOOK_UP_A_ROW}) s ON true`

/** With the suppression in force at this time of the wall clock. */
export const findPlayers = (db: Queryable, ids: readonly string[], at: Millis): Promise<PlayerRow[]> =>
  db.rows<PlayerRow>(
    `/* findPlayers */
     SELECT ${PLAYER_COLUMNS} FROM ${PLAYERS_WITH_SUPPRESSION('$2')} WHERE p.player_id = ANY($1::text[])`,
    [textArray(ids), formatInstant(at)],
  )

export interface PlayerPage {
  readonly idPrefix: string | null
  /** Null: whether or not. */
  readonly suppressed: boolean | null
  readonly after: string | null
  readonly limit: number
}

/** The upper end of a prefix is the prefix with the highest code point behind it: ids compare byte by byte. */
const inPage = (id: string) => `($1::text IS NULL OR (${id} >= $1 AND ${id} < $1 || U&'\\+10FFFF'))
       AND ($2::text IS NULL OR ${id} > $2)`

/** By id, with the suppression in force at this time of the wall clock. */
export const listPlayers = (db: Queryable, page: PlayerPage, at: Millis): Promise<PlayerRow[]> =>
  page.suppressed === true ? listSuppressed(db, page, at) : listAll(db, page, at)

const listAll = (db: Queryable, { idPrefix, after, limit, suppressed }: PlayerPage, at: Millis) =>
  db.rows<PlayerRow>(
    `/* listPlayers */
     SELECT ${PLAYER_COLUMNS} FROM ${PLAYERS_WITH_SUPPRESSION('$4')}
     WHERE ${inPage('p.player_id')} AND ($5::boolean IS NULL OR s.player_id IS NULL)
     ORDER BY p.player_id LIMIT $3`,
    [idPrefix, after, limit, formatInstant(at), suppressed],
  )

/** Few are: theirs are looked for, rather than all players looked through. */
const listSuppressed = (db: Queryable, { idPrefix, after, limit }: PlayerPage, at: Millis) =>
  db.rows<PlayerRow>(
    `/* listSuppressed */
     SELECT ${PLAYER_COLUMNS} FROM suppression s CROSS JOIN LATERAL (
       SELECT * FROM player p WHERE p.player_id = s.player_id ${ONE_LOOK_UP_A_ROW}) p
     WHERE ${inPage('s.player_id')} AND ${inForce('$4')}
     ORDER BY s.player_id LIMIT $3`,
    [idPrefix, after, limit, formatInstant(at)],
  )

export interface ActivityWindow {
  readonly playerId: string
  readonly from: Millis
  readonly to: Millis
}

/** One row a window, in the order asked. */
export const readActivity = (db: Queryable, windows: readonly ActivityWindow[]): Promise<ActivityRow[]> =>
  db.rows<ActivityRow>(
    `/* readActivity */
     SELECT coalesce(a.turnover, 0) AS turnover, coalesce(a.payouts, 0) AS payouts, coalesce(a.event_count, 0)::bigint AS event_count
     FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS w(player_id, from_at, to_at, ord)
     CROSS JOIN LATERAL (
       SELECT sum(turnover) AS turnover, sum(payouts) AS payouts, sum(event_count) AS event_count
       FROM player_activity_5m a
       WHERE a.player_id = w.player_id AND a.pane_start >= w.from_at AND a.pane_start < w.to_at) a
     ORDER BY w.ord`,
    [
      textArray(windows.map(w => w.playerId)),
      instantArray(windows.map(w => w.from)),
      instantArray(windows.map(w => w.to)),
    ],
  )

const METRICS = {
  TURNOVER: 'sum(turnover)',
  PAYOUTS: 'sum(payouts)',
  NET_LOSS: 'sum(turnover) - sum(payouts)',
} as const
export type LeaderboardMetric = keyof typeof METRICS

export interface LeaderboardQuery {
  readonly metric: LeaderboardMetric
  readonly from: Millis
  readonly to: Millis
  readonly gameType: string | null
  readonly limit: number
}

export const readLeaderboard = (db: Queryable, query: LeaderboardQuery): Promise<LeaderboardRow[]> =>
  db.rows<LeaderboardRow>(
    `/* readLeaderboard */
     SELECT player_id, ${METRICS[query.metric]} AS amount
     FROM player_activity_5m
     WHERE pane_start >= $1::timestamptz AND pane_start < $2::timestamptz AND ($3::text IS NULL OR game_type = $3)
     GROUP BY player_id
     HAVING sum(turnover) <> 0 OR sum(payouts) <> 0
     ORDER BY amount DESC, player_id LIMIT $4`,
    [formatInstant(query.from), formatInstant(query.to), query.gameType, query.limit],
  )

import { floorTo, formatInstant, HOUR_MS, type Millis } from '../kernel/time.js'
import { AGGREGATES, GAME_1D, GAME_1H, GAME_1M, PLAYER_5M, type Range, refresh, refreshing } from './aggregates.js'
import { type Database, inTransaction, type Session } from './database.js'
import { lockGamePanes } from './game-panes-lock.js'
import { exclusiveRules } from './rules-lock.js'

/** An import that was finished long ago holds the horizon up no more. */
const STREAM_GONE = '2 days'
/** Batches queue behind whoever waits for the rules: who waits longer gives up, and the move comes again. */
const RULES_WAIT = '10s'
const PANES_A_DELETE = 20_000

/**
 * Moves the horizon past panes that every stream has left and nothing touched since `quietSince`. The aggregates are
 * refreshed first; a batch that wrote below the new horizon since then makes the move wait for the next run. Ingest waits
 * for the fence and for the flip alone.
 */
export async function moveHorizon(db: Database, latenessMs: number, quietSince: Millis): Promise<void> {
  await refreshing(db, async session => {
    const move = await reachableHorizon(session, latenessMs, quietSince)
    if (move.to <= move.from) return
    const fence = await setFence(session)
    for (const aggregate of AGGREGATES) {
      const { bucketMs } = aggregate
      // The hour that the horizon cuts is whole behind the move, and so has to be what came late to it.
      const from = floorTo(move.from, Math.max(bucketMs, HOUR_MS))
      await refresh(session, aggregate, { from, to: floorTo(move.to, bucketMs) })
    }
    if (await aggregatesHold(session, move)) await flip(session, move.to, fence)
  })
  await dropBelow(db)
}

async function reachableHorizon(session: Session, latenessMs: number, quietSince: Millis): Promise<Range> {
  const [row] = await session.rows<Range>(
    `/* reachableHorizon */
     WITH watermark AS (
       SELECT coalesce(min(stream_max) FILTER (WHERE active), max(stream_max)) - $1::bigint * interval '1 ms' AS at
       FROM (
         SELECT max(max_occurred_at) AS stream_max, max(last_commit_at) > now() - interval '${STREAM_GONE}' AS active
         FROM stream_progress GROUP BY stream) s
     ), busy AS (
       SELECT min(pane_start) AS at FROM pane_touch WHERE touched_at > $2::timestamptz
     )
     SELECT h.pane_start AS from,
       date_bin('5 minutes', least(w.at, b.at, $2::timestamptz), 'epoch'::timestamptz) AS to
     FROM horizon h, watermark w, busy b
     WHERE w.at IS NOT NULL`,
    [latenessMs, formatInstant(quietSince)],
  )
  return row ?? { from: 0, to: 0 }
}

const underRules = <T>(session: Session, work: () => Promise<T>): Promise<T> =>
  inTransaction(session, async () => {
    await session.rows(`SET LOCAL lock_timeout = '${RULES_WAIT}'`)
    await exclusiveRules(session)
    return work()
  })

/** Every batch from before it is committed: whatever is touched later is told by the time of its touch. */
const setFence = (session: Session): Promise<string> =>
  underRules(session, async () => {
    const [row] = await session.rows<{ at: string }>('/* fence */ SELECT clock_timestamp()::text AS at')
    return row!.at
  })

const flip = (session: Session, to: Millis, fence: string): Promise<void> =>
  underRules(session, async () => {
    await session.rows(
      `/* moveHorizon */ UPDATE horizon SET pane_start = $1::timestamptz
       WHERE NOT EXISTS (SELECT FROM pane_touch WHERE pane_start < $1::timestamptz AND touched_at > $2::timestamptz)`,
      [formatInstant(to), fence],
    )
  })

/** Whether the aggregates say what the panes say that are about to go: of players in total, of games each. */
async function aggregatesHold(session: Session, { from, to }: Range): Promise<boolean> {
  const [row] = await session.rows<{ same: boolean }>(
    `/* aggregatesHold */
     WITH bound AS (
       SELECT $1::timestamptz AS from_at, $2::timestamptz AS to_at,
         date_bin('1 hour', $1::timestamptz, 'epoch'::timestamptz) AS from_hour,
         date_bin('1 hour', $2::timestamptz, 'epoch'::timestamptz) AS to_hour,
         date_bin('1 day', $1::timestamptz, 'epoch'::timestamptz) AS from_day,
         date_bin('1 day', $2::timestamptz, 'epoch'::timestamptz) AS to_day)
     SELECT ${totals('player_pane')} = ${totals(PLAYER_5M.name)}
       AND ${alike(games('game_pane_parts', 'pane_start', 'from_at', 'to_at'), games(GAME_1M.name, 'bucket_start', 'from_at', 'to_at'))}
       AND ${alike(games('game_hour_pane_parts', 'pane_start', 'from_hour', 'to_hour'), games(GAME_1H.name, 'bucket_start', 'from_hour', 'to_hour'))}
       AND ${alike(days(GAME_1H.name), days(GAME_1D.name))} AS same`,
    [formatInstant(from), formatInstant(to)],
  )
  return row?.same === true
}

const totals = (relation: string): string =>
  `(SELECT (coalesce(sum(event_count), 0), coalesce(sum(amount), 0)) FROM ${relation}, bound
       WHERE pane_start >= from_at AND pane_start < to_at)`

const games = (relation: string, at: string, from: string, to: string): string =>
  `SELECT game, ${at} AS bucket, sum(bets) AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts
         FROM ${relation}, bound WHERE ${at} >= ${from} AND ${at} < ${to} GROUP BY 1, 2`

const days = (relation: string): string =>
  `SELECT game, date_bin('1 day', bucket_start, 'epoch'::timestamptz) AS bucket, sum(bets) AS bets,
           sum(turnover) AS turnover, sum(payouts) AS payouts
         FROM ${relation}, bound WHERE bucket_start >= from_day AND bucket_start < to_day GROUP BY 1, 2`

/** Zeros and nothing are the same: an event may have changed nothing. */
const alike = (panes: string, aggregate: string): string =>
  `NOT EXISTS (
         SELECT FROM (${panes}) p FULL JOIN (${aggregate}) a USING (game, bucket)
         WHERE (coalesce(p.bets, 0), coalesce(p.turnover, 0), coalesce(p.payouts, 0))
           <> (coalesce(a.bets, 0), coalesce(a.turnover, 0), coalesce(a.payouts, 0)))`

const HORIZON = '(SELECT pane_start FROM horizon)'
const HORIZON_HOUR = "(SELECT date_bin('1 hour', pane_start, 'epoch'::timestamptz) FROM horizon)"

/**
 * The views do not see panes below the horizon any more, so these go in small steps. A fold that has read the horizon
 * before is over then, and the next one reads this.
 */
async function dropBelow(db: Database): Promise<void> {
  await dropPanes(db, 'player_pane', HORIZON)
  await dropPanes(db, 'game_pane', HORIZON, lockGamePanes)
  await dropPanes(db, 'game_hour_pane', HORIZON_HOUR, lockGamePanes)
  await db.rows(`/* dropTouchesBelow */ DELETE FROM pane_touch WHERE pane_start < ${HORIZON}`)
}

async function dropPanes(db: Database, table: string, below: string, lock?: typeof lockGamePanes): Promise<void> {
  for (;;) {
    const deleted = await db.transaction(async session => {
      await lock?.(session)
      const [row] = await session.rows<{ deleted: number }>(
        `/* dropPanesBelow */
         WITH old AS (
           DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM ${table} WHERE pane_start < ${below} LIMIT ${PANES_A_DELETE}))
           RETURNING 1)
         SELECT count(*) AS deleted FROM old`,
      )
      return row!.deleted
    })
    if (deleted < PANES_A_DELETE) return
  }
}

import { badInput } from '../kernel/errors.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Database, Queryable } from '../storage/database.js'
import { instantArray, numberArray, textArray } from '../storage/sql-text.js'
import type { StreamProgressRow } from './event.table.js'
import { STREAMS_MAX } from './stream.js'

const STREAM_LOCK = 7_420_004

/** Makes a stream known. The bound is exact, also when several nodes meet new streams at once. */
export async function registerStream(db: Database, name: string): Promise<void> {
  await db.transaction(async session => {
    await session.rows('/* streamLock */ SELECT pg_advisory_xact_lock($1)', [STREAM_LOCK])
    const [known] = await session.rows<{ streams: number; present: boolean }>(
      '/* knownStreams */ SELECT count(*) AS streams, coalesce(bool_or(name = $1), false) AS present FROM stream',
      [name],
    )
    if (known?.present) return
    if ((known?.streams ?? 0) >= STREAMS_MAX)
      throw badInput('stream', `is the ${STREAMS_MAX + 1}st: at most ${STREAMS_MAX}`, name)
    await session.rows('/* registerStream */ INSERT INTO stream (name) VALUES ($1)', [name])
  })
}

export interface ProgressStep {
  readonly stream: string
  readonly maxOccurredAt: Millis | null
  readonly events: number
  readonly rejected: number
}

/** What a batch adds to its streams and to the panes that it touched, in the lane's own rows. */
export const advanceStreams = (
  session: Queryable,
  lane: number,
  steps: readonly ProgressStep[],
  touchedPanes: readonly Millis[],
  at: Millis,
) =>
  session.rows(
    `/* advanceStreams */
     WITH touched AS (
       INSERT INTO pane_touch (pane_start, lane, touched_at)
       SELECT pane, $6, clock_timestamp() FROM unnest($7::timestamptz[]) AS pane ORDER BY 1
       ON CONFLICT (pane_start, lane) DO UPDATE SET touched_at = excluded.touched_at)
     INSERT INTO stream_progress AS p (stream, lane, max_occurred_at, last_commit_at, events, rejected)
     SELECT stream, $6, max_occurred_at, $5::timestamptz, events, rejected
     FROM unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::bigint[])
       AS s(stream, max_occurred_at, events, rejected) ORDER BY 1
     ON CONFLICT (stream, lane) DO UPDATE SET
       max_occurred_at = greatest(p.max_occurred_at, excluded.max_occurred_at),
       last_commit_at = excluded.last_commit_at,
       events = p.events + excluded.events,
       rejected = p.rejected + excluded.rejected`,
    [
      textArray(steps.map(step => step.stream)),
      textArray(steps.map(step => (step.maxOccurredAt === null ? null : formatInstant(step.maxOccurredAt)))),
      numberArray(steps.map(step => step.events)),
      numberArray(steps.map(step => step.rejected)),
      formatInstant(at),
      lane,
      instantArray(touchedPanes),
    ],
  )

/** The highest committed event time of each of these streams; those without an event are left out. */
export async function readHighs(session: Queryable, streams: readonly string[]): Promise<Map<string, Millis>> {
  const rows = await session.rows<{ stream: string; max_occurred_at: Millis }>(
    `/* readHighs */
     SELECT stream, max(max_occurred_at) AS max_occurred_at FROM stream_progress
     WHERE stream = ANY($1::text[]) AND max_occurred_at IS NOT NULL GROUP BY stream`,
    [textArray(streams)],
  )
  return new Map(rows.map(row => [row.stream, row.max_occurred_at]))
}

/** Panes below the horizon that this batch has events in: their aggregate has to be refreshed. */
export const markLatePanes = (session: Queryable, panes: readonly Millis[]) =>
  session.rows(
    `/* markLatePanes */
     INSERT INTO late_pane (pane_start, marked_at)
     SELECT pane, clock_timestamp() FROM unnest($1::timestamptz[]) AS pane ORDER BY 1
     ON CONFLICT (pane_start) DO UPDATE SET marked_at = excluded.marked_at`,
    [instantArray(panes)],
  )

export const streamProgress = (db: Queryable): Promise<StreamProgressRow[]> =>
  db.rows<StreamProgressRow>(
    `/* streamProgress */
     SELECT s.name AS stream, max(p.max_occurred_at) AS max_occurred_at, max(p.last_commit_at) AS last_commit_at,
       coalesce(sum(p.events), 0)::bigint AS events, coalesce(sum(p.rejected), 0)::bigint AS rejected
     FROM stream s LEFT JOIN stream_progress p ON p.stream = s.name
     GROUP BY s.name ORDER BY s.name`,
  )

import { DAY_MS, formatInstant, type Millis, PANE_MS } from '../kernel/time.js'
import { AGGREGATES, type Aggregate, type Range, refresh, refreshing, wholeBuckets } from './aggregates.js'
import type { Database, Session } from './database.js'

const REFRESH_MAX_MS = 30 * DAY_MS
const LATE_PANES_A_RUN = 1_000

interface LatePane {
  readonly pane: Millis
  /** To the microsecond: a pane that is marked again meanwhile is told by it. */
  readonly marked: string
  readonly horizon: Millis
  /** Retention has dropped its events: a refresh would empty what the aggregates still know. */
  readonly dropped: boolean
}

/**
 * Brings the panes that were marked late up to date, in all aggregates. A pane marked again meanwhile stays marked. An
 * hour or a day that the horizon cuts is left to the move that passes it; the horizon can't move during a run.
 */
export async function refreshLate(db: Database): Promise<void> {
  const [waiting] = await db.rows('/* anyLate */ SELECT FROM late_pane LIMIT 1')
  if (waiting !== undefined) await refreshing(db, refreshMarked)
}

async function refreshMarked(session: Session): Promise<void> {
  const late = await latePanes(session)
  const panes = late.filter(({ dropped }) => !dropped).map(({ pane }) => ({ from: pane, to: pane + PANE_MS }))
  const horizon = late[0]?.horizon ?? 0
  for (const aggregate of AGGREGATES) {
    for (const run of runsOf(aggregate, panes, horizon)) await refresh(session, aggregate, run)
  }
  if (late.length > 0) await unmark(session, late)
}

const latePanes = (session: Session): Promise<LatePane[]> =>
  session.rows<LatePane>(
    `/* latePanes */
     SELECT pane_start AS pane, marked_at::text AS marked, (SELECT pane_start FROM horizon) AS horizon,
       pane_start < (SELECT min(range_start) FROM timescaledb_information.chunks
         WHERE hypertable_schema = current_schema AND hypertable_name = 'player_event') IS TRUE AS dropped
     FROM late_pane ORDER BY pane_start LIMIT ${LATE_PANES_A_RUN}`,
  )

const unmark = (session: Session, late: readonly LatePane[]): Promise<unknown> =>
  session.rows(
    `/* latePanesDone */ DELETE FROM late_pane l USING unnest($1::timestamptz[], $2::timestamptz[]) AS seen(pane, marked)
     WHERE l.pane_start = seen.pane AND l.marked_at = seen.marked`,
    [late.map(row => formatInstant(row.pane)), late.map(row => row.marked)],
  )

/** Runs of whole buckets, ascending, broken where a gap is wider than a refresh is worth. */
export function runsOf(aggregate: Aggregate, panes: readonly Range[], horizon: Millis): Range[] {
  const runs: { from: Millis; to: Millis }[] = []
  for (const pane of panes) {
    const { from, to } = wholeBuckets(aggregate, pane, horizon)
    if (from >= to) continue
    const last = runs.at(-1)
    if (last !== undefined && from - last.to < aggregate.refreshGapMs && from - last.from < REFRESH_MAX_MS) last.to = to
    else runs.push({ from, to })
  }
  return runs
}

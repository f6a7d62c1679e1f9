import { type Clock, DAY_MS, formatInstant, HOUR_MS, type Millis, PANE_MS } from '../kernel/time.js'
import type { Database, Session } from './database.js'
import type { Engine, EngineChoice, EngineSettings } from './engine.js'
import { exclusiveRules } from './rules-lock.js'

const SETTINGS_LOCK = 7_420_005
const REFRESH_LOCK = 7_420_006
/** An import that was finished long ago holds the horizon up no more. */
const STREAM_GONE = '2 days'
const LATE_EVERY_MS = 1_000
const HORIZON_EVERY_MS = 60_000
/** Late panes that are this near to each other share one refresh: a call costs more than the empty panes between. */
const REFRESH_GAP_MS = 6 * HOUR_MS
const LATE_PANES_A_RUN = 5_000
const PANES_A_DELETE = 20_000
const REFRESH_FROM_MS = 60 * DAY_MS
const AGGREGATE = 'history.player_activity_5m'

/**
 * TimescaleDB: chunks, columnstore and retention are its own work. What is left here is the border between the panes
 * and the continuous aggregate, the horizon: moving it forward, and refreshing what arrives behind it.
 */
export class TimescaleEngine implements Engine {
  readonly name = 'timescaledb'
  readonly description: string

  constructor(
    private readonly db: Database,
    choice: EngineChoice,
    private readonly settings: EngineSettings,
    private readonly clock: Clock,
  ) {
    this.description = choice.description
  }

  readonly upkeep = [
    { name: 'refresh-late', everyMs: LATE_EVERY_MS, run: () => this.refreshLate() },
    { name: 'horizon', everyMs: HORIZON_EVERY_MS, run: () => this.moveHorizon() },
  ]

  /** One node at a time: several that start together would update the same rows of TimescaleDB's catalogue. */
  applySettings(): Promise<void> {
    const { chunkMs, retentionMs } = this.settings
    return this.db.transaction(async session => {
      await session.rows('/* settingsLock */ SELECT pg_advisory_xact_lock($1)', [SETTINGS_LOCK])
      await session.rows("/* chunkInterval */ SELECT set_chunk_time_interval('player_event', $1::interval)", [
        milliseconds(chunkMs),
      ])
      await session.rows("/* retentionOff */ SELECT remove_retention_policy('player_event', if_exists => true)")
      if (retentionMs > 0) {
        await session.rows(
          "/* retentionOn */ SELECT add_retention_policy('player_event', drop_after => $1::interval)",
          [milliseconds(retentionMs)],
        )
      }
      await this.replaceRefreshPolicy(session)
    })
  }

  /** It must not reach events that retention has dropped: a refresh there would empty the aggregate too. */
  private async replaceRefreshPolicy(session: Session): Promise<void> {
    const { retentionMs } = this.settings
    const startMs = retentionMs > 0 ? Math.min(REFRESH_FROM_MS, retentionMs - DAY_MS) : REFRESH_FROM_MS
    await session.rows(
      `/* refreshPolicyOff */ SELECT remove_continuous_aggregate_policy('${AGGREGATE}', if_exists => true)`,
    )
    await session.rows(
      `/* refreshPolicyOn */ SELECT add_continuous_aggregate_policy('${AGGREGATE}', start_offset => $1::interval,
         end_offset => $2::interval, schedule_interval => $3::interval, initial_start => now() + $3::interval)`,
      [milliseconds(startMs), milliseconds(DAY_MS), milliseconds(HOUR_MS)],
    )
  }

  /** Chunks are made by the insert. */
  async makeRoom(): Promise<void> {}
  forgetRoom(): void {}

  /** Brings the panes that were marked late up to date. A pane marked again meanwhile stays marked. */
  async refreshLate(): Promise<void> {
    const late = await this.db.rows<{ pane: Millis; marked: string }>(
      `/* latePanes */ SELECT pane_start AS pane, marked_at::text AS marked FROM late_pane ORDER BY 1 LIMIT ${LATE_PANES_A_RUN}`,
    )
    for (const run of runsOf(late.map(row => row.pane))) await this.refresh(run.from, run.to)
    if (late.length === 0) return
    await this.db.rows(
      `/* latePanesDone */ DELETE FROM late_pane l USING unnest($1::timestamptz[], $2::timestamptz[]) AS seen(pane, marked)
       WHERE l.pane_start = seen.pane AND l.marked_at = seen.marked`,
      [late.map(row => formatInstant(row.pane)), late.map(row => row.marked)],
    )
  }

  /**
   * Moves the horizon past panes that every stream has left and nothing touched for a while. The aggregate is refreshed
   * first; a batch that wrote below the new horizon since then makes the move wait for the next run.
   */
  async moveHorizon(): Promise<void> {
    const { from, to } = await this.reachableHorizon()
    if (to > from) {
      const fence = await this.db.transaction(async session => {
        await exclusiveRules(session)
        const [row] = await session.rows<{ at: string }>('/* fence */ SELECT clock_timestamp()::text AS at')
        return row!.at
      })
      await this.refresh(from, to)
      if (await this.aggregateHolds(from, to)) await this.flip(to, fence)
    }
    await this.dropPanesBelow()
  }

  private async reachableHorizon(): Promise<{ from: Millis; to: Millis }> {
    const [row] = await this.db.rows<{ from: Millis; to: Millis | null }>(
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
      [this.settings.latenessMs, formatInstant(this.clock() - this.settings.horizonQuietMs)],
    )
    return { from: row?.from ?? 0, to: row?.to ?? 0 }
  }

  private async aggregateHolds(from: Millis, to: Millis): Promise<boolean> {
    const [row] = await this.db.rows<{ same: boolean }>(
      `/* aggregateHolds */
       SELECT (SELECT (coalesce(sum(event_count), 0), coalesce(sum(amount), 0)) FROM player_pane
               WHERE pane_start >= $1::timestamptz AND pane_start < $2::timestamptz)
            = (SELECT (coalesce(sum(event_count), 0), coalesce(sum(amount), 0)) FROM ${AGGREGATE}
               WHERE pane_start >= $1::timestamptz AND pane_start < $2::timestamptz) AS same`,
      [formatInstant(from), formatInstant(to)],
    )
    return row?.same === true
  }

  private flip(to: Millis, fence: string): Promise<void> {
    return this.db.transaction(async session => {
      await exclusiveRules(session)
      await session.rows(
        `/* moveHorizon */ UPDATE horizon SET pane_start = $1::timestamptz
         WHERE NOT EXISTS (SELECT FROM pane_touch WHERE pane_start < $1::timestamptz AND touched_at > $2::timestamptz)`,
        [formatInstant(to), fence],
      )
    })
  }

  /** The views do not see panes below the horizon any more, so these go in small steps. */
  private async dropPanesBelow(): Promise<void> {
    for (;;) {
      const [row] = await this.db.rows<{ deleted: number }>(
        `/* dropPanesBelow */
         WITH old AS (
           DELETE FROM player_pane WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM player_pane WHERE pane_start < (SELECT pane_start FROM horizon) LIMIT ${PANES_A_DELETE}))
           RETURNING 1)
         SELECT count(*) AS deleted FROM old`,
      )
      if ((row?.deleted ?? 0) < PANES_A_DELETE) break
    }
    await this.db.rows(
      '/* dropTouchesBelow */ DELETE FROM pane_touch WHERE pane_start < (SELECT pane_start FROM horizon)',
    )
  }

  /**
   * A refresh can't run inside a transaction, and must not be cut short by the pool's statement timeout. Both jobs
   * refresh, and of two refreshes at once TimescaleDB fails one, or lets it return before the other's rows are there.
   */
  private refresh(from: Millis, to: Millis): Promise<void> {
    return this.db.withSession(async session => {
      await session.rows('SET statement_timeout = 0; SET timescaledb.materializations_per_refresh_window = 1000')
      await session.rows('/* refreshLock */ SELECT pg_advisory_lock($1)', [REFRESH_LOCK])
      try {
        await refreshRange(session, from, to)
      } finally {
        await session.rows('/* refreshDone */ SELECT pg_advisory_unlock($1)', [REFRESH_LOCK])
        await session.rows('RESET statement_timeout; RESET timescaledb.materializations_per_refresh_window')
      }
    })
  }
}

const milliseconds = (ms: number): string => `${ms} milliseconds`

const refreshRange = (session: Session, from: Millis, to: Millis): Promise<unknown> =>
  session.rows(
    `CALL refresh_continuous_aggregate('${AGGREGATE}', '${formatInstant(from)}'::timestamptz, '${formatInstant(to)}'::timestamptz)`,
  )

/** Runs of panes, ascending, broken where a gap is wider than a refresh is worth. */
function runsOf(panes: readonly Millis[]): { from: Millis; to: Millis }[] {
  const runs: { from: Millis; to: Millis }[] = []
  for (const pane of panes) {
    const last = runs.at(-1)
    if (last !== undefined && pane - last.to < REFRESH_GAP_MS && pane - last.from < 30 * DAY_MS)
      last.to = pane + PANE_MS
    else runs.push({ from: pane, to: pane + PANE_MS })
  }
  return runs
}

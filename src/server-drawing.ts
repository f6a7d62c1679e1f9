import type { Logger } from 'pino'
import type { Audit } from './audit/audit.js'
import { AdvanceDraw } from './draws/advance-draw.js'
import { replayAwards } from './draws/award.store.js'
import { BackfillDraw } from './draws/backfill-draw.js'
import { CloseDraw } from './draws/close-draw.js'
import { drawJob } from './draws/draw.job.js'
import { listDraws } from './draws/draw.store.js'
import { statusAt } from './draws/draw-status.js'
import { inThread } from './draws/draw-thread.js'
import { ExecuteDraw } from './draws/execute-draw.js'
import { MoveDraw } from './draws/move-draw.js'
import { AWARD_TOPIC } from './draws/prize-award.js'
import { ProvideEntropy } from './draws/provide-entropy.js'
import { settleDraw } from './draws/settle-draw.js'
import type { StreamMonitor } from './events/stream-monitor.js'
import type { Feed } from './feed/feed.js'
import { makeDrawMetrics } from './http/draw-metrics.js'
import type { Metrics } from './http/metrics.js'
import type { Clock } from './kernel/time.js'
import { suppressedAmong } from './players/suppression.store.js'
import type { Database } from './storage/database.js'

export interface DrawingParts {
  readonly reads: Database
  /** Connections of draws that move on. */
  readonly drawing: Database
  readonly feed: Feed
  readonly audit: Audit
  readonly drawKey: Uint8Array
  readonly monitor: StreamMonitor
  /** Resolves when what this node had received is committed. */
  readonly settled: () => Promise<unknown>
  readonly metrics: Metrics
  readonly log: Logger
  readonly clock: Clock
}

const THREAD = new URL('./server-draw-thread.js', import.meta.url)

/** What closes draws and makes them. */
export function makeDrawing({
  reads,
  drawing,
  feed,
  audit,
  drawKey,
  monitor,
  settled,
  metrics,
  log,
  clock,
}: DrawingParts) {
  const { observeStep } = makeDrawMetrics(metrics, async () => {
    const now = clock()
    return (await listDraws(reads)).map(draw => ({ ...draw, status: statusAt(draw, now) }))
  })
  const backfill = new BackfillDraw(reads, feed, suppressedAmong, clock)
  const closing = new CloseDraw(session => monitor.progress(session), settled, clock)
  const here = new MoveDraw(
    drawing,
    {
      backfill: async (session, draw, signal) => {
        await backfill.run(session, draw, signal)
        return true
      },
      close: (session, draw) => closing.run(session, draw),
      settle: async (session, draw) => {
        await settleDraw(session, draw)
        return true
      },
    },
    observeStep,
    clock,
  )
  const advance = new AdvanceDraw(
    (drawId, signal) => here.run(drawId, signal),
    (drawId, signal) => {
      const task = { databaseUrl: drawing.connectionString, drawKey, drawId, aheadMs: clock() - Date.now() }
      return inThread(THREAD, task, observeStep, signal)
    },
    (draw, error) => log.warn({ err: error, draw }, 'a draw could not move on, and will be tried again'),
  )
  return {
    advance,
    executing: new ExecuteDraw(reads, advance, audit, clock),
    providing: new ProvideEntropy(reads, advance, audit, clock),
    job: drawJob(reads, () => monitor.progress(), advance, clock),
  }
}

/** Before the feed starts. */
export function registerAwardTopic(feed: Feed, reads: Database): void {
  feed.registerTopic(AWARD_TOPIC, async (after, upTo, limit) =>
    (await replayAwards(reads, after, upTo, limit)).map(award => ({
      id: award.feedId,
      topic: AWARD_TOPIC,
      payload: award,
    })),
  )
}

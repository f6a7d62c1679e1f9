import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { SaveCampaign } from './campaigns/save-campaign.js'
import type { Config } from './config.js'
import { KnownStandings } from './draws/standing.js'
import { registerStream } from './events/stream.store.js'
import { StreamHighs } from './events/stream-highs.js'
import type { Feed } from './feed/feed.js'
import { observeFilters } from './http/campaign-metrics.js'
import type { Metrics } from './http/metrics.js'
import type { Clock } from './kernel/time.js'
import type { FilterReport } from './pipeline/campaign-step.js'
import { Ingest } from './pipeline/ingest.js'
import { Lane } from './pipeline/lane.js'
import { Lanes } from './pipeline/lanes.js'
import { RulesCache } from './pipeline/rules.js'
import type { CondemnedFilter } from './pipeline/run-filters.js'
import { SeenPlayers } from './players/seen-players.js'
import { KnownGames } from './pnl/known-games.js'
import type { CommittedGames } from './pnl/known-positions.js'
import type { Database } from './storage/database.js'
import type { Engine } from './storage/engine.js'
import { AmountBounds } from './vip/amount-bounds.js'

export interface IngestParts {
  readonly config: Config
  readonly saveCampaign: SaveCampaign
  readonly reads: Database
  readonly writes: Database
  readonly engine: Engine
  readonly feed: Feed
  /** Told of games whose positions have changed. */
  readonly onGames: (games: CommittedGames) => void
  readonly metrics: Metrics
  readonly log: Logger
  readonly clock: Clock
}

/** The write path of this node: lanes that share a memory, behind one queue. */
export function makeIngest({
  config,
  saveCampaign,
  reads,
  writes,
  engine,
  feed,
  onGames,
  metrics,
  log,
  clock,
}: IngestParts): Ingest {
  const highs = new StreamHighs()
  const memory = {
    writer: randomUUID(),
    rules: new RulesCache(),
    seenPlayers: new SeenPlayers(),
    bounds: new AmountBounds(),
    standings: new KnownStandings(),
    games: new KnownGames(),
    lateness: { highs, latenessMs: config.streams.latenessMs, ...config.campaigns },
    onFilters: (report: FilterReport) => watchFilters(report),
  }
  const observe = observeFilters(metrics)
  const switchOff = ({ campaign, reason, notRun }: CondemnedFilter) =>
    saveCampaign.switchOff(campaign, reason).then(
      saved => saved !== null && log.warn({ campaign: campaign.id, reason, notRun }, 'a campaign was switched off'),
      error => log.warn({ err: error, campaign: campaign.id }, 'a campaign could not be switched off'),
    )
  const watchFilters = (report: FilterReport) => {
    observe(report)
    for (const condemned of report.condemned) void switchOff(condemned)
  }
  const all = Array.from({ length: config.ingest.lanes }, (_, number) => {
    const { batchEventsMax, batchWaitMs } = config.ingest
    return new Lane({
      number,
      batchEventsMax,
      batchWaitMs,
      db: writes,
      engine,
      memory,
      clock,
      onCommitted: ({ effects, duplicates, refused, games }, batch, tookMs) => {
        metrics.observeBatch(batch.events.length, tookMs)
        metrics.countEvents('accepted', batch.events.length - duplicates.size - refused.size)
        metrics.countEvents('duplicate', duplicates.size)
        metrics.countEvents('rejected', batch.rejected.length + refused.size)
        feed.committed(effects)
        if (games !== null) onGames(games)
      },
      onTrouble: (message, error) => log.warn({ err: error, lane: number }, message),
    })
  })
  return new Ingest({
    lanes: new Lanes({
      all,
      spreadFromEvents: config.ingest.spreadFromEvents,
      leaveGaps: () => memory.rules.workBehindWrites,
      clock,
    }),
    queueEventsMax: config.ingest.queueEventsMax,
    clock,
    highs,
    registerStream: stream => registerStream(reads, stream),
    onBusy: metrics.countBusy,
  })
}

import type { Logger } from 'pino'
import type { Audit } from './audit/audit.js'
import type { Config } from './config.js'
import type { Metrics } from './http/metrics.js'
import { makeOutcomeModelMetrics } from './http/outcome-model-metrics.js'
import { makePnlMetrics } from './http/pnl-metrics.js'
import type { Clock } from './kernel/time.js'
import { lockShards, shardsOf } from './players/player-lock.js'
import { betRetentionJob, ForgetBets, type LockPlayers } from './pnl/bet-retention.job.js'
import { gameLedgerJob } from './pnl/game-ledger.job.js'
import { GamePnlResolver } from './pnl/game-pnl.resolver.js'
import { readTotals } from './pnl/game-pnl.store.js'
import { GameWatch } from './pnl/game-watch.js'
import type { CommittedGames } from './pnl/known-positions.js'
import { learnInThread } from './pnl/learning-thread.js'
import { outcomeModelJob } from './pnl/outcome-model.job.js'
import { OutcomeModelResolver } from './pnl/outcome-model.resolver.js'
import { findActiveModel } from './pnl/outcome-model.store.js'
import { PnlResolver } from './pnl/pnl.resolver.js'
import { ReadGamePnl } from './pnl/read-game-pnl.js'
import { TrainOutcomeModel } from './pnl/train-outcome-model.js'
import type { Database } from './storage/database.js'

export interface PnlParts {
  readonly config: Config
  readonly reads: Database
  readonly audit: Audit
  readonly metrics: Metrics
  readonly log: Logger
  readonly clock: Clock
}

export const PNL_RESOLVERS = [OutcomeModelResolver, GamePnlResolver, PnlResolver] as const

const lockPlayers: LockPlayers = (session, playerIds) => session.rows(lockShards(shardsOf(playerIds)))

/** What the API has of profit and loss. */
export function makePnl({ config, reads, audit, metrics, log, clock }: PnlParts) {
  const { countTraining } = makeOutcomeModelMetrics(metrics, () => findActiveModel(reads))
  const training = new TrainOutcomeModel({
    db: reads,
    learn: signal => learnInThread(reads.connectionString, signal),
    audit,
    clock,
    onEnd: countTraining,
  })
  const { outcomeModelEveryMs, gameEveryMs, betRetentionMs } = config.pnl
  const positions = new ReadGamePnl(reads)
  const { setGameSubscribers, countGameFrame } = makePnlMetrics(metrics, () => readTotals(reads))
  const gameWatch = new GameWatch({
    source: positions,
    everyMs: gameEveryMs,
    clock,
    onSubscribers: setGameSubscribers,
    onFrame: countGameFrame,
    onError: error => log.warn({ err: error }, 'games that are followed could not be read, and will be again'),
  })
  return {
    instances: [
      [OutcomeModelResolver, new OutcomeModelResolver(reads, training)],
      [GamePnlResolver, new GamePnlResolver(positions)],
      [PnlResolver, new PnlResolver(reads)],
    ] as const,
    gameWatch,
    /** Before anybody is answered. */
    onCommitted: (games: CommittedGames) => {
      positions.committed(games)
      gameWatch.changed(games.positions.map(({ game }) => game))
    },
    jobs: [
      gameLedgerJob(reads),
      betRetentionJob(new ForgetBets(reads, lockPlayers, betRetentionMs, clock)),
      ...(outcomeModelEveryMs === 0 ? [] : [outcomeModelJob(reads, training, outcomeModelEveryMs, clock)]),
    ],
    stop: async () => {
      training.stop()
      await gameWatch.stop()
    },
  }
}

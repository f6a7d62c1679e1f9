import type { Audit } from './audit/audit.js'
import type { Config } from './config.js'
import type { Metrics } from './http/metrics.js'
import { makeOutcomeModelMetrics } from './http/outcome-model-metrics.js'
import type { Clock } from './kernel/time.js'
import { learnInThread } from './pnl/learning-thread.js'
import { outcomeModelJob } from './pnl/outcome-model.job.js'
import { OutcomeModelResolver } from './pnl/outcome-model.resolver.js'
import { findActiveModel } from './pnl/outcome-model.store.js'
import { TrainOutcomeModel } from './pnl/train-outcome-model.js'
import type { Database } from './storage/database.js'

export interface PnlParts {
  readonly config: Config
  readonly reads: Database
  readonly audit: Audit
  readonly metrics: Metrics
  readonly clock: Clock
}

export const PNL_RESOLVERS = [OutcomeModelResolver] as const

/** What the API has of profit and loss. */
export function makePnl({ config, reads, audit, metrics, clock }: PnlParts) {
  const { countTraining } = makeOutcomeModelMetrics(metrics, () => findActiveModel(reads))
  const training = new TrainOutcomeModel({
    db: reads,
    learn: signal => learnInThread(reads.connectionString, signal),
    audit,
    clock,
    onEnd: countTraining,
  })
  const { outcomeModelEveryMs } = config.pnl
  return {
    instances: [[OutcomeModelResolver, new OutcomeModelResolver(reads, training)]] as const,
    jobs: outcomeModelEveryMs === 0 ? [] : [outcomeModelJob(reads, training, outcomeModelEveryMs, clock)],
    stop: () => training.stop(),
  }
}

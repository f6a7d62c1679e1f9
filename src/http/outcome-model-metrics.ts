import { Counter, Gauge } from 'prom-client'
import type { TrainingOutcome } from '../pnl/train-outcome-model.js'
import type { Metrics } from './metrics.js'

export interface JudgedModel {
  readonly logLoss: number
  readonly baselineLogLoss: number
}

const OUTCOMES: readonly TrainingOutcome[] = ['active', 'inactive', 'unchanged', 'refused', 'failed']

/** `readActive` is asked once a scrape. */
export function makeOutcomeModelMetrics(
  { registry }: Metrics,
  readActive: () => Promise<JudgedModel | null>,
): { countTraining(outcome: TrainingOutcome): void } {
  const registers = [registry]
  new Gauge({
    name: 'tidemark_outcome_model_log_loss',
    help: 'Of the active model and of the implied probability, on the markets it was judged by; absent: none is active',
    labelNames: ['of'],
    registers,
    async collect() {
      // A scrape has its other figures also while the database is away.
      const active = await readActive().catch(() => null)
      this.reset()
      if (active === null) return
      this.set({ of: 'model' }, active.logLoss)
      this.set({ of: 'baseline' }, active.baselineLogLoss)
    },
  })
  const trainings = new Counter({
    name: 'tidemark_outcome_model_trainings_total',
    help: 'Trainings that ended on this node, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of OUTCOMES) trainings.inc({ outcome }, 0)
  return { countTraining: outcome => trainings.inc({ outcome }) }
}

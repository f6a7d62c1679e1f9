import type { Audit, AuditDraft } from '../audit/audit.js'
import { AppError } from '../kernel/errors.js'
import { type Clock, formatInstant } from '../kernel/time.js'
import { type Database, inTransaction, type Session } from '../storage/database.js'
import type { Learned } from './learn-outcomes.js'
import { MARKETS_LEAST, type TrainedModel } from './outcome-model.js'
import {
  findActiveModel,
  findNewestModel,
  insertModel,
  lockTraining,
  type StoredModel,
  unlockTraining,
} from './outcome-model.store.js'

export type TrainingOutcome = 'active' | 'inactive' | 'unchanged' | 'refused' | 'failed'

export interface TrainingParts {
  readonly db: Database
  readonly learn: (signal: AbortSignal) => Promise<Learned>
  readonly audit: Audit
  readonly clock: Clock
  readonly onEnd: (outcome: TrainingOutcome) => void
}

const SYSTEM = 'system'

/**
 * Trains one model at a time over all nodes. A session of its own holds the claim, which the database lets go when the
 * node dies; until the model is stored, nothing has changed. Stopped for good when the node stops.
 */
export class TrainOutcomeModel {
  private readonly stopping = new AbortController()

  constructor(private readonly parts: TrainingParts) {}

  /** Throws CONFLICT, BAD_USER_INPUT, TIMEOUT or UNAVAILABLE. */
  async train(by: string): Promise<StoredModel> {
    const stored = await this.alone(async session => {
      const { markets, trained } = await this.parts.learn(this.stopping.signal)
      if (trained === null) throw tooFew(markets)
      return this.store(session, trained, by)
    })
    if (stored === null) throw new AppError('CONFLICT', 'a model is being trained: see outcomeModels in a while')
    return stored
  }

  /** By itself. Nothing where somebody trains, markets are too few, or the same as those of the newest model. */
  async trainWhereNew(): Promise<void> {
    await this.alone(async session => {
      const { trained } = await this.parts.learn(this.stopping.signal)
      if (trained === null) return this.parts.onEnd('refused')
      const newest = await findNewestModel(session)
      if (newest !== null && hasFiguresOf(newest, trained)) return this.parts.onEnd('unchanged')
      await this.store(session, trained, SYSTEM)
    })
  }

  stop(): void {
    this.stopping.abort()
  }

  private alone<T>(work: (session: Session) => Promise<T>): Promise<T | null> {
    return this.parts.db.withSession(async session => {
      if (!(await lockTraining(session))) return null
      try {
        return await work(session)
      } catch (error) {
        this.parts.onEnd(error instanceof AppError && error.code === 'BAD_USER_INPUT' ? 'refused' : 'failed')
        throw error
      } finally {
        await unlockTraining(session)
      }
    })
  }

  private async store(session: Session, trained: TrainedModel, by: string): Promise<StoredModel> {
    const { audit, clock, onEnd } = this.parts
    const stored = await inTransaction(session, async () => {
      const former = trained.active ? await findActiveModel(session) : null
      const model = await insertModel(session, trained, clock())
      const replaced = former === null ? [] : [draft(former.id, by, { active: true }, { active: false })]
      await audit.record(session, [...replaced, draft(model.id, by, null, auditedModel(model))])
      return model
    })
    onEnd(stored.active ? 'active' : 'inactive')
    return stored
  }
}

const draft = (id: number, actor: string, before: unknown, after: unknown): AuditDraft => ({
  actor,
  action: 'trainOutcomeModel',
  subject: `outcomeModel:${id}`,
  before,
  after,
})

const auditedModel = (model: StoredModel) => ({
  ...model,
  id: String(model.id),
  trainedAt: formatInstant(model.trainedAt),
})

const tooFew = (markets: number): AppError =>
  new AppError(
    'BAD_USER_INPUT',
    `a model learns from at least ${MARKETS_LEAST} settled markets, and is judged by ${MARKETS_LEAST} later ones, the latest fifth: there are ${markets} in all`,
  )

/** Training is deterministic: the same markets give the same figures to the last digit. */
const hasFiguresOf = (one: StoredModel, other: TrainedModel): boolean =>
  one.trainedOn === other.trainedOn &&
  one.evaluatedOn === other.evaluatedOn &&
  one.logLoss === other.logLoss &&
  one.brier === other.brier &&
  one.baselineLogLoss === other.baselineLogLoss &&
  one.baselineBrier === other.baselineBrier

import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import type { OutcomeModel, TrainedModel } from './outcome-model.js'

export interface ActiveModel {
  readonly id: number
  /** How many models had been active when this one became so. */
  readonly activation: number
  readonly trainedAt: Millis
  readonly model: OutcomeModel
}

/** A model that was trained, without its weights. */
export interface StoredModel extends Omit<TrainedModel, 'model'> {
  readonly id: number
  readonly kind: OutcomeModel['kind']
  readonly trainedAt: Millis
}

/** Null: chances are the bookmaker's implied ones. */
export async function findActiveModel(db: Queryable): Promise<ActiveModel | null> {
  const [active] = await db.rows<ActiveModel>(
    `/* findActiveModel */
     SELECT id, activation, trained_at AS "trainedAt", model FROM outcome_model
     WHERE activation IS NOT NULL ORDER BY activation DESC LIMIT 1`,
  )
  return active ?? null
}

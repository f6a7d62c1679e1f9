import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import type { OutcomeModel, TrainedModel } from './outcome-model.js'

/** A model that was trained, without what it has learned. */
export interface StoredModel extends Omit<TrainedModel, 'model'> {
  readonly id: number
  readonly kind: OutcomeModel['kind']
  readonly trainedAt: Millis
}

export interface ActiveModel extends StoredModel {
  /** How many models had been active when this one became so. */
  readonly activation: number
  readonly model: OutcomeModel
}

const MODELS_MAX = 1_000

const FIGURES = `id, kind, trained_at AS "trainedAt", trained_on AS "trainedOn", evaluated_on AS "evaluatedOn",
  log_loss AS "logLoss", brier, baseline_log_loss AS "baselineLogLoss", baseline_brier AS "baselineBrier",
  activation IS NOT NULL AND activation = (SELECT max(activation) FROM outcome_model) AS active`

/** Null: chances are the bookmaker's implied ones. */
export async function findActiveModel(db: Queryable): Promise<ActiveModel | null> {
  const [active] = await db.rows<ActiveModel>(
    `/* findActiveModel */
     SELECT ${FIGURES}, activation, model FROM outcome_model
     WHERE activation IS NOT NULL ORDER BY activation DESC LIMIT 1`,
  )
  return active ?? null
}

export async function findNewestModel(db: Queryable): Promise<StoredModel | null> {
  const [newest] = await db.rows<StoredModel>(
    `/* findNewestModel */ SELECT ${FIGURES} FROM outcome_model ORDER BY id DESC LIMIT 1`,
  )
  return newest ?? null
}

/** The newest ones first, and the active one wherever it stands. */
export const listModels = (db: Queryable): Promise<StoredModel[]> =>
  db.rows<StoredModel>(
    `/* listModels */
     SELECT ${FIGURES} FROM outcome_model
     WHERE id > (SELECT max(id) FROM outcome_model) - $1
       OR activation = (SELECT max(activation) FROM outcome_model)
     ORDER BY id DESC`,
    [MODELS_MAX],
  )

/** Where it is active, no other one is any more. Two that are stored at the same time cannot both be. */
export async function insertModel(db: Queryable, trained: TrainedModel, trainedAt: Millis): Promise<StoredModel> {
  const [row] = await db.rows<{ id: number }>(
    `/* insertModel */
     INSERT INTO outcome_model (kind, trained_at, trained_on, evaluated_on, log_loss, brier, baseline_log_loss,
       baseline_brier, model, activation)
     VALUES ($1, to_timestamp($2::double precision / 1000), $3, $4, $5, $6, $7, $8, $9,
       CASE WHEN $10 THEN (SELECT coalesce(max(activation), 0) + 1 FROM outcome_model) END)
     RETURNING id`,
    [
      trained.model.kind,
      trainedAt,
      trained.trainedOn,
      trained.evaluatedOn,
      trained.logLoss,
      trained.brier,
      trained.baselineLogLoss,
      trained.baselineBrier,
      JSON.stringify(trained.model),
      trained.active,
    ],
  )
  const { model, ...figures } = trained
  return { ...figures, id: row!.id, kind: model.kind, trainedAt }
}

const TRAINING_LOCK = 7_420_011

/** False: somebody else trains. Held by the session, whatever its transactions do. */
export async function lockTraining(session: Queryable): Promise<boolean> {
  const [claim] = await session.rows<{ mine: boolean }>(
    `/* lockTraining */ SELECT pg_try_advisory_lock(${TRAINING_LOCK}) AS mine`,
  )
  return claim!.mine
}

export const unlockTraining = (session: Queryable): Promise<unknown> =>
  session.rows(`/* unlockTraining */ SELECT pg_advisory_unlock(${TRAINING_LOCK})`)

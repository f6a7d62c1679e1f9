import { type Clock, MINUTE_MS } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { findNewestModel } from './outcome-model.store.js'
import type { TrainOutcomeModel } from './train-outcome-model.js'

/**
 * Trains every so often, counted from the newest model: whoever trained it, and however often nodes were started since.
 * What changed nothing, or was refused, is tried again by this node after the same time.
 */
export function outcomeModelJob(
  db: Database,
  training: Pick<TrainOutcomeModel, 'trainWhereNew'>,
  everyMs: number,
  clock: Clock,
) {
  let notBefore = 0
  return {
    name: 'outcome-model',
    everyMs: Math.min(everyMs, MINUTE_MS),
    async run() {
      const now = clock()
      if (now < notBefore) return
      const newest = await findNewestModel(db)
      notBefore = newest === null ? 0 : newest.trainedAt + everyMs
      if (now < notBefore) return
      notBefore = now + everyMs
      await training.trainWhereNew()
    },
  }
}

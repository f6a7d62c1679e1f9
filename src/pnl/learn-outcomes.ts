import type { Queryable } from '../storage/database.js'
import { NewestMarkets } from './newest-markets.js'
import { type TrainedModel, trainOutcomeModel } from './outcome-model.js'
import { settledMarkets } from './settled-market.store.js'

export interface Learned {
  /** Settled markets that it could learn from. */
  readonly markets: number
  /** Null: too few. */
  readonly trained: TrainedModel | null
}

/** Of more, the newest ones. They fit in 300 MB, and a model of 200 weights has long stopped getting better. */
export const MARKETS_MAX = 200_000

/** For a thread of its own: training takes seconds in one go. */
export async function learnOutcomes(db: Queryable, marketsMax = MARKETS_MAX): Promise<Learned> {
  const newest = new NewestMarkets(marketsMax)
  for await (const page of settledMarkets(db)) newest.add(page)
  const markets = newest.all()
  return { markets: markets.length, trained: trainOutcomeModel(markets) }
}

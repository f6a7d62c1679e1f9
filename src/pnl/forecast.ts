import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import { impliedProbability, overroundOf } from './implied.js'

/**
 * What was bet on in one market of one game, and how it ended: a selection once, however many bets were on it, at its
 * latest odds. Only what was won or lost belongs here: a void, a cash-out or a half tells no outcome.
 */
export interface SettledMarket {
  /** When it was still open: of its latest quote. */
  readonly at: Millis
  readonly gameType: string | null
  readonly competition: string | null
  readonly selections: readonly { readonly odds: Money; readonly won: boolean }[]
}

export interface Score {
  readonly logLoss: number
  readonly brier: number
}

/** By selection, in its order. */
export type Forecast = (market: SettledMarket) => readonly number[]

export const marketOverround = (market: SettledMarket): number => overroundOf(market.selections.map(({ odds }) => odds))

export const impliedForecast: Forecast = market => {
  const overround = marketOverround(market)
  return market.selections.map(({ odds }) => impliedProbability(odds, overround))
}

const P_LEAST = 1e-15
const surprise = (p: number): number => -Math.log(Math.max(p, P_LEAST))

/** Exactly one of several has won and the bookmaker's odds leave nothing out: one forecast over all selections. */
const isWhole = (market: SettledMarket): boolean =>
  market.selections.filter(({ won }) => won).length === 1 && marketOverround(market) > 1

/**
 * Log loss and Brier score, a mean over forecasts. A whole market is one forecast of so many classes; elsewhere each
 * selection is one of two, won or lost, and its Brier score is summed over both of them, as that of a market is.
 */
export function scoreOf(markets: readonly SettledMarket[], forecast: Forecast): Score {
  let forecasts = 0
  let logLoss = 0
  let brier = 0
  for (const market of markets) {
    const chances = forecast(market)
    const whole = isWhole(market)
    market.selections.forEach(({ won }, i) => {
      const p = chances[i]!
      const miss = (p - (won ? 1 : 0)) ** 2
      logLoss += won ? surprise(p) : whole ? 0 : surprise(1 - p)
      brier += whole ? miss : 2 * miss
    })
    forecasts += whole ? 1 : market.selections.length
  }
  return { logLoss: logLoss / forecasts, brier: brier / forecasts }
}

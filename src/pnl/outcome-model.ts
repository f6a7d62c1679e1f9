import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import { type Forecast, impliedForecast, type Score, type SettledMarket, scoreOf } from './forecast.js'
import { impliedProbability, overroundOf } from './implied.js'
import { fitLogistic, type LogisticRow, sigmoid } from './logistic-fit.js'

/** How far log-odds of a bookmaker are moved and stretched: p = sigmoid(x + intercept + slope * x). */
export interface Effect {
  readonly intercept: number
  readonly slope: number
}

/** Plain JSON. What it was never shown has no effect of its own: the general one remains. */
export interface OutcomeModel {
  readonly kind: 'logistic'
  readonly general: Effect
  readonly sports: Readonly<Record<string, Effect>>
  /** By competitionKey. */
  readonly competitions: Readonly<Record<string, Effect>>
}

export interface TrainedModel extends Score {
  readonly model: OutcomeModel
  /** Markets. */
  readonly trainedOn: number
  readonly evaluatedOn: number
  readonly baselineLogLoss: number
  readonly baselineBrier: number
  /** Better than the bookmaker's odds on markets that are later than any it learned from. */
  readonly active: boolean
}

type Setting = Pick<SettledMarket, 'gameType' | 'competition'>

export const MARKETS_LEAST = 50
/** The largest ones have an effect of their own, so that a fit stays a matter of seconds. */
const SPORTS_MAX = 20
const COMPETITIONS_MAX = 100
/** An effect is drawn to none at all, as if that many selections had been seen at the bookmaker's own odds. */
const GENERAL_PENALTY = 1
const EFFECT_PENALTY = 20
const P_LEAST = 1e-6
const LATER_SHARE = 0.2
/** Less than that is rounding: a model that learned nothing is no better than the odds. */
const GAIN_LEAST = 1e-9

const NO_EFFECT: Effect = { intercept: 0, slope: 0 }
const sportKey = ({ gameType }: Setting): string => gameType ?? ''
export const competitionKey = ({ gameType, competition }: Setting): string =>
  JSON.stringify([gameType ?? '', competition ?? ''])

const logOdds = (p: number): number => {
  const bounded = Math.min(Math.max(p, P_LEAST), 1 - P_LEAST)
  return Math.log(bounded / (1 - bounded))
}

/** The instant that leaves the latest fifth of the markets behind it; those of one instant stay together. */
export function laterPartFrom(markets: readonly Pick<SettledMarket, 'at'>[]): Millis {
  const times = markets.map(({ at }) => at).toSorted((a, b) => a - b)
  return times[Math.floor(times.length * (1 - LATER_SHARE))] ?? 0
}

/** Learns from markets before `laterFrom` and is judged by the others. Null where either are too few. */
export function trainOutcomeModel(
  markets: readonly SettledMarket[],
  laterFrom: Millis = laterPartFrom(markets),
): TrainedModel | null {
  const earlier = markets.filter(({ at }) => at < laterFrom)
  const later = markets.filter(({ at }) => at >= laterFrom)
  if (earlier.length < MARKETS_LEAST || later.length < MARKETS_LEAST) return null
  const model = learn(earlier)
  const score = scoreOf(later, forecastOf(model))
  const baseline = scoreOf(later, impliedForecast)
  return {
    model,
    trainedOn: earlier.length,
    evaluatedOn: later.length,
    ...score,
    baselineLogLoss: baseline.logLoss,
    baselineBrier: baseline.brier,
    active: score.logLoss < baseline.logLoss - GAIN_LEAST,
  }
}

function learn(markets: readonly SettledMarket[]): OutcomeModel {
  const sports = largest(markets.map(sportKey), SPORTS_MAX)
  const competitions = largest(markets.map(competitionKey), COMPETITIONS_MAX)
  const effects = 1 + sports.length + competitions.length
  const sportAt = new Map(sports.map((key, i) => [key, 1 + i]))
  const competitionAt = new Map(competitions.map((key, i) => [key, 1 + sports.length + i]))
  const rows = markets.flatMap(market => {
    const places = [0, sportAt.get(sportKey(market)), competitionAt.get(competitionKey(market))]
    return rowsOf(
      market,
      places.filter(place => place !== undefined),
    )
  })
  const penalties = Array.from({ length: 2 * effects }, (_, i) => (i < 2 ? GENERAL_PENALTY : EFFECT_PENALTY))
  const weights = fitLogistic(rows, penalties)
  const effect = (place: number): Effect => ({ intercept: weights[2 * place]!, slope: weights[2 * place + 1]! })
  return {
    kind: 'logistic',
    general: effect(0),
    sports: Object.fromEntries(Array.from(sportAt, ([key, place]) => [key, effect(place)])),
    competitions: Object.fromEntries(Array.from(competitionAt, ([key, place]) => [key, effect(place)])),
  }
}

function rowsOf(market: SettledMarket, places: readonly number[]): LogisticRow[] {
  const chances = impliedForecast(market)
  const columns = places.flatMap(place => [2 * place, 2 * place + 1])
  return market.selections.map(({ won }, i) => {
    const x = logOdds(chances[i]!)
    return { columns, values: places.flatMap(() => [1, x]), offset: x, won }
  })
}

function largest(keys: readonly string[], max: number): string[] {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts]
    .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, max)
    .map(([key]) => key)
}

const own = (effects: Readonly<Record<string, Effect>>, key: string): Effect =>
  Object.hasOwn(effects, key) ? effects[key]! : NO_EFFECT

function calibrated(model: OutcomeModel, setting: Setting): (p: number) => number {
  const parts = [model.general, own(model.sports, sportKey(setting)), own(model.competitions, competitionKey(setting))]
  const intercept = parts.reduce((total, part) => total + part.intercept, 0)
  const slope = parts.reduce((total, part) => total + part.slope, 1)
  return p => sigmoid(intercept + slope * logOdds(p))
}

/**
 * p of a bet from its own odds and the latest odds of its market's selections. Without a model: the implied one. A model's
 * are divided by their sum over the market where the bookmaker's are, as one selection of it has to win.
 */
export function chancesIn(
  setting: Setting,
  latestOdds: readonly Money[],
  model: OutcomeModel | null,
): (odds: Money) => number {
  const overround = overroundOf(latestOdds)
  const implied = (odds: Money) => impliedProbability(odds, overround)
  if (model === null) return implied
  const chance = calibrated(model, setting)
  if (overround === 1) return odds => chance(implied(odds))
  const total = latestOdds
    .map(odds => chance(implied(odds)))
    .toSorted((a, b) => a - b)
    .reduce((sum, p) => sum + p, 0)
  return odds => Math.min(1, chance(implied(odds)) / total)
}

export const forecastOf =
  (model: OutcomeModel): Forecast =>
  market => {
    const chance = chancesIn(
      market,
      market.selections.map(({ odds }) => odds),
      model,
    )
    return market.selections.map(({ odds }) => chance(odds))
  }

import { describe, expect, it } from 'vitest'
import { impliedForecast, type SettledMarket, scoreOf } from '../../src/pnl/forecast.js'
import { chancesIn, competitionKey, forecastOf, laterPartFrom, trainOutcomeModel } from '../../src/pnl/outcome-model.js'
import { money } from './ledger.js'

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Two-way markets of a bookmaker who takes favourites for `weaker` as strong as they are, in log-odds. */
function markets(count: number, competition: string, weaker: number, seed: number): SettledMarket[] {
  const next = random(seed)
  return Array.from({ length: count }, (_, i) => {
    const strength = (next() - 0.5) * 4
    const said = 1 / (1 + Math.exp(-strength * weaker))
    const won = next() < 1 / (1 + Math.exp(-strength))
    const price = (p: number) => money(Math.max(1, 0.95 / p).toFixed(4))
    return {
      at: i,
      gameType: 'tennis',
      competition,
      selections: [
        { odds: price(said), won },
        { odds: price(1 - said), won: !won },
      ],
    }
  })
}

describe('the outcome model', () => {
  it('finds what a bookmaker gets wrong, by competition, and is active', () => {
    const wrong = markets(6_000, 'slam', 0.5, 1)
    const right = markets(6_000, 'tour', 1, 2)
    const trained = trainOutcomeModel([...wrong, ...right])!
    expect(trained.active).toBe(true)
    expect(trained.trainedOn + trained.evaluatedOn).toBe(12_000)
    expect(trained.logLoss).toBeLessThan(trained.baselineLogLoss)
    expect(trained.brier).toBeLessThan(trained.baselineBrier)
    const slope = (competition: string) => {
      const { general, sports, competitions } = trained.model
      const key = competitionKey({ gameType: 'tennis', competition })
      return 1 + general.slope + sports.tennis!.slope + competitions[key]!.slope
    }
    expect(slope('slam')).toBeGreaterThan(1.8)
    expect(slope('slam')).toBeLessThan(2.2)
    expect(slope('tour')).toBeGreaterThan(0.9)
    expect(slope('tour')).toBeLessThan(1.1)
  })

  it('stays inactive where what it learned does not hold later', () => {
    const earlier = markets(1_000, 'slam', 0.5, 3)
    const later = markets(1_000, 'slam', 2, 4).map(market => ({ ...market, at: market.at + 1_000 }))
    const trained = trainOutcomeModel([...earlier, ...later], 1_000)!
    expect(trained.active).toBe(false)
    expect(trained.logLoss).toBeGreaterThan(trained.baselineLogLoss)
  })

  it('is the same for the same markets, in any order but for rounding', () => {
    const all = markets(500, 'slam', 0.7, 5)
    expect(trainOutcomeModel(all)).toEqual(trainOutcomeModel(all))
    expect(trainOutcomeModel(all.toReversed())!.logLoss).toBeCloseTo(trainOutcomeModel(all)!.logLoss, 10)
  })

  it('learns from earlier markets than those it is judged by, and not from few', () => {
    const all = markets(300, 'slam', 0.7, 6)
    expect(laterPartFrom(all)).toBe(240)
    expect(trainOutcomeModel(all.slice(0, 60))).toBeNull()
    const changed = all.map(market =>
      market.at < 240 ? market : { ...market, selections: market.selections.map(one => ({ ...one, won: !one.won })) },
    )
    expect(trainOutcomeModel(changed)!.model).toEqual(trainOutcomeModel(all)!.model)
  })

  it('gives chances that sum to one where the market is whole, and of strangers what holds in general', () => {
    const { model } = trainOutcomeModel(markets(1_000, 'slam', 0.5, 7))!
    const odds = ['1.8', '3.4', '5.2'].map(money)
    for (const setting of [
      { gameType: 'chess', competition: null },
      { gameType: 'tennis', competition: 'constructor' },
    ]) {
      const chance = chancesIn(setting, odds, model)
      expect(odds.map(chance).reduce((a, b) => a + b)).toBeCloseTo(1, 12)
      expect(chance(money('1'))).toBeLessThanOrEqual(1)
      expect(chancesIn(setting, [], model)(money('4'))).toBeLessThan(0.25)
    }
    expect(JSON.parse(JSON.stringify(model))).toEqual(model)
  })
})

describe('a score', () => {
  const market = (...selections: [string, boolean][]): SettledMarket => ({
    at: 0,
    gameType: null,
    competition: null,
    selections: selections.map(([text, won]) => ({ odds: money(text), won })),
  })

  it('takes a whole market as one forecast, anything else selection by selection', () => {
    const whole = scoreOf([market(['1.6', true], ['1.6', false])], impliedForecast)
    expect(whole.logLoss).toBeCloseTo(Math.log(2), 12)
    expect(whole.brier).toBeCloseTo(0.5, 12)
    const single = scoreOf([market(['4', false])], impliedForecast)
    expect(single.logLoss).toBeCloseTo(-Math.log(0.75), 12)
    expect(single.brier).toBeCloseTo(0.125, 12)
  })

  it('stays finite where a certain loser wins', () => {
    const model = trainOutcomeModel(markets(400, 'slam', 0.5, 8))!.model
    expect(Number.isFinite(scoreOf([market(['1', false])], forecastOf(model)).logLoss)).toBe(true)
    expect(Number.isFinite(scoreOf([market(['1', false])], impliedForecast).logLoss)).toBe(true)
  })
})

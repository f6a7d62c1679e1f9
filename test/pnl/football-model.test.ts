import { monitorEventLoopDelay } from 'node:perf_hooks'
import { beforeAll, describe, expect, test } from 'vitest'
import { impliedForecast, type SettledMarket, scoreOf } from '../../src/pnl/forecast.js'
import { laterPartFrom, trainOutcomeModel } from '../../src/pnl/outcome-model.js'
import { findActiveModel } from '../../src/pnl/outcome-model.store.js'
import { settledMarkets } from '../../src/pnl/settled-market.store.js'
import { chunksOf, realData, shuffled } from '../oracle/real-data.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import type { Wire } from './ledger.js'

interface Scored {
  readonly log_loss: number
  readonly brier_3class: number
}

const football = realData<{
  readonly implied_probability: Scored
  readonly implied_probability_by_season: readonly (Scored & { readonly season: string; readonly fixtures: number })[]
}>('football')
const TOLERANCE = 1e-6

interface Report {
  trainedOn: number
  evaluatedOn: number
  logLoss: number
  brier: number
  baselineLogLoss: number
  baselineBrier: number
  active: boolean
}

/** The first and the last kick-off of each season. */
function seasonsOf(lines: readonly string[]): Map<string, { from: number; to: number }> {
  const seasons = new Map<string, { from: number; to: number }>()
  for (const { event_type, season, timestamp } of lines.map(line => JSON.parse(line) as Wire)) {
    if (event_type !== 'bet') continue
    const at = Date.parse(timestamp)
    const { from, to } = seasons.get(season!) ?? { from: at, to: at }
    seasons.set(season!, { from: Math.min(from, at), to: Math.max(to, at) })
  }
  return seasons
}

function expectScore(markets: readonly SettledMarket[], expected: Scored): void {
  const { logLoss, brier } = scoreOf(markets, impliedForecast)
  expect(Math.abs(logLoss - expected.log_loss)).toBeLessThanOrEqual(TOLERANCE)
  expect(Math.abs(brier - expected.brier_3class)).toBeLessThanOrEqual(TOLERANCE)
}

describe.skipIf(football === null).each(ENGINES)('twelve years of football on $name', engine => {
  const { lines, expected } = football ?? { lines: [], expected: null as never }
  const markets: SettledMarket[] = []
  const seasons = seasonsOf(lines)
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
    // In any order, and written by all lanes: markets are pieced together from what each of them knows.
    for (const chunk of chunksOf(shuffled(lines, 5), 20_000)) await installation.client.send(chunk)
    for await (const page of settledMarkets(installation.node.db)) markets.push(...page)
    return () => installation.close()
  })

  test('the bookmaker is scored as was computed outside, by season', () => {
    expect(markets.length).toBe(21_132)
    expectScore(markets, expected.implied_probability)
    for (const { season, fixtures, ...score } of expected.implied_probability_by_season) {
      const { from, to } = seasons.get(season)!
      const played = markets.filter(({ at }) => at >= from && at <= to)
      expect(played.length).toBe(fixtures)
      expectScore(played, score)
    }
  })

  test('a model of the seasons up to 2012/13 says how it does on the later ones', () => {
    const laterFrom = seasons.get('1314')!.from
    const { model, ...report } = trainOutcomeModel(markets, laterFrom)!
    console.log(`${engine.name}, football, seasons 2013/14 and 2014/15:`, report)
    expect([report.trainedOn, report.evaluatedOn]).toEqual([17_480, 3_652])
    const baseline = scoreOf(
      markets.filter(({ at }) => at >= laterFrom),
      impliedForecast,
    )
    expect([report.baselineLogLoss, report.baselineBrier]).toEqual([baseline.logLoss, baseline.brier])
    expect(Math.abs(report.logLoss - report.baselineLogLoss)).toBeLessThan(0.02)
    expect(Object.keys(model.sports)).toEqual(['football'])
  })

  test('trainOutcomeModel learns the same beside the node', async () => {
    const local = trainOutcomeModel(markets)!
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const started = performance.now()
    const { trainOutcomeModel: report } = await installation.client.data<{ trainOutcomeModel: Report }>(
      'mutation { trainOutcomeModel { trainedOn evaluatedOn logLoss brier baselineLogLoss baselineBrier active } }',
    )
    delay.disable()
    const tookMs = Math.round(performance.now() - started)
    console.log(`${engine.name}: trained in ${tookMs} ms, the node was held up for ${delay.max / 1e6} ms at most`)
    const { model, ...figures } = local
    expect(report).toEqual(figures)
    const laterFrom = laterPartFrom(markets)
    expect(report.evaluatedOn).toBe(markets.filter(({ at }) => at >= laterFrom).length)
    const active = await findActiveModel(installation.node.db)
    if (figures.active) expect(active).toMatchObject({ activation: 1, model })
    else expect(active).toBeNull()
  })
})

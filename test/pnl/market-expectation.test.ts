import { describe, expect, test } from 'vitest'
import type { Money } from '../../src/kernel/money.js'
import { liabilityOf, type OpenBet } from '../../src/pnl/bet.js'
import { expectedOfMarkets, type OpenSelection } from '../../src/pnl/market-expectation.js'
import { chancesIn, competitionKey, type OutcomeModel } from '../../src/pnl/outcome-model.js'
import { expectedGgr, moneyOfExpected } from '../../src/pnl/position.js'
import { Random } from '../../src/simulate/random.js'
import { money } from './ledger.js'

const SETTING = { gameType: 'football', competition: 'E0' }
const MODEL: OutcomeModel = {
  kind: 'logistic',
  general: { intercept: 0.07, slope: 0.05 },
  sports: { football: { intercept: -0.03, slope: 0.1 } },
  competitions: { [competitionKey(SETTING)]: { intercept: 0.02, slope: -0.04 } },
}

interface Book {
  readonly bets: readonly OpenBet[]
  /** By market and selection. */
  readonly quotes: ReadonlyMap<string, ReadonlyMap<string, Money>>
}

/** `atQuotes`: every bet at the latest odds of its selection, where a model gives it the p that bet by bet gives. */
function randomBook(random: Random, atQuotes: boolean): Book {
  const quotes = new Map<string, Map<string, Money>>()
  for (let m = 0; m < 1 + random.below(3); m++) {
    const market = new Map<string, Money>()
    for (let s = 0; s < 1 + random.below(4); s++) market.set(`s${s}`, oddsOf(random))
    quotes.set(`m${m}`, market)
  }
  const bets = Array.from({ length: random.below(40) }, (): OpenBet => {
    const [betMarket, market] = [...quotes][random.below(quotes.size)]!
    const named = random.below(8) > 0
    const [selection, latest] = [...market][random.below(market.size)]!
    const odds = atQuotes && named ? latest : oddsOf(random)
    return {
      stake: BigInt(1 + random.below(1_000_000)),
      odds,
      probability: null,
      betMarket,
      selection: named ? selection : null,
    }
  })
  return { bets, quotes }
}

const oddsOf = (random: Random): Money => BigInt(10_100 + random.below(150_000))

/** As they are stored, with lanes merged: latest odds, summed stakes. */
function selectionsOf({ bets, quotes }: Book): OpenSelection[] {
  const rows = new Map<string, { -readonly [K in keyof OpenSelection]: OpenSelection[K] }>()
  const row = (betMarket: string, selection: string) => {
    const key = `${betMarket} ${selection}`
    const odds = quotes.get(betMarket)?.get(selection) ?? null
    const known = rows.get(key) ?? { betMarket, selection, odds, openStake: 0n, openLiability: 0n }
    rows.set(key, known)
    return known
  }
  for (const [betMarket, market] of quotes) for (const selection of market.keys()) row(betMarket, selection)
  for (const bet of bets) {
    const known = row(bet.betMarket!, bet.selection ?? '')
    known.openStake += bet.stake
    known.openLiability += liabilityOf(bet)
  }
  return [...rows.values()]
}

function betByBet({ bets, quotes }: Book, model: OutcomeModel | null) {
  return expectedGgr(bets, ({ betMarket, selection, odds }) => {
    const market = quotes.get(betMarket!)!
    const chance = chancesIn(SETTING, [...market.values()], selection === null ? null : model)
    return chance(selection === null || model === null ? odds : market.get(selection)!)
  })
}

/** Each p is an integer of 10^-15: what a bet's own p and its market's one differ by. */
const roundingOf = ({ bets }: Book): bigint => bets.reduce((sum, bet) => sum + 2n * liabilityOf(bet), 0n)
const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a)

describe('what is expected of markets', () => {
  test.each([
    ['without a model', null, false],
    ['with a model, whatever odds the bets were placed at', MODEL, false],
    ['with a model, at the latest odds', MODEL, true],
  ] as const)('is what is expected bet by bet, %s', (_name, model, atQuotes) => {
    const random = new Random('market expectation')
    for (let i = 0; i < 300; i++) {
      const book = randomBook(random, atQuotes)
      const together = expectedOfMarkets(selectionsOf(book), SETTING, model)
      expect(distance(together, betByBet(book, model))).toBeLessThanOrEqual(roundingOf(book))
    }
  })

  test('does not depend on the order of its rows', () => {
    const random = new Random('order')
    for (let i = 0; i < 100; i++) {
      const rows = selectionsOf(randomBook(random, false))
      const shuffled = rows.toSorted(() => random.below(3) - 1)
      for (const model of [null, MODEL]) {
        expect(expectedOfMarkets(shuffled, SETTING, model)).toBe(expectedOfMarkets(rows, SETTING, model))
      }
    }
  })

  const row = (selection: string, odds: string | null, stake: string, liability: string): OpenSelection => ({
    betMarket: '1X2',
    selection,
    odds: odds === null ? null : money(odds),
    openStake: money(stake),
    openLiability: money(liability) * 10_000n,
  })
  const expected = (rows: OpenSelection[], model: OutcomeModel | null = null) =>
    moneyOfExpected(expectedOfMarkets(rows, SETTING, model))

  test('is the stake less its share of the overround', () => {
    // 1/2 + 1/4 + 1/2 = 1.25: 80 of 100 go back.
    const market = [row('H', '2', '100', '200'), row('D', '4', '0', '0'), row('A', '2', '0', '0')]
    expect(expected(market)).toBe(money('20'))
    expect(expected(market.slice(0, 1))).toBe(0n)
    expect(expected([])).toBe(0n)
  })

  test('is the implied one for bets that name the market alone, and for selections that nobody has quoted', () => {
    const market = [
      row('H', '2', '0', '0'),
      row('D', '4', '0', '0'),
      row('A', '2', '0', '0'),
      row('', null, '100', '250'),
    ]
    for (const model of [null, MODEL]) expect(expected(market, model)).toBe(money('20'))
  })

  test('moves with a model, which gives the whole liability of a selection one p', () => {
    const certain: OutcomeModel = { ...MODEL, general: { intercept: 50, slope: 0 }, sports: {}, competitions: {} }
    expect(expected([row('H', '2', '100', '230')], certain)).toBe(money('-130'))
  })
})

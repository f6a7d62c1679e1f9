import { describe, expect, it } from 'vitest'
import type { BetEvent } from '../../src/pnl/bet.js'
import { impliedProbability, latest, overroundOf, quoteOf } from '../../src/pnl/implied.js'
import { expectedGgr, expectedGgrOf, moneyOfExpected, moneyOfFine } from '../../src/pnl/position.js'
import { money } from './ledger.js'

const odds = (...texts: string[]) => texts.map(money)
const BET: BetEvent = {
  eventId: 'e1',
  eventType: 'bet',
  amount: money('10'),
  occurredAt: 1,
  game: 'cup',
  betId: 'b1',
  betMarket: '1X2',
  selection: 'H',
  odds: money('2'),
  probability: null,
  result: null,
}

describe('implied probability', () => {
  it('is divided by the sum over the selections seen, once that is above 1', () => {
    expect(impliedProbability(money('2'), overroundOf(odds('2')))).toBe(0.5)
    expect(impliedProbability(money('2'), overroundOf(odds('2', '4')))).toBe(0.5)
    expect(impliedProbability(money('2'), overroundOf(odds('2', '4', '2')))).toBeCloseTo(0.4, 15)
  })

  it('is the same double whatever the order of the selections', () => {
    expect(overroundOf(odds('1.9', '3.7', '7.3'))).toBe(overroundOf(odds('7.3', '1.9', '3.7')))
  })

  it('follows the latest quote by (occurredAt, eventId), and only of bets that name market and selection', () => {
    const [first, second] = [quoteOf(BET)!, quoteOf({ ...BET, eventId: 'e2', odds: money('3') })!]
    expect(latest(undefined, first)).toBe(first)
    expect(latest(first, second)).toBe(second)
    expect(latest(second, first)).toBe(second)
    expect(quoteOf({ ...BET, betId: null })).not.toBeNull()
    for (const lacking of [{ betMarket: null }, { selection: null }, { odds: null }, { eventType: 'settlement' }]) {
      expect(quoteOf({ ...BET, ...lacking })).toBeNull()
    }
  })
})

describe('expected GGR', () => {
  it('is stake - p * stake * odds; the p of the producer comes first', () => {
    const bet = { stake: money('10'), odds: money('2.5'), probability: 0.3, betMarket: null, selection: null }
    expect(moneyOfExpected(expectedGgr([bet], () => 0.9))).toBe(money('2.5'))
    expect(moneyOfExpected(expectedGgr([{ ...bet, probability: null }], () => 0.5))).toBe(money('-2.5'))
    expect(moneyOfExpected(expectedGgr([{ ...bet, probability: 0 }], () => 0.5))).toBe(money('10'))
  })

  it('is exact behind p: bets added up are one bet of their stakes', () => {
    const bet = { stake: money('0.0001'), odds: money('1.3333') }
    const many = Array.from({ length: 1_000 }, () => expectedGgrOf(bet, 1 / 3)).reduce((a, b) => a + b, 0n)
    expect(many).toBe(expectedGgrOf({ ...bet, stake: money('0.1') }, 1 / 3))
  })

  it('is rounded half to even at the edge, as liability is', () => {
    expect([5_000n, 15_000n, 15_001n, -5_000n, -15_000n].map(moneyOfFine)).toEqual([0n, 2n, 2n, 0n, -2n])
  })
})

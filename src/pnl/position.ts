import { MONEY_SCALE, type Money } from '../kernel/money.js'
import { type FineMoney, liabilityOf, type OpenBet } from './bet.js'
import type { BetChange } from './bet-book.js'
import { decimalText, scaledOf } from './decimal.js'

/** Where a game stands: sums of what its events changed, so any order and any grouping give the same. */
export interface Position {
  readonly bets: number
  readonly turnover: Money
  readonly payouts: Money
  readonly openBets: number
  readonly openStake: Money
  readonly liability: FineMoney
}

export const NO_POSITION: Position = {
  bets: 0,
  turnover: 0n,
  payouts: 0n,
  openBets: 0,
  openStake: 0n,
  liability: 0n,
}

export const ggr = (position: Pick<Position, 'turnover' | 'payouts'>): Money => position.turnover - position.payouts

/** One change as a position of its own. */
export function positionOf({ bets, contribution, opens, closes }: BetChange): Position {
  return {
    bets,
    ...contribution,
    openBets: Number(opens !== null) - Number(closes !== null),
    openStake: (opens?.stake ?? 0n) - (closes?.stake ?? 0n),
    liability: (opens === null ? 0n : liabilityOf(opens)) - (closes === null ? 0n : liabilityOf(closes)),
  }
}

export const sum = (a: Position, b: Position): Position => ({
  bets: a.bets + b.bets,
  turnover: a.turnover + b.turnover,
  payouts: a.payouts + b.payouts,
  openBets: a.openBets + b.openBets,
  openStake: a.openStake + b.openStake,
  liability: a.liability + b.liability,
})

/**
 * Expected values are integers of 10^-23: stake times odds (10^-8) times p (10^-15). A p is an estimate and may be a
 * double; from its 15th decimal on everything is exact, so that sums neither round nor depend on their order.
 */
export type ExpectedMoney = bigint

const P_DECIMALS = 1e15
/** A p of 1. */
export const CERTAIN = 10n ** 15n
const EXPECTED_PER_FINE = CERTAIN
const FINE_PER_MONEY = MONEY_SCALE

/** A p in parts of CERTAIN. */
export const shareOf = (p: number): bigint => BigInt(Math.round(p * P_DECIMALS))

/** What the house expects to keep of an open bet: stake - p * stake * odds. */
export const expectedGgrOf = (bet: Pick<OpenBet, 'stake' | 'odds'>, p: number): ExpectedMoney =>
  bet.stake * FINE_PER_MONEY * CERTAIN - shareOf(p) * liabilityOf(bet)

/** `chance`: where the producer gave no probability. */
export function expectedGgr(openBets: Iterable<OpenBet>, chance: (bet: OpenBet) => number): ExpectedMoney {
  let total: ExpectedMoney = 0n
  for (const bet of openBets) total += expectedGgrOf(bet, bet.probability ?? chance(bet))
  return total
}

const FINE_PLACES = 8
const EXPECTED_PLACES = 23
/** As they are stored: exactly. */
export const fineText = (fine: FineMoney): string => decimalText(fine, FINE_PLACES)
export const parseFine = (text: string): FineMoney => scaledOf(text, FINE_PLACES)
export const expectedText = (expected: ExpectedMoney): string => decimalText(expected, EXPECTED_PLACES)
export const parseExpected = (text: string): ExpectedMoney => scaledOf(text, EXPECTED_PLACES)

/** At the edge only. */
export const moneyOfFine = (fine: FineMoney): Money => halfEven(fine, FINE_PER_MONEY)
export const moneyOfExpected = (expected: ExpectedMoney): Money =>
  halfEven(expected, FINE_PER_MONEY * EXPECTED_PER_FINE)

function halfEven(value: bigint, divisor: bigint): bigint {
  const magnitude = value < 0n ? -value : value
  const whole = magnitude / divisor
  const twice = 2n * (magnitude % divisor)
  const rounded = twice > divisor || (twice === divisor && whole % 2n === 1n) ? whole + 1n : whole
  return value < 0n ? -rounded : rounded
}

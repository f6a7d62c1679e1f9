import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import { expectedOfMarkets, type OpenSelection } from './market-expectation.js'
import type { OutcomeModel } from './outcome-model.js'
import { type ExpectedMoney, ggr, moneyOfExpected, moneyOfFine, type Position } from './position.js'

/** What is stored of a game: sums over the lanes that wrote them, and the markets that it has open bets in. */
export interface StoredPosition extends Position {
  readonly game: string
  readonly gameType: string | null
  readonly competition: string | null
  /** Of the open bets that came with a probability. */
  readonly expected: ExpectedMoney
  readonly waiting: number
  readonly changes: number
  readonly updatedAt: Millis
  readonly selections: readonly OpenSelection[]
}

/** Null: whatever they are. */
export interface GameFilter {
  readonly games: readonly string[] | null
  readonly gameType: string | null
}

/** What somebody follows: null games, every one there is; else these, and all of these types. */
export interface GameScope {
  readonly games: readonly string[] | null
  readonly gameTypes: readonly string[]
}

/** The model that gives chances, as far as this asks. */
export interface ModelInForce {
  readonly activation: number
  readonly trainedAt: Millis
  readonly model: OutcomeModel
}

export interface GamePnl {
  readonly game: string
  readonly gameType: string | null
  readonly competition: string | null
  readonly bets: number
  readonly turnover: Money
  readonly payouts: Money
  readonly ggr: Money
  readonly openBets: number
  readonly openStake: Money
  readonly liability: Money
  readonly expectedGgr: Money
  readonly waiting: number
  readonly updatedAt: Millis
  readonly revision: string
}

const REVISION_DIGITS = 16

/** Both only ever grow: what a game's events have changed, and how many models have been active. */
export const revisionOf = (changes: number, activation: number): string =>
  String(changes + activation).padStart(REVISION_DIGITS, '0')

export function gamePnlOf(stored: StoredPosition, inForce: ModelInForce | null): GamePnl {
  const { game, gameType, competition, bets, turnover, payouts, openBets, openStake, waiting } = stored
  const expected = stored.expected + expectedOfMarkets(stored.selections, stored, inForce?.model ?? null)
  return {
    game,
    gameType,
    competition,
    bets,
    turnover,
    payouts,
    ggr: ggr(stored),
    openBets,
    openStake,
    liability: moneyOfFine(stored.liability),
    expectedGgr: moneyOfExpected(expected),
    waiting,
    updatedAt: Math.max(stored.updatedAt, inForce?.trainedAt ?? 0),
    revision: revisionOf(stored.changes, inForce?.activation ?? 0),
  }
}

import type { Money } from '../kernel/money.js'
import { floorTo, MINUTE_MS, type Millis } from '../kernel/time.js'
import { type Bet, isNewer, liabilityOf, type Stamp, statusOf } from './bet.js'
import type { BetChange } from './bet-book.js'
import type { Booked } from './book-bets.js'
import { latest, type Quote, quoteOf } from './implied.js'
import { type ExpectedMoney, expectedGgrOf, NO_POSITION, type Position } from './position.js'

/** Of events, and of positions, that name no game. */
export const NO_GAME = ''
/** Of bets that name a market alone. */
export const NO_SELECTION = ''

/** What a batch adds to the position of one game. */
export interface PositionDelta {
  readonly game: string
  readonly position: Position
  /** Of the open bets that came with a probability. */
  readonly expected: ExpectedMoney
  /** Settlements and refunds whose bet has not come. */
  readonly waiting: number
}

export interface Outcome extends Stamp {
  readonly won: boolean
}

/** What a batch adds to one selection of one market. */
export interface SelectionDelta {
  readonly game: string
  readonly betMarket: string
  readonly selection: string
  readonly quote: Quote | null
  /** Of the open bets that came without a probability. */
  readonly openStake: Money
  readonly openLiability: bigint
  readonly outcome: Outcome | null
}

/** What a batch adds to a slice of event time of one game. */
export interface GamePaneDelta {
  readonly game: string
  readonly paneStart: Millis
  readonly bets: number
  readonly turnover: Money
  readonly payouts: Money
}

/** The same of all games together, and of events that name none. */
export type HousePaneDelta = Omit<GamePaneDelta, 'game'>

type Changing<T> = { -readonly [K in keyof T]: T[K] }

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Of games that anything was changed of, by game. */
export function foldPositions(booked: readonly Booked[]): PositionDelta[] {
  const games = new Map<string, PositionSums>()
  const of = (game: string): PositionSums => {
    let sums = games.get(game)
    if (sums === undefined) {
      sums = { game, position: { ...NO_POSITION }, expected: 0n, waiting: 0 }
      games.set(game, sums)
    }
    return sums
  }
  for (const { event, change, before, after } of booked) {
    // Odds that were quoted change what is expected of the market, also where the bet itself changes nothing.
    const quote = quoteOf(event)
    if (quote !== null) of(quote.game)
    if (before === after && before !== null) continue
    if (change.game !== null) addChange(of(change.game), change)
    if (isWaiting(before)) of(before!.game ?? NO_GAME).waiting--
    if (isWaiting(after)) of(after!.game ?? NO_GAME).waiting++
  }
  return [...games.values()].sort((a, b) => compare(a.game, b.game))
}

type PositionSums = Changing<Omit<PositionDelta, 'position'>> & { readonly position: Changing<Position> }

/** In place: most events are of few games. */
function addChange(sums: PositionSums, { bets, contribution, opens, closes }: BetChange): void {
  const { position } = sums
  position.bets += bets
  position.turnover += contribution.turnover
  position.payouts += contribution.payouts
  for (const [bet, sign] of [[closes, -1] as const, [opens, 1] as const]) {
    if (bet === null) continue
    const exact = BigInt(sign)
    position.openBets += sign
    position.openStake += exact * bet.stake
    position.liability += exact * liabilityOf(bet)
    if (bet.probability !== null) sums.expected += exact * expectedGgrOf(bet, bet.probability)
  }
}

const isWaiting = (bet: Bet | null): boolean => bet !== null && statusOf(bet) === 'waiting'

/** By game, market and selection. */
export function foldSelections(booked: readonly Booked[]): SelectionDelta[] {
  const selections = new Map<string, Changing<SelectionDelta>>()
  const of = (game: string, betMarket: string, selection: string): Changing<SelectionDelta> => {
    const key = `${game}\0${betMarket}\0${selection}`
    let delta = selections.get(key)
    if (delta === undefined) {
      delta = { game, betMarket, selection, quote: null, openStake: 0n, openLiability: 0n, outcome: null }
      selections.set(key, delta)
    }
    return delta
  }
  for (const { event, change, before, after } of booked) {
    const quote = quoteOf(event)
    if (quote !== null) {
      const delta = of(quote.game, quote.betMarket, quote.selection)
      delta.quote = latest(delta.quote ?? undefined, quote)
    }
    for (const [bet, sign] of [[change.closes, -1n] as const, [change.opens, 1n] as const]) {
      if (bet === null || change.game === null || bet.betMarket === null || bet.probability !== null) continue
      const delta = of(change.game, bet.betMarket, bet.selection ?? NO_SELECTION)
      delta.openStake += sign * bet.stake
      delta.openLiability += sign * bet.stake * bet.odds
    }
    const ended = before === after ? null : outcomeOf(after)
    if (ended === null) continue
    const delta = of(ended.game, ended.betMarket, ended.selection)
    if (delta.outcome === null || isNewer(ended, delta.outcome)) delta.outcome = ended
  }
  return [...selections.values()].sort(
    (a, b) => compare(a.game, b.game) || compare(a.betMarket, b.betMarket) || compare(a.selection, b.selection),
  )
}

/** How the selection of a settled bet ended; null where the bet says nothing of it. */
function outcomeOf(bet: Bet | null) {
  if (bet === null || statusOf(bet) !== 'closed' || bet.game === null) return null
  const { betMarket, selection, odds } = bet.placed!
  const { occurredAt, eventId, result } = bet.closing!
  if (betMarket === null || selection === null || odds === null) return null
  if (result !== 'won' && result !== 'lost') return null
  return { game: bet.game, betMarket, selection, occurredAt, eventId, won: result === 'won' }
}

/** By game, then time. Also of events that add nothing, such as a lost settlement: continuous aggregates have them too. */
export function foldMinutes(booked: readonly Booked[]): GamePaneDelta[] {
  const games = new Map<string, Map<Millis, Changing<GamePaneDelta>>>()
  for (const { event, change } of booked) {
    const { bets, contribution } = change
    const game = change.game ?? NO_GAME
    const paneStart = floorTo(event.occurredAt, MINUTE_MS)
    let panes = games.get(game)
    if (panes === undefined) {
      panes = new Map()
      games.set(game, panes)
    }
    const pane = panes.get(paneStart)
    if (pane === undefined) {
      panes.set(paneStart, { game, paneStart, bets, ...contribution })
      continue
    }
    pane.bets += bets
    pane.turnover += contribution.turnover
    pane.payouts += contribution.payouts
  }
  return [...games.values()]
    .flatMap(panes => [...panes.values()])
    .sort((a, b) => compare(a.game, b.game) || a.paneStart - b.paneStart)
}

/** By time. */
export function foldHouse(minutes: readonly GamePaneDelta[]): HousePaneDelta[] {
  const panes = new Map<Millis, Changing<HousePaneDelta>>()
  for (const { paneStart, bets, turnover, payouts } of minutes) {
    const pane = panes.get(paneStart)
    if (pane === undefined) {
      panes.set(paneStart, { paneStart, bets, turnover, payouts })
      continue
    }
    pane.bets += bets
    pane.turnover += turnover
    pane.payouts += payouts
  }
  return [...panes.values()].sort((a, b) => a.paneStart - b.paneStart)
}

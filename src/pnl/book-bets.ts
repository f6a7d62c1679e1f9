import type { PlayerEvent } from '../events/player-event.js'
import type { Bet } from './bet.js'
import { advance, type BetChange, concernsBet, isAboutMoney } from './bet-book.js'

/** An event about money, and what it changed. */
export interface Booked {
  readonly event: PlayerEvent
  readonly change: BetChange
  /** Of the bet that it names. */
  readonly before: Bet | null
  readonly after: Bet | null
}

/** A bet as it is from now on. */
export interface BetToWrite {
  readonly playerId: string
  readonly betId: string
  readonly bet: Bet
  readonly isStored: boolean
}

export interface Booking {
  readonly booked: readonly Booked[]
  readonly bets: readonly BetToWrite[]
}

/** No id may hold a NUL, so no two keys run together. */
export const betKey = (playerId: string, betId: string): string => `${playerId}\0${betId}`

interface Life {
  readonly playerId: string
  readonly betId: string
  readonly stored: Bet | null
  bet: Bet | null
}

/** Events that are new, in the order of arrival; `stored`: what is known of their bets, by betKey. */
export function bookBets(events: readonly PlayerEvent[], stored: ReadonlyMap<string, Bet>): Booking {
  const lives = new Map<string, Life>()
  const booked: Booked[] = []
  for (const event of events) {
    if (!isAboutMoney(event)) continue
    const life = concernsBet(event) ? lifeOf(lives, stored, event.playerId, event.betId!) : null
    const before = life?.bet ?? null
    const { state, change } = advance(before, event)
    if (life !== null) life.bet = state
    booked.push({ event, change, before, after: state })
  }
  return { booked, bets: [...lives.values()].flatMap(toWrite) }
}

function lifeOf(lives: Map<string, Life>, stored: ReadonlyMap<string, Bet>, playerId: string, betId: string): Life {
  const key = betKey(playerId, betId)
  const present = lives.get(key)
  if (present !== undefined) return present
  const known = stored.get(key) ?? null
  const life = { playerId, betId, stored: known, bet: known }
  lives.set(key, life)
  return life
}

const toWrite = ({ playerId, betId, stored, bet }: Life): BetToWrite[] =>
  bet === null || bet === stored ? [] : [{ playerId, betId, bet, isStored: stored !== null }]

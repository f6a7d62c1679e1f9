import { existingKeys } from '../events/event.store.js'
import { eventKey, type PlayerEvent } from '../events/player-event.js'
import { type Millis } from '../kernel/time.js'
import type { Bet } from '../pnl/bet.js'
import { type BetName, forgottenAmong, readBets, writeBets } from '../pnl/bet.store.js'
import { type BetChange, concernsBet } from '../pnl/bet-book.js'
import { type Booking, betKey, bookBets } from '../pnl/book-bets.js'
import { addToGamePanes, addToPositions, saveGames } from '../pnl/game.store.js'
import {
  foldHouse,
  foldMinutes,
  foldPositions,
  foldSelections,
  type GamePaneDelta,
  type HousePaneDelta,
  type PositionDelta,
  type SelectionDelta,
} from '../pnl/game-deltas.js'
import type { Game, KnownGames } from '../pnl/known-games.js'
import type { CommittedGames } from '../pnl/known-positions.js'
import { addToSelections } from '../pnl/selection.store.js'
import type { Queryable, Session } from '../storage/database.js'
import { allOf } from './all-of.js'
import type { QueuedEvent } from './piece.js'

/** What a batch's events about money come to, before anything of it is written. */
export interface Books extends Booking {
  /** They would correct bets that nothing is known of any more. */
  readonly tooOld: ReadonlySet<QueuedEvent>
  /** They did so when the bets were known. */
  readonly resent: ReadonlySet<QueuedEvent>
  readonly changeOf: ReadonlyMap<PlayerEvent, BetChange>
  /** Bets were placed of which something was stored before. */
  readonly metKnownBets: boolean
}

type KnownBets = ReadonlyMap<string, Bet>

const NO_BETS: KnownBets = new Map()

/**
 * What is stored of the bets that these events name, under the players' locks. A bet that is placed is believed to be
 * new, unless `all` are asked for: where it is not, its COPY fails on the key.
 */
export async function readKnownBets(
  session: Queryable,
  events: readonly PlayerEvent[],
  all: boolean,
): Promise<KnownBets> {
  const named = new Map<string, BetName>()
  for (const event of events) {
    if (!concernsBet(event) || (!all && event.eventType === 'bet')) continue
    named.set(betKey(event.playerId, event.betId!), nameOf(event))
  }
  return named.size === 0 ? NO_BETS : readBets(session, [...named.values()])
}

/** `fresh` in the order of arrival. */
export async function makeBooks(session: Queryable, fresh: readonly QueuedEvent[], known: KnownBets): Promise<Books> {
  const correcting = await correctingForgotten(session, fresh, known)
  const resent = await storedAmong(session, correcting)
  const tooOld = new Set([...correcting].filter(item => !resent.has(item)))
  const taken = correcting.size === 0 ? fresh : fresh.filter(item => !correcting.has(item))
  const booking = bookBets(
    taken.map(item => item.event),
    known,
  )
  const changeOf = new Map(booking.booked.map(({ event, change }) => [event, change]))
  const metKnownBets =
    known.size > 0 &&
    taken.some(({ event }) => event.eventType === 'bet' && event.betId !== null && known.has(keyOf(event)))
  return { ...booking, tooOld, resent, changeOf, metKnownBets }
}

const NO_ITEMS: ReadonlySet<QueuedEvent> = new Set()
const nameOf = ({ playerId, betId }: PlayerEvent): BetName => ({ playerId, betId: betId! })
const keyOf = ({ playerId, betId }: PlayerEvent): string => betKey(playerId, betId!)

const CORRECTIONS: ReadonlySet<string> = new Set(['settlement', 'refund', 'rollback'])

async function correctingForgotten(
  session: Queryable,
  fresh: readonly QueuedEvent[],
  known: KnownBets,
): Promise<ReadonlySet<QueuedEvent>> {
  const ofUnknown = fresh.filter(
    ({ event }) => CORRECTIONS.has(event.eventType) && event.betId !== null && !known.has(keyOf(event)),
  )
  if (ofUnknown.length === 0) return NO_ITEMS
  const placed = fresh.filter(({ event }) => event.eventType === 'bet' && event.betId !== null)
  const placedNow = new Set(placed.map(({ event }) => keyOf(event)))
  const corrections = ofUnknown.filter(({ event }) => !placedNow.has(keyOf(event)))
  if (corrections.length === 0) return NO_ITEMS
  const forgotten = await forgottenAmong(
    session,
    corrections.map(({ event }) => nameOf(event)),
  )
  return new Set(corrections.filter(({ event }) => forgotten.has(keyOf(event))))
}

/** A batch may believe that all its events are new: what is not written is not found out by its key. */
async function storedAmong(session: Queryable, items: ReadonlySet<QueuedEvent>): Promise<Set<QueuedEvent>> {
  if (items.size === 0) return new Set()
  const stored = await existingKeys(
    session,
    [...items].map(item => item.event),
  )
  return new Set([...items].filter(({ event }) => stored.has(eventKey(event))))
}

/** What a batch adds to where games stand. */
export interface GameSums {
  readonly positions: readonly PositionDelta[]
  readonly selections: readonly SelectionDelta[]
  readonly minutes: readonly GamePaneDelta[]
  readonly house: readonly HousePaneDelta[]
  /** Of which something is told that is not known to be stored. */
  readonly named: readonly Game[]
}

export function sumGames({ booked }: Books, known: KnownGames): GameSums {
  const minutes = foldMinutes(booked)
  return {
    positions: foldPositions(booked),
    selections: foldSelections(booked),
    minutes,
    house: foldHouse(minutes),
    named: known.newOf(booked),
  }
}

export interface PnlStep {
  readonly session: Session
  readonly lane: number
  readonly books: Books
  readonly games: GameSums
  readonly horizon: Millis
  readonly at: Millis
}

/**
 * Other nodes write to the rows of games too: each table in the order of its key, the tables in this order. The house's
 * are left to the end of the batch, as all wait for them. Null: no position has changed.
 */
export async function writeBooks({
  session,
  lane,
  books,
  games,
  horizon,
  at,
}: PnlStep): Promise<CommittedGames | null> {
  const { positions, selections, minutes, named } = games
  const [, , changes] = await allOf([
    writeBets(session, books.bets, at),
    named.length > 0 ? saveGames(session, named) : null,
    positions.length > 0 ? addToPositions(session, lane, positions, at) : null,
    selections.length > 0 ? addToSelections(session, lane, selections) : null,
    minutes.length > 0 ? addToGamePanes(session, lane, minutes, horizon) : null,
  ])
  return changes === null ? null : { lane, at, positions, selections, changes, named: named.map(({ game }) => game) }
}

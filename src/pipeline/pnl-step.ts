import { existingKeys } from '../events/event.store.js'
import { eventKey, type PlayerEvent } from '../events/player-event.js'
import { floorTo, HOUR_MS, type Millis } from '../kernel/time.js'
import { forgottenAmong, readBets, writeBets } from '../pnl/bet.store.js'
import { type BetChange, concernsBet } from '../pnl/bet-book.js'
import { type Booking, betKey, bookBets } from '../pnl/book-bets.js'
import { addToGamePanes, addToPositions, saveGames } from '../pnl/game.store.js'
import { foldMinutes, foldPositions, foldSelections, hoursOf } from '../pnl/game-deltas.js'
import type { Game, KnownGames } from '../pnl/known-games.js'
import { addToSelections } from '../pnl/selection.store.js'
import type { Queryable, Session } from '../storage/database.js'
import type { QueuedEvent } from './piece.js'

/** What a batch's events about money come to, before anything of it is written. */
export interface Books extends Booking {
  /** They would correct bets that nothing is known of any more. */
  readonly tooOld: ReadonlySet<QueuedEvent>
  /** They did so when the bets were known. */
  readonly resent: ReadonlySet<QueuedEvent>
  readonly changeOf: ReadonlyMap<PlayerEvent, BetChange>
}

/** Under the players' locks; `fresh` in the order of arrival. */
export async function readBooks(session: Queryable, fresh: readonly QueuedEvent[]): Promise<Books> {
  const named = new Map(
    fresh
      .filter(({ event }) => concernsBet(event))
      .map(({ event }) => [betKey(event.playerId, event.betId!), nameOf(event)]),
  )
  const stored = named.size === 0 ? new Map() : await readBets(session, [...named.values()])
  const correcting = named.size === 0 ? NO_ITEMS : await correctingForgotten(session, fresh, stored)
  const resent = await storedAmong(session, correcting)
  const tooOld = new Set([...correcting].filter(item => !resent.has(item)))
  const taken = correcting.size === 0 ? fresh : fresh.filter(item => !correcting.has(item))
  const events = taken.map(item => item.event)
  const booking = bookBets(events, stored)
  return { ...booking, tooOld, resent, changeOf: new Map(booking.booked.map(({ event, change }) => [event, change])) }
}

const NO_ITEMS: ReadonlySet<QueuedEvent> = new Set()
const nameOf = ({ playerId, betId }: PlayerEvent) => ({ playerId, betId: betId! })
const keyOf = ({ playerId, betId }: PlayerEvent): string => betKey(playerId, betId!)

const CORRECTIONS: ReadonlySet<string> = new Set(['settlement', 'refund', 'rollback'])

async function correctingForgotten(
  session: Queryable,
  fresh: readonly QueuedEvent[],
  stored: ReadonlyMap<string, unknown>,
): Promise<Set<QueuedEvent>> {
  const ofUnknown = fresh.filter(({ event }) => concernsBet(event) && !stored.has(keyOf(event)))
  const placedNow = new Set(ofUnknown.filter(({ event }) => event.eventType === 'bet').map(({ event }) => keyOf(event)))
  const corrections = ofUnknown.filter(({ event }) => CORRECTIONS.has(event.eventType) && !placedNow.has(keyOf(event)))
  if (corrections.length === 0) return new Set()
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

export interface PnlStep {
  readonly session: Session
  readonly lane: number
  readonly books: Books
  readonly known: KnownGames
  readonly horizon: Millis
  readonly at: Millis
}

export interface PnlOutcome {
  /** What has changed of their positions. */
  readonly games: readonly string[]
  /** That are stored once the batch is committed. */
  readonly saved: readonly Game[]
}

export const writeBooks = ({ session, books, at }: PnlStep): Promise<void> => writeBets(session, books.bets, at)

/** Other nodes write to these rows too: each table in the order of its key, the tables in this order. */
export async function writeGames({ session, lane, books, known, horizon, at }: PnlStep): Promise<PnlOutcome> {
  const { booked } = books
  if (booked.length === 0) return { games: [], saved: [] }
  const saved = known.newOf(booked)
  const positions = foldPositions(booked)
  const selections = foldSelections(booked)
  const all = foldMinutes(booked)
  const minutes = all.filter(({ paneStart }) => paneStart >= horizon)
  const hours = hoursOf(all).filter(({ paneStart }) => paneStart >= floorTo(horizon, HOUR_MS))
  await Promise.all([
    saved.length > 0 ? saveGames(session, saved) : null,
    positions.length > 0 ? addToPositions(session, lane, positions, at) : null,
    selections.length > 0 ? addToSelections(session, lane, selections) : null,
    minutes.length > 0 ? addToGamePanes(session, 'game_pane', lane, minutes) : null,
    hours.length > 0 ? addToGamePanes(session, 'game_hour_pane', lane, hours) : null,
  ])
  return { games: positions.map(({ game }) => game), saved }
}

import { existingKeys } from '../events/event.store.js'
import { eventKey, type PlayerEvent } from '../events/player-event.js'
import type { Millis } from '../kernel/time.js'
import type { Bet } from '../pnl/bet.js'
import { type BetClosing, type BetName, closePlacedBets, forgottenAmong, readBets } from '../pnl/bet.store.js'
import { type BetChange, closedBy, concernsBet } from '../pnl/bet-book.js'
import { type Booking, betKey, bookBets } from '../pnl/book-bets.js'
import type { Queryable } from '../storage/database.js'
import type { QueuedEvent } from './piece.js'

/** What was known of a batch's bets before it, by betKey. */
export interface KnownBets {
  readonly before: ReadonlyMap<string, Bet>
  /** Written already, as the batch leaves them. */
  readonly closed: ReadonlySet<string>
  /** Bets are placed of which something was stored before: told where they were looked for. */
  readonly metKnownBets: boolean
}

export interface BetBeliefs {
  /** Bets that are placed may be known, so all are looked for: else one that is fails its COPY on the key. */
  readonly lookForBets: boolean
  /** Events may be stored already, so nothing is written before that is known. */
  readonly lookFirst: boolean
}

/**
 * Under the players' locks. Most events about bets place one, or close one that nothing else of the batch is about. An
 * event that comes twice in the batch has no effect the second time, so `doubles` are passed over.
 */
export async function readKnownBets(
  session: Queryable,
  sent: readonly QueuedEvent[],
  doubles: ReadonlySet<QueuedEvent>,
  { lookForBets, lookFirst }: BetBeliefs,
  at: Millis,
): Promise<KnownBets> {
  const named = new Map<string, PlayerEvent[]>()
  for (const item of sent) {
    const { event } = item
    if (!concernsBet(event) || doubles.has(item)) continue
    const theirs = named.get(keyOf(event))
    if (theirs === undefined) named.set(keyOf(event), [event])
    else theirs.push(event)
  }
  const closings: BetClosing[] = []
  const asked: BetName[] = []
  for (const theirs of named.values()) {
    const event = theirs[0]!
    if (theirs.length === 1 && isClosing(event) && !lookFirst)
      closings.push({ ...nameOf(event), closing: closedBy(event) })
    else if (lookForBets || !theirs.every(isBet)) asked.push(nameOf(event))
  }
  const [closed, read] = await Promise.all([
    closings.length > 0 ? closePlacedBets(session, closings, at) : NO_BETS,
    asked.length > 0 ? readBets(session, asked) : NO_BETS,
  ])
  const others = closings.filter(({ playerId, betId }) => !closed.has(betKey(playerId, betId)))
  const more = others.length > 0 ? await readBets(session, others) : NO_BETS
  const isPlaced = (key: string) => named.get(key)!.some(isBet)
  return {
    before: new Map([...closed, ...read, ...more]),
    closed: new Set(closed.keys()),
    metKnownBets: lookForBets && [...read.keys()].some(isPlaced),
  }
}

const NO_BETS: ReadonlyMap<string, Bet> = new Map()
const nameOf = ({ playerId, betId }: PlayerEvent): BetName => ({ playerId, betId: betId! })
const keyOf = ({ playerId, betId }: PlayerEvent): string => betKey(playerId, betId!)
const isBet = ({ eventType }: PlayerEvent): boolean => eventType === 'bet'
const isClosing = ({ eventType }: PlayerEvent): boolean => eventType === 'settlement' || eventType === 'refund'

/** What a batch's events about money come to, before anything else of it is written. */
export interface Books extends Booking {
  /** They would correct bets that nothing is known of any more. */
  readonly tooOld: ReadonlySet<QueuedEvent>
  /** They did so when the bets were known. */
  readonly resent: ReadonlySet<QueuedEvent>
  readonly changeOf: ReadonlyMap<PlayerEvent, BetChange>
}

/** `fresh` in the order of arrival. */
export async function makeBooks(
  session: Queryable,
  fresh: readonly QueuedEvent[],
  { before, closed }: KnownBets,
): Promise<Books> {
  const correcting = await correctingForgotten(session, fresh, before)
  const resent = await storedAmong(session, correcting)
  const tooOld = new Set([...correcting].filter(item => !resent.has(item)))
  const taken = correcting.size === 0 ? fresh : fresh.filter(item => !correcting.has(item))
  const { booked, bets } = bookBets(
    taken.map(item => item.event),
    before,
  )
  return {
    booked,
    bets: closed.size === 0 ? bets : bets.filter(({ playerId, betId }) => !closed.has(betKey(playerId, betId))),
    tooOld,
    resent,
    changeOf: new Map(booked.map(({ event, change }) => [event, change])),
  }
}

const NO_ITEMS: ReadonlySet<QueuedEvent> = new Set()

const CORRECTIONS: ReadonlySet<string> = new Set(['settlement', 'refund', 'rollback'])

async function correctingForgotten(
  session: Queryable,
  fresh: readonly QueuedEvent[],
  known: KnownBets['before'],
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

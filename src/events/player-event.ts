import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'

/** One thing a player did, checked and in its canonical form. JSON members are kept as text. */
export interface PlayerEvent {
  readonly eventId: string
  readonly playerId: string
  readonly eventType: string
  readonly eventName: string | null
  readonly amount: Money
  readonly currency: string | null
  readonly occurredAt: Millis
  readonly game: string | null
  readonly gameType: string | null
  readonly competition: string | null
  readonly market: string | null
  readonly sessionId: string | null
  readonly deviceId: string | null
  readonly roundId: string | null
  readonly betId: string | null
  readonly betMarket: string | null
  readonly selection: string | null
  readonly odds: Money | null
  readonly probability: number | null
  readonly result: string | null
  readonly context: string | null
  readonly data: string | null
  /** What `data` says, where the event has just been read and it is short: filters are about to ask for it. */
  readonly dataValue?: unknown
  readonly extra: string | null
}

export type RejectionCode =
  | 'INVALID_JSON'
  | 'NOT_AN_OBJECT'
  | 'INVALID_UTF8'
  | 'TOO_LARGE'
  | 'MISSING_FIELD'
  | 'INVALID_FIELD'
  | 'INVALID_AMOUNT'
  | 'INVALID_TIMESTAMP'
  | 'TIMESTAMP_AHEAD'
  | 'TOO_OLD'
  | 'TOO_LONG'
  | 'TOO_DEEP'
  | 'INVALID_CHARACTER'
  | 'FORBIDDEN_KEY'
  | 'CURRENCY_NOT_SUPPORTED'
  | 'REFUSED_BY_DATABASE'

/** Why one event was not taken. `index` is its place in what the caller sent, from 0. */
export interface Rejection {
  readonly index: number
  readonly eventId: string | null
  readonly code: RejectionCode
  readonly message: string
  /** What came, cut short and printable. */
  readonly raw: string
}

/** Thrown while an event is read; becomes a Rejection. */
export class EventProblem extends Error {
  constructor(
    readonly code: RejectionCode,
    message: string,
  ) {
    super(message)
  }
}

/** What happened to a caller's events. `rejected` lists the first 1,000. */
export interface IngestOutcome {
  accepted: number
  duplicates: number
  rejectedCount: number
  rejected: Rejection[]
}

export const REJECTED_LISTED_MAX = 1_000

/** The same three are the same event, anything else is another. No id may hold a NUL, so no two keys run together. */
export const eventKey = (event: Pick<PlayerEvent, 'playerId' | 'occurredAt' | 'eventId'>): string =>
  `${event.playerId}\0${event.occurredAt}\0${event.eventId}`

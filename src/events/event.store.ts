import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { copyField, instantArray, numberArray, numeric, ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import type { Contribution } from './contribution.js'
import type { PlayerEventRow } from './event.table.js'
import { eventKey, type PlayerEvent, type Rejection } from './player-event.js'

/** An event on its way into the table. */
export interface NewEvent {
  readonly event: PlayerEvent
  readonly stream: string
  readonly contribution: Contribution
  /** What it changes of the count of bets; null where its type says so: a `bet` is one, and nothing else is. */
  readonly bets: number | null
  /** Where it counts, if not in its own game; empty: in none. */
  readonly bookGame: string | null
  /** Of the rules that its batch went by. */
  readonly revision: number
  /** For campaigns. */
  readonly tooLate: boolean
}

/** Columns that every event fills. */
const REQUIRED =
  'player_id, occurred_at, event_id, event_type, amount, turnover, payouts, ingested_at, stream, rules_revision'

/** Columns that many events leave empty: a batch sends those that one of its events fills. */
type Field = (event: PlayerEvent, stored: NewEvent) => string | null
const OPTIONAL: readonly (readonly [column: string, field: Field])[] = [
  ['event_name', e => e.eventName],
  ['currency', e => e.currency],
  ['game', e => e.game],
  ['game_type', e => e.gameType],
  ['competition', e => e.competition],
  ['market', e => e.market],
  ['session_id', e => e.sessionId],
  ['device_id', e => e.deviceId],
  ['round_id', e => e.roundId],
  ['bet_id', e => e.betId],
  ['bet_market', e => e.betMarket],
  ['selection', e => e.selection],
  ['odds', e => (e.odds === null ? null : numeric(e.odds))],
  ['probability', e => (e.probability === null ? null : String(e.probability))],
  ['result', e => e.result],
  ['context', e => e.context],
  ['data', e => e.data],
  ['extra', e => e.extra],
  ['too_late', (_, { tooLate }) => (tooLate ? 'true' : null)],
  ['bets', (_, { bets }) => (bets === null ? null : String(bets))],
  ['book_game', (_, { bookGame }) => bookGame],
]

/**
 * Adds events that are known, or believed, to be new: a duplicate fails the whole statement on the key. COPY takes about
 * half of what INSERT ... ON CONFLICT takes, and resends are rare; who meets one asks existingKeys first.
 */
export async function insertEvents(session: Session, events: readonly NewEvent[], ingestedAt: Millis): Promise<void> {
  if (events.length === 0) return
  const filled = OPTIONAL.filter(([, field]) => events.some(stored => field(stored.event, stored) !== null))
  const columns = [REQUIRED, ...filled.map(([column]) => column)].join(', ')
  const fields = filled.map(([, field]) => field)
  const at = formatInstant(ingestedAt)
  let rows = ''
  for (const event of events) rows += copyRow(event, at, fields)
  await session.copy(`COPY player_event (${columns}) FROM STDIN`, rows)
}

function copyRow(stored: NewEvent, ingestedAt: string, fields: readonly Field[]): string {
  const { event: e, stream, contribution, revision } = stored
  const turnover = contribution.turnover === 0n ? '0' : numeric(contribution.turnover)
  const payouts = contribution.payouts === 0n ? '0' : numeric(contribution.payouts)
  let row =
    `${copyField(e.playerId)}\t${formatInstant(e.occurredAt)}\t${copyField(e.eventId)}\t${copyField(e.eventType)}\t` +
    `${numeric(e.amount)}\t${turnover}\t${payouts}\t${ingestedAt}\t${stream}\t${revision}`
  for (const field of fields) row += `\t${copyField(field(e, stored))}`
  return `${row}\n`
}

/**
 * Which of these are stored already, and since when. Exact, not a guess, while the rows of their players are locked: the
 * key holds the player, so nobody else can add the same event meanwhile.
 */
export async function existingKeys(session: Queryable, events: readonly PlayerEvent[]): Promise<Map<string, Millis>> {
  const times = events.map(event => event.occurredAt)
  const rows = await session.rows<{ player_id: string; occurred_at: Millis; event_id: string; ingested_at: Millis }>(
    `/* existingKeys */
     SELECT e.player_id, e.occurred_at, e.event_id, e.ingested_at
     FROM unnest($1::text[], $2::timestamptz[], $3::text[]) AS k(player_id, occurred_at, event_id)
     CROSS JOIN LATERAL (
       SELECT player_id, occurred_at, event_id, ingested_at FROM player_event
       WHERE player_id = k.player_id AND occurred_at = k.occurred_at AND event_id = k.event_id
         AND occurred_at BETWEEN $4::timestamptz AND $5::timestamptz
       ${ONE_LOOK_UP_A_ROW}) e`,
    [
      textArray(events.map(event => event.playerId)),
      instantArray(times),
      textArray(events.map(event => event.eventId)),
      formatInstant(times.reduce((a, b) => Math.min(a, b))),
      formatInstant(times.reduce((a, b) => Math.max(a, b))),
    ],
  )
  return new Map(
    rows.map(row => [
      eventKey({ playerId: row.player_id, occurredAt: row.occurred_at, eventId: row.event_id }),
      row.ingested_at,
    ]),
  )
}

export interface RejectedEvent {
  readonly stream: string
  readonly actor: string
  readonly rejection: Rejection
}

export const insertRejections = (session: Queryable, rejected: readonly RejectedEvent[], receivedAt: Millis) =>
  session.rows(
    `/* insertRejections */
     INSERT INTO rejected_event (received_at, stream, actor, index, event_id, code, message, raw)
     SELECT $1::timestamptz, * FROM unnest($2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[])`,
    [
      formatInstant(receivedAt),
      textArray(rejected.map(r => r.stream)),
      textArray(rejected.map(r => r.actor)),
      numberArray(rejected.map(r => r.rejection.index)),
      textArray(rejected.map(r => r.rejection.eventId)),
      textArray(rejected.map(r => r.rejection.code)),
      textArray(rejected.map(r => r.rejection.message)),
      textArray(rejected.map(r => r.rejection.raw)),
    ],
  )

/** Whether an earlier try of the same batch, whose answer was lost, has kept these. All or none of them. */
export async function areKept(
  session: Queryable,
  [first]: readonly RejectedEvent[],
  receivedAt: Millis,
): Promise<boolean> {
  if (first === undefined) return false
  const { stream, actor, rejection } = first
  const rows = await session.rows(
    `/* areKept */
     SELECT FROM rejected_event
     WHERE received_at = $1::timestamptz AND stream = $2 AND actor = $3 AND index = $4 AND raw = $5 LIMIT 1`,
    [formatInstant(receivedAt), stream, actor, rejection.index, rejection.raw],
  )
  return rows.length > 0
}

export interface EventAddress {
  readonly eventId: string
  readonly playerId: string | null
  readonly occurredAt: Millis | null
}

/** The newest event with this id. With the player it is a look-up in the key, without it a search. */
export async function findEvent(db: Queryable, at: EventAddress): Promise<PlayerEventRow | null> {
  const [row] = await db.rows<PlayerEventRow>(
    `/* findEvent */
     SELECT * FROM player_event
     WHERE event_id = $1
       AND ($2::text IS NULL OR player_id = $2)
       AND ($3::timestamptz IS NULL OR occurred_at = $3)
     ORDER BY occurred_at DESC LIMIT 1`,
    [at.eventId, at.playerId, at.occurredAt === null ? null : formatInstant(at.occurredAt)],
  )
  return row ?? null
}

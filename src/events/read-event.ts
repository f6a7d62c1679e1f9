import { jsonText, shown } from '../kernel/errors.js'
import { formatMoney } from '../kernel/money.js'
import { type EventRules, NAME_LENGTH_MAX, RAW_KEPT_MAX, SETTLEMENT_RESULTS } from './event-limits.js'
import * as check from './field.js'
import { EventProblem, type PlayerEvent, type Rejection, type RejectionCode } from './player-event.js'

const FIELDS = [
  'eventId',
  'playerId',
  'eventType',
  'eventName',
  'amount',
  'currency',
  'occurredAt',
  'game',
  'gameType',
  'competition',
  'market',
  'sessionId',
  'deviceId',
  'roundId',
  'betId',
  'betMarket',
  'selection',
  'odds',
  'probability',
  'result',
  'context',
  'data',
] as const
type FieldNames = Readonly<Record<(typeof FIELDS)[number], string>>

const namesBy = (spell: (field: string) => string) =>
  Object.fromEntries(FIELDS.map(field => [field, spell(field)])) as FieldNames

const CAMEL = namesBy(field => field)
const SNAKE: FieldNames = {
  ...namesBy(field => field.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)),
  occurredAt: 'timestamp',
}
/** The other shape of the field has the time here. */
const SNAKE_CREATED: FieldNames = { ...SNAKE, occurredAt: 'created_at' }

/** All other fields of /events are kept in `extra`. */
const KNOWN: ReadonlySet<string> = new Set(Object.values(SNAKE))
const KNOWN_CREATED: ReadonlySet<string> = new Set([...Object.values(SNAKE), SNAKE_CREATED.occurredAt])

type Wire = Readonly<Record<string, unknown>>

/** Reads one event as producers send it to /events, or says why it can't be taken; `line`: its text where there is one. */
export function readEvent(wire: unknown, index: number, rules: EventRules, line?: string): PlayerEvent | Rejection {
  return orRejection({ sent: wire, idField: 'event_id', line }, index, () => {
    if (typeof wire !== 'object' || wire === null || Array.isArray(wire)) {
      throw new EventProblem('NOT_AN_OBJECT', `an event must be a JSON object, got ${shown(wire)}`)
    }
    const { timestamp, created_at } = wire as Wire
    const names = timestamp === undefined || timestamp === null ? SNAKE_CREATED : SNAKE
    const sentAt = names === SNAKE ? timestamp : created_at
    if (sentAt === undefined || sentAt === null) throw new EventProblem('MISSING_FIELD', 'timestamp is required')
    if (typeof sentAt !== 'string') {
      throw new EventProblem(
        'INVALID_TIMESTAMP',
        `${names.occurredAt} must be an ISO 8601 string, got ${shown(sentAt)}`,
      )
    }
    return read(wire as Wire, names, index, rules, extraOf(wire as Wire, names === SNAKE ? KNOWN : KNOWN_CREATED))
  })
}

/** Reads one PlayerEventInput, whose scalars have been read already: amounts are exact, times are instants. */
export function readEventInput(input: object, index: number, rules: EventRules): PlayerEvent | Rejection {
  return orRejection({ sent: input, idField: 'eventId' }, index, () => read(input as Wire, CAMEL, index, rules, null))
}

interface Sent {
  readonly sent: unknown
  readonly idField: string
  readonly line?: string
}

function orRejection(
  { sent, idField, line }: Sent,
  index: number,
  reading: () => PlayerEvent,
): PlayerEvent | Rejection {
  try {
    return reading()
  } catch (problem) {
    if (!(problem instanceof EventProblem)) throw problem
    const sentId = typeof sent === 'object' && sent !== null ? (sent as Wire)[idField] : undefined
    const eventId = typeof sentId === 'string' || typeof sentId === 'number' ? String(sentId) : null
    return rejection(index, eventId, problem.code, problem.message, line ?? rawOf(sent))
  }
}

/** Reads one line of NDJSON. */
export function readEventLine(line: string, index: number, rules: EventRules): PlayerEvent | Rejection {
  let wire: unknown
  try {
    wire = JSON.parse(line)
  } catch (error) {
    return rejection(index, null, 'INVALID_JSON', `not valid JSON: ${printable((error as Error).message)}`, line)
  }
  return readEvent(wire, index, rules, line)
}

export function rejection(
  index: number,
  eventId: string | null,
  code: RejectionCode,
  message: string,
  raw: string,
): Rejection {
  const keptId = eventId === null ? null : printable(eventId.slice(0, NAME_LENGTH_MAX))
  return { index, eventId: keptId, code, message: printable(message), raw: printable(raw.slice(0, RAW_KEPT_MAX)) }
}

const printable = (value: string): string => value.replaceAll('\0', '\uFFFD').toWellFormed()

const rawOf = (sent: unknown): string =>
  jsonText(sent, (_, value) => (typeof value === 'bigint' ? formatMoney(value, 0) : value))

function read(sent: Wire, n: FieldNames, index: number, rules: EventRules, extra: Wire | null): PlayerEvent {
  const name = (field: string) => check.text(field, sent[field], NAME_LENGTH_MAX)
  const id = (field: string) => check.id(field, sent[field])
  const data = check.jsonField(n.data, sent[n.data])
  const event: PlayerEvent = {
    eventId: id(n.eventId) ?? rules.nameEvent(index),
    playerId: check.required(n.playerId, id(n.playerId)),
    eventType: check.required(n.eventType, name(n.eventType)),
    eventName: name(n.eventName),
    amount: check.amount(n.amount, sent[n.amount]),
    currency: check.currency(n.currency, sent[n.currency], rules),
    occurredAt: check.instant(n.occurredAt, sent[n.occurredAt], rules),
    game: name(n.game),
    gameType: name(n.gameType),
    competition: name(n.competition),
    market: name(n.market),
    sessionId: id(n.sessionId),
    deviceId: id(n.deviceId),
    roundId: id(n.roundId),
    betId: id(n.betId),
    betMarket: name(n.betMarket),
    selection: name(n.selection),
    odds: check.odds(n.odds, sent[n.odds]),
    probability: check.probability(n.probability, sent[n.probability]),
    result: name(n.result),
    context: check.json(n.context, sent[n.context]),
    data: data.text,
    dataValue: data.value,
    extra: check.json('extra', extra),
  }
  checkResult(event)
  return event
}

/** What a settlement pays depends on its result, so an unknown one is refused. */
function checkResult(event: PlayerEvent): void {
  if (event.eventType !== 'settlement' || event.result === null || SETTLEMENT_RESULTS.has(event.result)) return
  const known = [...SETTLEMENT_RESULTS].join(', ')
  throw new EventProblem('INVALID_FIELD', `result of a settlement must be one of ${known}, got "${event.result}"`)
}

function extraOf(wire: Wire, known: ReadonlySet<string>): Record<string, unknown> | null {
  let extra: Record<string, unknown> | null = null
  for (const key in wire) {
    if (known.has(key)) continue
    check.checkKey('the event', key)
    extra ??= {}
    extra[key] = wire[key]
  }
  return extra
}

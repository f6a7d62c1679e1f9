import { shown } from '../kernel/errors.js'
import { AMOUNT_MAX, formatMoney, type Money, moneyFromNumber, parseMoney } from '../kernel/money.js'
import { DAY_MS, formatInstant, type Millis, parseInstant, SECOND_MS } from '../kernel/time.js'
import { type EventRules, ID_LENGTH_MAX, JSON_DEPTH_MAX, OCCURRED_AT_MIN, ODDS_MAX } from './event-limits.js'
import { EventProblem } from './player-event.js'

/** Checks of single fields. Each names the field as the sender wrote it and what came. */

export function text(field: string, value: unknown, lengthMax: number): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string')
    throw new EventProblem('INVALID_FIELD', `${field} must be a string, got ${shown(value)}`)
  if (value.length > lengthMax) {
    throw new EventProblem('TOO_LONG', `${field} may have ${lengthMax} characters, got ${value.length}`)
  }
  return wellFormed(field, value)
}

function wellFormed(field: string, value: string): string {
  if (value.includes('\0'))
    throw new EventProblem('INVALID_CHARACTER', `${field} holds a NUL character, got ${shown(value)}`)
  if (!value.isWellFormed())
    throw new EventProblem('INVALID_CHARACTER', `${field} holds half of a surrogate pair, got ${shown(value)}`)
  return value
}

/** GraphQL's scalars have been read already: amounts come as bigint, instants as milliseconds. */
const shownAmount = (value: unknown): string => (typeof value === 'bigint' ? formatMoney(value, 0) : shown(value))
const shownInstant = (value: unknown): string => (typeof value === 'number' ? formatInstant(value) : shown(value))

/** Ids may come as whole numbers. */
export function id(field: string, value: unknown): string | null {
  if (typeof value !== 'number') return text(field, value, ID_LENGTH_MAX)
  if (!Number.isSafeInteger(value)) {
    throw new EventProblem('INVALID_FIELD', `${field} must be a string or a whole number up to 2^53 - 1, got ${value}`)
  }
  return String(value)
}

export function required<T>(field: string, value: T | null): T {
  if (value === null) throw new EventProblem('MISSING_FIELD', `${field} is required`)
  return value
}

export function amount(field: string, value: unknown): Money {
  const money = decimal(field, value, 'INVALID_AMOUNT')
  if (money === null) return 0n
  if (money < 0n) throw new EventProblem('INVALID_AMOUNT', `${field} must be 0 or more, got ${shownAmount(value)}`)
  if (money > AMOUNT_MAX) {
    throw new EventProblem(
      'INVALID_AMOUNT',
      `${field} may be at most ${formatMoney(AMOUNT_MAX, 0)}, got ${shownAmount(value)}`,
    )
  }
  return money
}

export function odds(field: string, value: unknown): Money | null {
  const money = decimal(field, value, 'INVALID_FIELD')
  if (money !== null && (money < 10_000n || money > ODDS_MAX)) {
    throw new EventProblem('INVALID_FIELD', `${field} must be between 1 and 1000000, got ${shownAmount(value)}`)
  }
  return money
}

function decimal(field: string, value: unknown, code: 'INVALID_AMOUNT' | 'INVALID_FIELD'): Money | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return value
  const money =
    typeof value === 'number' ? moneyFromNumber(value) : typeof value === 'string' ? parseMoney(value) : 'not a decimal'
  if (typeof money === 'bigint') return money
  throw new EventProblem(
    code,
    `${field} ${money === 'more than 4 decimals' ? 'has' : 'is'} ${money}, got ${shownAmount(value)}`,
  )
}

export function probability(field: string, value: unknown): number | null {
  if (value === undefined || value === null) return null
  const p = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof p !== 'number' || !(p >= 0 && p <= 1)) {
    throw new EventProblem('INVALID_FIELD', `${field} must be a number from 0 to 1, got ${shown(value)}`)
  }
  return p
}

export function currency(field: string, value: unknown, rules: EventRules): string | null {
  const code = text(field, value, 3 * ID_LENGTH_MAX)
  if (code !== null && code !== rules.baseCurrency) {
    throw new EventProblem('CURRENCY_NOT_SUPPORTED', `${field} must be ${rules.baseCurrency}, got ${shown(code)}`)
  }
  return code
}

export function instant(field: string, value: unknown, rules: EventRules): Millis {
  const at = typeof value === 'number' ? value : typeof value === 'string' ? parseInstant(value) : null
  if (at === null) {
    const form = 'must be an ISO 8601 instant with an offset, e.g. 2024-01-15T14:30:00Z'
    throw new EventProblem('INVALID_TIMESTAMP', `${field} ${form}, got ${shownInstant(value)}`)
  }
  const now = rules.clock()
  if (at > now + rules.aheadMs) {
    const limit = `at most ${rules.aheadMs / SECOND_MS} s ahead of ${formatInstant(now)}`
    throw new EventProblem('TIMESTAMP_AHEAD', `${field} may be ${limit}, got ${shownInstant(value)}`)
  }
  if (at < OCCURRED_AT_MIN) {
    throw new EventProblem(
      'INVALID_TIMESTAMP',
      `${field} must not be before ${formatInstant(OCCURRED_AT_MIN)}, got ${shownInstant(value)}`,
    )
  }
  if (rules.retentionMs > 0 && at < now - rules.retentionMs) {
    const limit = `events are kept for ${rules.retentionMs / DAY_MS} days`
    throw new EventProblem('TOO_OLD', `${field} is too old: ${limit}, got ${shownInstant(value)}`)
  }
  return at
}

export interface JsonField {
  readonly text: string | null
  /** As it would be read from the text; undefined where that has to be done. */
  readonly value: unknown
}

/** A queue is bounded by the length of texts, and what a long one says may take twenty times as much memory. */
const VALUE_KEPT_CHARACTERS_MAX = 1_024

const NO_JSON: JsonField = { text: null, value: undefined }

/** A JSON member as text, once every string and number in it can be stored and read back. */
export const json = (field: string, value: unknown): string | null => jsonField(field, value).text

/** The same, with what it says. */
export function jsonField(field: string, value: unknown): JsonField {
  if (value === undefined || value === null) return NO_JSON
  const isSame = checkJson(field, value, 1)
  const text = JSON.stringify(value)
  return { text, value: isSame && text.length <= VALUE_KEPT_CHARACTERS_MAX ? value : undefined }
}

/** Whether its text says the very same: -0 is written as 0. */
function checkJson(path: string, value: unknown, depth: number): boolean {
  if (typeof value === 'string') wellFormed(path, value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new EventProblem('INVALID_FIELD', `${path} holds a number that is too large`)
    return !Object.is(value, -0)
  }
  if (typeof value !== 'object' || value === null) return true
  if (depth > JSON_DEPTH_MAX)
    throw new EventProblem('TOO_DEEP', `${path} is nested deeper than ${JSON_DEPTH_MAX} levels`)
  let isSame = true
  if (Array.isArray(value)) {
    for (const item of value) isSame = checkJson(path, item, depth + 1) && isSame
    return isSame
  }
  for (const key of Object.keys(value)) {
    checkKey(path, key)
    isSame = checkJson(path, (value as Record<string, unknown>)[key], depth + 1) && isSame
  }
  return isSame
}

export function checkKey(path: string, key: string): void {
  if (key === '__proto__') throw new EventProblem('FORBIDDEN_KEY', `${path} has a key named __proto__`)
  wellFormed(`a key of ${path}`, key)
}

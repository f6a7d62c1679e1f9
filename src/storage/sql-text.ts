/**
 * Batches travel as array literals and COPY rows that are encoded here: about half of the driver's own cost an event,
 * and the driver's share of a batch is what bounds the ingest rate after the database itself.
 */
import { formatMoney, type Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'

/**
 * Ends a lateral subquery that the planner must not merge into its surroundings: it is a look-up in the key, once a row,
 * whatever the statistics of a table that grows by the second say.
 */
export const ONE_LOOK_UP_A_ROW = 'OFFSET 0'

const NEEDS_QUOTES = /[\s{}",\\]|^$|^null$/i
const ESCAPED = /["\\]/g

function textElement(value: string | null): string {
  if (value === null) return 'NULL'
  return NEEDS_QUOTES.test(value) ? `"${value.replace(ESCAPED, '\\$&')}"` : value
}

export const textArray = (values: readonly (string | null)[]): string => `{${values.map(textElement).join(',')}}`

export const numberArray = (values: readonly (number | bigint)[]): string => `{${values.join(',')}}`

export const moneyArray = (values: readonly Money[]): string => `{${values.map(numeric).join(',')}}`

export const instantArray = (values: readonly Millis[]): string => `{${values.map(instant).join(',')}}`

const HIGHEST_EXACT = BigInt(Number.MAX_SAFE_INTEGER)

/** Money as a numeric literal, without going through bigint division where a double is exact. */
export function numeric(amount: Money): string {
  if (amount > HIGHEST_EXACT || amount < -HIGHEST_EXACT) return formatMoney(amount, 0)
  const units = Number(amount)
  if (units % 10_000 === 0) return String(units / 10_000)
  return formatMoney(amount, 0)
}

let lastAt: Millis = Number.NaN
let lastText = ''

/** Panes and commit times repeat, so the last one is kept. */
export function instant(at: Millis): string {
  if (at !== lastAt) {
    lastText = new Date(at).toISOString()
    lastAt = at
  }
  return lastText
}

const COPY_SPECIAL = /[\\\t\n\r]/
const COPY_SPECIALS = /[\\\t\n\r]/g
const COPY_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** One field of COPY's text format. */
export function copyField(value: string | null): string {
  if (value === null) return '\\N'
  return COPY_SPECIAL.test(value) ? value.replace(COPY_SPECIALS, c => COPY_ESCAPES[c]!) : value
}

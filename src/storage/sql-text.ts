/**
 * Batches travel as array literals and COPY rows that are encoded here: about half of the driver's own cost an event,
 * and the driver's share of a batch is what bounds the ingest rate after the database itself.
 */
import { formatMoney, MONEY_DECIMALS, MONEY_SCALE, type Money } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'

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

/** Of the texts of arrays of numbers, as text[]: each of them needs its quotes, and nothing in it needs an escape. */
export const arrayOfArrays = (arrays: readonly string[]): string =>
  arrays.length === 0 ? '{}' : `{"${arrays.join('","')}"}`

export const numberArray = (values: readonly (number | bigint)[]): string => `{${values.join(',')}}`

export const moneyArray = (values: readonly Money[]): string => `{${values.map(numeric).join(',')}}`

export const instantArray = (values: readonly Millis[]): string => `{${values.map(formatInstant).join(',')}}`

const UNITS = Number(MONEY_SCALE)
const HIGHEST_EXACT = BigInt(Number.MAX_SAFE_INTEGER)

/** Money as a numeric literal, without going through bigint division where a double is exact. */
export function numeric(amount: Money): string {
  if (amount > HIGHEST_EXACT || amount < -HIGHEST_EXACT) return formatMoney(amount, 0)
  const units = Number(amount)
  const rest = units % UNITS
  if (rest === 0) return String(units / UNITS)
  if (units < 0) return formatMoney(amount, 0)
  return `${(units - rest) / UNITS}.${String(rest).padStart(MONEY_DECIMALS, '0')}`
}

const COPY_SPECIAL = /[\\\t\n\r]/
const COPY_SPECIALS = /[\\\t\n\r]/g
const COPY_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** One field of COPY's text format. */
export function copyField(value: string | null): string {
  if (value === null) return '\\N'
  return COPY_SPECIAL.test(value) ? value.replace(COPY_SPECIALS, c => COPY_ESCAPES[c]!) : value
}

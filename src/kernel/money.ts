/**
 * Amounts are exact: integers of ten-thousandths, as bigint. Ten-thousandths of one currency unit are the finest step
 * that an event may carry, so sums never round.
 */
export type Money = bigint

export const MONEY_SCALE = 10_000n
export const MONEY_DECIMALS = 4
/** The highest amount of one event. */
export const AMOUNT_MAX: Money = 1_000_000_000_000n * MONEY_SCALE

const DECIMAL = /^(-?)(\d{1,24})(?:\.(\d{1,40}))?$/

export type MoneyProblem = 'not a decimal' | 'more than 4 decimals' | 'not exact as a JSON number, send it as a string'

/** Reads "1250.5" exactly; zeros past the fourth decimal are harmless, other digits are refused, nothing is rounded. */
export function parseMoney(text: string): Money | MoneyProblem {
  const part = DECIMAL.exec(text)
  if (part === null) return 'not a decimal'
  const fraction = part[3] ?? ''
  for (let i = MONEY_DECIMALS; i < fraction.length; i++) if (fraction[i] !== '0') return 'more than 4 decimals'
  const digits = part[2]! + fraction.slice(0, MONEY_DECIMALS).padEnd(MONEY_DECIMALS, '0')
  const units = digits.length <= 15 ? BigInt(Number(digits)) : BigInt(digits)
  return part[1] === '-' ? -units : units
}

const SIGNIFICANT_DIGITS_OF_A_DOUBLE = 15
const UNITS = 10_000
const UNITS_EXACT = 1e15

/**
 * Reads a JSON number. A double holds every decimal of up to 15 significant digits exactly enough to print it again;
 * beyond that the sender's digits are already lost, so such a number is refused.
 */
export function moneyFromNumber(value: number): Money | MoneyProblem {
  if (!Number.isFinite(value)) return 'not a decimal'
  // The double nearest to so many ten-thousandths: with at most 15 digits, that is the decimal that was written.
  const units = Math.round(value * UNITS)
  if (Math.abs(units) < UNITS_EXACT && units / UNITS === value) return BigInt(units)
  const text = String(value)
  if (text.includes('e')) return Math.abs(value) < 1 ? 'more than 4 decimals' : 'not a decimal'
  const significant = text.replace(/^-?0*\.?0*/, '').replace('.', '')
  const digits = text.includes('.') ? significant.length : significant.replace(/0+$/, '').length
  if (digits > SIGNIFICANT_DIGITS_OF_A_DOUBLE) {
    return 'not exact as a JSON number, send it as a string'
  }
  return parseMoney(text)
}

/** The shortest exact form with at least `minDecimals`, e.g. 12500000n -> "1250.00". */
export function formatMoney(amount: Money, minDecimals = 2): string {
  const sign = amount < 0n ? '-' : ''
  const units = amount < 0n ? -amount : amount
  const whole = units / MONEY_SCALE
  let fraction = (units % MONEY_SCALE).toString().padStart(MONEY_DECIMALS, '0')
  while (fraction.length > minDecimals && fraction.endsWith('0')) fraction = fraction.slice(0, -1)
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
}

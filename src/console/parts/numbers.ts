/** Exact decimals come as text: Intl takes text without making a float of it. */
const money = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const whole = new Intl.NumberFormat('en')
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 })

/** "1250.005" -> "1,250.01": columns of amounts are read by their points. The exact one stands in the title. */
export const moneyText = (amount: string): string => money.format(amount as unknown as number)
export const countText = (count: number): string => whole.format(count)
export const percentText = (percent: number | null): string =>
  percent === null ? '-' : `${oneDigit.format(percent)} %`

export function seconds(value: number): string {
  if (value < 1) return `${Math.round(value * 1_000)} ms`
  if (value < 90) return `${oneDigit.format(value)} s`
  if (value < 5_400) return `${Math.round(value / 60)} min`
  return value < 172_800 ? `${oneDigit.format(value / 3_600)} h` : `${Math.round(value / 86_400)} days`
}

/** -1, 0 or 1, without a float. */
export const signOf = (amount: string): number => (/[1-9]/.test(amount) ? (amount.startsWith('-') ? -1 : 1) : 0)

/** For sorting: exact, whatever the size. */
export function compareAmounts(a: string, b: string): number {
  const difference = unitsOf(a) - unitsOf(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export const DECIMALS = 4

/** "-12.5" -> -125000n: ten-thousandths. */
export function unitsOf(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.')
  const units = BigInt(whole + fraction.padEnd(DECIMALS, '0'))
  return amount.startsWith('-') ? -units : units
}

import { DECIMALS, unitsOf } from './numbers'

/** Exact sums of decimals that come as text, with at most 4 decimals. */
export function sumOf(amounts: readonly string[]): string {
  return textOf(amounts.reduce((sum, amount) => sum + unitsOf(amount), 0n))
}

/** Null where there is nothing to be a part of. One decimal more than is shown. */
export function percentOf(part: string, whole: string): number | null {
  const all = unitsOf(whole)
  return all === 0n ? null : Number((unitsOf(part) * 10_000n) / all) / 100
}

function textOf(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(DECIMALS + 1, '0')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`
}

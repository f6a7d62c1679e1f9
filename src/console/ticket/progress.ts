const DECIMALS = 4
/** Of a progress bar. */
export const WHOLE = 1_000

/** How far it is to the next ticket, from 0 to WHOLE: exact decimals, and no float before the last step. */
export function progressTo(stakePerTicket: string, distance: string): number {
  const [step, left] = [units(stakePerTicket), units(distance)]
  return Number(((step - left) * BigInt(WHOLE)) / step)
}

function units(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(DECIMALS, '0').slice(0, DECIMALS))
}

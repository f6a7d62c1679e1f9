// With its ending: the tests, outside of the bundle, read this file too.
import { unitsOf } from '../parts/numbers.js'

/** Of a progress bar. */
export const WHOLE = 1_000

/** How far it is to the next ticket, from 0 to WHOLE: exact decimals, and no float before the last step. */
export function progressTo(stakePerTicket: string, distance: string): number {
  const [step, left] = [unitsOf(stakePerTicket), unitsOf(distance)]
  return Number(((step - left) * BigInt(WHOLE)) / step)
}

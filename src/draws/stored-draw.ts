import type { Millis } from '../kernel/time.js'
import type { Draw } from './draw.js'

/** A draw as the database has it: what becomes of it besides what everybody may see. */
export interface StoredDraw extends Draw {
  readonly number: number
  /** Its stakes are counted under this. */
  readonly counting: number
  /** Of the rules, from which on batches count for it. */
  readonly revision: number
  readonly executedAt: Millis | null
  readonly forced: boolean
  /** No batch that begins afterwards counts for it. */
  readonly closedAt: Millis | null
  /** Players who were left out because they were suppressed when the draw was closed. */
  readonly excluded: number
  /** Position of the last award that is committed. */
  readonly awardedUpTo: number
  /** Everybody's account is kept: stakes need not be any more. */
  readonly settled: boolean
}

/** Its stakes were counted before under other rules, and what was told by them is not told again. */
export const wasChanged = ({ number, counting }: Pick<StoredDraw, 'number' | 'counting'>): boolean =>
  counting !== number

/** A new draw's secrets, sealed. */
export interface SealedSecrets {
  readonly seedHash: string
  readonly sealedSeed: Buffer
  readonly sealedPseudonymKey: Buffer
}

export const seedLabel = (drawId: string): string => `draw:${drawId}:seed`
export const pseudonymKeyLabel = (drawId: string): string => `draw:${drawId}:pseudonyms`

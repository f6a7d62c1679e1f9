import { AppError, badInput } from '../kernel/errors.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import { checkPrizes, checkText, DRAW_ID, type Prize, type PrizeDraft } from './draw.js'
import type { SecretBox } from './draw-key.js'
import type { AwardOutcome } from './make-draw.js'

/** From startsAt to endsAt (exclusive) each player may play once, and is told at once what it has won. */
export interface InstantWinDraft {
  readonly id: string
  readonly name: string
  readonly startsAt: Millis
  readonly endsAt: Millis
  /** From the highest to the lowest. */
  readonly prizes: readonly PrizeDraft[]
  readonly defaultPrize: PrizeDraft | null
}

export interface InstantWinRules extends InstantWinDraft {
  readonly prizes: readonly Prize[]
  readonly defaultPrize: Prize | null
}

export interface InstantWin extends InstantWinRules {
  /** SHA-256 of the secret seed in hex. */
  readonly seedHash: string
  readonly sealedSeed: Buffer
  /** How many players have. */
  readonly played: number
}

export interface InstantWinAward {
  readonly instantWinId: string
  readonly playerId: string
  /** From 1, in the order in which they were given. */
  readonly position: number
  readonly outcome: AwardOutcome
  /** Null without one. */
  readonly prize: Prize | null
  readonly awardedAt: Millis
}

/** They are kept for good. */
export const INSTANT_WINS_MAX = 10_000

/** What its seed is sealed under. */
export const seedLabelOf = (id: string): string => `instantWin:${id}:seed`

export const openSeed = ({ id, sealedSeed }: InstantWin, secrets: SecretBox): Buffer =>
  secrets.open(sealedSeed, seedLabelOf(id))

export const noInstantWin = (): AppError => new AppError('NOT_FOUND', 'there is no instant win of this id')

/** Throws BAD_USER_INPUT. */
export function checkInstantWin(draft: InstantWinDraft, now: Millis): void {
  if (!DRAW_ID.test(draft.id)) throw badInput('id', 'must be 1 to 100 of A-Z a-z 0-9 _ . : -', draft.id)
  checkText('name', draft.name)
  const { startsAt, endsAt } = draft
  if (startsAt >= endsAt) {
    throw badInput('endsAt', `must be later than startsAt ${formatInstant(startsAt)}`, formatInstant(endsAt))
  }
  if (endsAt <= now) throw badInput('endsAt', `must lie ahead of now, ${formatInstant(now)}`, formatInstant(endsAt))
  checkPrizes(draft)
}

/** Why nobody can play now; null where everybody can. */
export function closedAt({ startsAt, endsAt }: InstantWinRules, now: Millis): AppError | null {
  if (now < startsAt) return new AppError('CONFLICT', `the instant win starts at ${formatInstant(startsAt)}`)
  if (now >= endsAt) return new AppError('CONFLICT', `the instant win ended at ${formatInstant(endsAt)}`)
  return null
}

const piecesOf = (prizes: readonly Prize[]): number => prizes.reduce((sum, { quantity }) => sum + quantity, 0)

export const prizesLeft = ({ prizes, played }: InstantWin): number => Math.max(0, piecesOf(prizes) - played)

import type { Millis } from '../kernel/time.js'
import type { Prize } from './draw.js'
import type { AwardOutcome } from './make-draw.js'
import type { PublicTicket } from './ticket-value.js'

/** What a draw brought to one of its players. */
export interface PrizeAward {
  readonly feedId: number
  readonly drawId: string
  readonly playerId: string
  /** The player's name in the draw's proof. */
  readonly entryId: string
  readonly outcome: AwardOutcome
  readonly prize: Prize | null
  /** Rank of the ticket among all that were drawn, from 1. */
  readonly position: number
  readonly ticket: PublicTicket
  readonly message: string
  readonly awardedAt: Millis
}

export const AWARD_TOPIC = 'draw.award'

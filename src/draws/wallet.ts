import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { StoredDraw } from './stored-draw.js'
import { type Account, distanceToNextTicket, tickets } from './ticket-rule.js'

/** What a player sees of its part in a draw. */
export interface Wallet {
  readonly drawId: string
  readonly playerId: string
  /** The player's name in the public proof of this draw. */
  readonly entryId: string
  readonly optedIn: boolean
  readonly tickets: number
  readonly stakeTotal: Money
  /** The stake that brings the next ticket; null where no stake brings one any more. */
  readonly distanceToNextTicket: Money | null
  readonly lastMilestone: number | null
}

export interface WalletKey {
  readonly drawId: string
  readonly playerId: string
}

/** A player's part in a draw, as stored. */
export interface Holding extends Account {
  readonly optedInAt: Millis | null
}

export const NO_HOLDING: Holding = { stakeTotal: 0n, granted: 0, optedInAt: null }

export function walletOf(draw: StoredDraw, playerId: string, entryId: string, holding: Holding): Wallet {
  const count = tickets(draw, holding)
  const takesStakes = draw.closedAt === null && draw.status !== 'CANCELLED'
  return {
    drawId: draw.id,
    playerId,
    entryId,
    optedIn: holding.optedInAt !== null,
    tickets: count,
    stakeTotal: holding.stakeTotal,
    distanceToNextTicket: takesStakes ? distanceToNextTicket(draw, holding) : null,
    lastMilestone: draw.milestones.findLast(milestone => milestone <= count) ?? null,
  }
}

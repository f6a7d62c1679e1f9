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
  /** Its tickets are not drawn: it was suppressed when the draw was closed. */
  readonly excluded: boolean
}

export interface WalletKey {
  readonly drawId: string
  readonly playerId: string
}

/** A player's part in a draw, as stored. */
export interface Holding extends Account {
  /** Suppressed when the draw was closed: its tickets are not drawn. */
  readonly excluded: boolean
  readonly optedInAt: Millis | null
}

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
    excluded: holding.excluded,
    lastMilestone: draw.milestones.findLast(milestone => milestone <= count) ?? null,
  }
}

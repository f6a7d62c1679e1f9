import type { Millis } from '../kernel/time.js'
import type { Gain } from './standing.js'
import { milestonesBetween } from './ticket-rule.js'

/** The name of milestones in the feed. */
export const MILESTONE_TOPIC = 'draw.milestone'

/** A player has reached a count of tickets that its draw tells of. */
export interface TicketMilestone {
  readonly feedId: number
  readonly drawId: string
  readonly playerId: string
  readonly milestone: number
  /** What the player has now: several milestones can be reached at once. */
  readonly tickets: number
  readonly reachedAt: Millis
}

/** A milestone before the feed has given it an id. */
export type NewMilestone = Omit<TicketMilestone, 'feedId'>

/** Tickets never become fewer, so each milestone lies between one before and after alone. */
export const milestonesOf = ({ draw, playerId, before, after }: Gain, at: Millis): NewMilestone[] =>
  milestonesBetween(before, after, draw.milestones).map(milestone => ({
    drawId: draw.id,
    playerId,
    milestone,
    tickets: after,
    reachedAt: at,
  }))

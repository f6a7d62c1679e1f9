import type { PlayerEvent } from '../events/player-event.js'
import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import { type DrawRules, TICKETS_MAX } from './draw.js'

/** What a player has brought into one draw. */
export interface Account {
  readonly stakeTotal: Money
  /** Tickets that were not staked for. */
  readonly granted: number
}

type TicketRule = Pick<DrawRules, 'stakePerTicket' | 'maxTicketsPerPlayer'>

export function tickets(rule: TicketRule, { stakeTotal, granted }: Account): number {
  const staked = rule.stakePerTicket === null ? 0 : wholeSteps(stakeTotal, rule.stakePerTicket)
  return Math.min(staked + granted, rule.maxTicketsPerPlayer ?? TICKETS_MAX)
}

/** Below it, a quotient of two whole numbers as a double never reaches the next whole number. */
const EXACT_BELOW = 2n ** 52n

const wholeSteps = (stake: Money, step: Money): number =>
  stake < EXACT_BELOW && step < EXACT_BELOW ? Math.floor(Number(stake) / Number(step)) : Number(stake / step)

/** The stake that brings the next ticket; null where no stake brings one. */
export function distanceToNextTicket(rule: TicketRule, account: Account): Money | null {
  const step = rule.stakePerTicket
  if (step === null || tickets(rule, account) >= (rule.maxTicketsPerPlayer ?? TICKETS_MAX)) return null
  return step - (account.stakeTotal % step)
}

/** Those that a count of tickets has reached on its way from `before` to `after`, ascending as they are. */
export const milestonesBetween = (before: number, after: number, milestones: readonly number[]): number[] =>
  milestones.filter(milestone => before < milestone && milestone <= after)

type Counted = Pick<PlayerEvent, 'eventType' | 'game' | 'gameType' | 'occurredAt'>
type CountingRule = Pick<
  DrawRules,
  'opensAt' | 'drawsAt' | 'eventTypes' | 'game' | 'gameType' | 'optInRequired' | 'stakePerTicket'
>

/** Does the event's amount count as stake? `optedInAt`: of its player, null for one who has not. */
export function counts(draw: CountingRule, event: Counted, optedInAt: Millis | null): boolean {
  if (draw.stakePerTicket === null) return false
  if (event.occurredAt < draw.opensAt || event.occurredAt >= draw.drawsAt) return false
  if (!draw.eventTypes.includes(event.eventType)) return false
  if (draw.game !== null && draw.game !== event.game) return false
  if (draw.gameType !== null && draw.gameType !== event.gameType) return false
  return !draw.optInRequired || (optedInAt !== null && event.occurredAt >= optedInAt)
}

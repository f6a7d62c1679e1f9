import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'

/** One player above one policy's threshold in one window. */
export interface VipEntry {
  readonly feedId: number
  readonly policyId: string
  readonly policyVersion: number
  readonly playerId: string
  readonly windowStart: Millis
  readonly windowEnd: Millis
  readonly eventTypes: readonly string[]
  readonly crossingEventId: string | null
  readonly enteredAt: Millis
  readonly suppressed: boolean
  /** Of the window at the commit that made the entry: what subscriptions filter on, live and replayed alike. */
  readonly amountEntered: Money
  readonly figures: WindowFigures
}

/** Of the policy's event types in the entry's window, as it stood when it was read. */
export interface WindowFigures {
  readonly amount: Money
  readonly eventCount: number
  readonly sessionCount: number
  readonly firstEventAt: Millis
  readonly lastEventAt: Millis
}

/** What the figures of an entry are counted over. */
export interface EntryWindow {
  readonly playerId: string
  readonly windowStart: Millis
  readonly windowEnd: Millis
  readonly eventTypes: readonly string[]
}

export const VIP_TOPIC = 'vip.entered'

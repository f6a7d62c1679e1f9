import type { PlayerEvent } from '../events/player-event.js'
import type { Money } from '../kernel/money.js'
import { type Millis, PANE_MS } from '../kernel/time.js'
import { paneOf } from '../players/pane.js'
import { type VipPolicy, windowsAround } from './vip-policy.js'

/** A player that has just gone over a policy's threshold in one window. */
export interface Crossing {
  readonly policy: VipPolicy
  readonly playerId: string
  readonly windowStart: Millis
  readonly windowEnd: Millis
  /** Null where a change of the policy put the player above, not an event. */
  readonly crossingEventId: string | null
}

/** Sum of the amounts of one player and event type in one pane, as it stands after the batch. */
export interface PaneSum {
  readonly playerId: string
  readonly paneStart: Millis
  readonly eventType: string
  readonly amount: Money
}

/** Panes that can matter to a player's events of this batch. */
export interface Reach {
  readonly playerId: string
  readonly from: Millis
  readonly to: Millis
}

const counts = (policy: VipPolicy, event: PlayerEvent): boolean =>
  event.amount > 0n && policy.eventTypes.includes(event.eventType)

/** For each player with an event that a policy counts: the panes of all windows that hold one of these events. */
export function reachOf(policies: readonly VipPolicy[], events: readonly PlayerEvent[]): Reach[] {
  const widestByType = new Map<string, number>()
  for (const policy of policies) {
    for (const type of policy.eventTypes) {
      widestByType.set(type, Math.max(widestByType.get(type) ?? 0, policy.windowMs))
    }
  }
  const reach: Reach[] = []
  for (const event of events) {
    const widest = widestByType.get(event.eventType)
    if (widest === undefined || event.amount === 0n) continue
    const pane = paneOf(event.occurredAt)
    reach.push({ playerId: event.playerId, from: pane - widest + PANE_MS, to: pane + widest })
  }
  return merged(reach)
}

/** One player's events may lie years apart: only ranges that touch become one. */
export function merged(reach: Reach[]): Reach[] {
  reach.sort((a, b) => (a.playerId < b.playerId ? -1 : a.playerId > b.playerId ? 1 : a.from - b.from))
  const result: Reach[] = []
  for (const next of reach) {
    const last = result.at(-1)
    if (last === undefined || last.playerId !== next.playerId || last.to < next.from) result.push(next)
    else if (next.to > last.to) result[result.length - 1] = { ...last, to: next.to }
  }
  return result
}

/**
 * Who crossed a threshold, and at which event, in the order of arrival. `after` holds the pane sums of these players
 * with the batch in it; players that can't be above any threshold may be left out.
 */
export function detectCrossings(
  policies: readonly VipPolicy[],
  events: readonly PlayerEvent[],
  after: readonly PaneSum[],
): Crossing[] {
  const ledgers = ledgersBefore(events, after)
  const crossings: Crossing[] = []
  for (const event of events) {
    const ledger = ledgers.get(event.playerId)
    if (ledger === undefined) continue
    for (const policy of policies) {
      if (counts(policy, event)) crossings.push(...crossingsAt(policy, event, ledger))
    }
    ledger.add(event)
  }
  return crossings
}

function crossingsAt(policy: VipPolicy, event: PlayerEvent, ledger: Ledger): Crossing[] {
  const crossings: Crossing[] = []
  for (const windowStart of windowsAround(event.occurredAt, policy.windowMs, policy.slideMs)) {
    const windowEnd = windowStart + policy.windowMs
    const before = ledger.sum(policy.eventTypes, windowStart, windowEnd)
    if (before > policy.threshold || before + event.amount <= policy.threshold) continue
    const { playerId, eventId } = event
    crossings.push({ policy, playerId, windowStart, windowEnd, crossingEventId: eventId })
  }
  return crossings
}

/** Pane sums of one player as they stand before the next event. */
class Ledger {
  private readonly byType = new Map<string, Map<Millis, Money>>()

  change(eventType: string, paneStart: Millis, amount: Money): void {
    let panes = this.byType.get(eventType)
    if (panes === undefined) {
      panes = new Map()
      this.byType.set(eventType, panes)
    }
    panes.set(paneStart, (panes.get(paneStart) ?? 0n) + amount)
  }

  add(event: PlayerEvent): void {
    this.change(event.eventType, paneOf(event.occurredAt), event.amount)
  }

  sum(eventTypes: readonly string[], from: Millis, to: Millis): Money {
    let sum = 0n
    for (const type of eventTypes) {
      for (const [pane, amount] of this.byType.get(type) ?? []) if (pane >= from && pane < to) sum += amount
    }
    return sum
  }
}

function ledgersBefore(events: readonly PlayerEvent[], after: readonly PaneSum[]): Map<string, Ledger> {
  const ledgers = new Map<string, Ledger>()
  for (const sum of after) {
    let ledger = ledgers.get(sum.playerId)
    if (ledger === undefined) {
      ledger = new Ledger()
      ledgers.set(sum.playerId, ledger)
    }
    ledger.change(sum.eventType, sum.paneStart, sum.amount)
  }
  for (const event of events) {
    ledgers.get(event.playerId)?.change(event.eventType, paneOf(event.occurredAt), -event.amount)
  }
  return ledgers
}

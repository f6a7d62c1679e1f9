import type { PlayerEvent } from '../events/player-event.js'
import type { Millis } from '../kernel/time.js'
import { suppressedAmong } from '../players/suppression.store.js'
import type { Queryable } from '../storage/database.js'
import { type AmountBounds, addTo, type HourSum } from '../vip/amount-bounds.js'
import { detectCrossings, merged, type Reach, reachOf } from '../vip/detect-vips.js'
import { type NewVipEntry, prepareEntries } from '../vip/vip-entry.store.js'
import type { VipPolicy } from '../vip/vip-policy.js'
import { readHourSums, readPaneSums } from '../vip/vip-window.store.js'

export interface VipStep {
  readonly session: Queryable
  readonly policies: readonly VipPolicy[]
  readonly bounds: AmountBounds
  /** Stored already, and in their panes. */
  readonly events: readonly PlayerEvent[]
  /** What these events add, by player. */
  readonly added: ReadonlyMap<string, readonly HourSum[]>
  readonly horizon: Millis
  readonly at: Millis
}

/** Who became a VIP by these events. */
export async function vipStep(step: VipStep): Promise<NewVipEntry[]> {
  const { session, policies, events, horizon, at } = step
  const reach = reachOf(policies, events)
  if (reach.length === 0) return []
  const suspects = await suspectReach(step, reach)
  if (suspects.reach.length === 0) return []
  const types = [...new Set(suspects.policies.flatMap(policy => policy.eventTypes))]
  const lowest = suspects.policies.map(policy => policy.threshold).reduce((a, b) => (a < b ? a : b))
  const sums = await readPaneSums(session, suspects.reach, types, lowest, horizon)
  const crossings = sums.length === 0 ? [] : detectCrossings(policies, events, sums)
  if (crossings.length === 0) return []
  const suppressed = await suppressedAmong(session, [...new Set(crossings.map(c => c.playerId))], at)
  return prepareEntries(session, crossings, suppressed, at)
}

/**
 * The panes of players who might be above a threshold. Below the horizon there are no panes to know the hours from, so
 * whoever reaches there is looked at.
 */
async function suspectReach(step: VipStep, reach: readonly Reach[]) {
  const { policies, bounds, events, added, horizon } = step
  const late = new Set(reach.filter(r => r.from < horizon).map(r => r.playerId))
  const early = reach.filter(r => !late.has(r.playerId))
  await learnHours(step, early)
  const suspects = new Map<VipPolicy, PlayerEvent[]>()
  for (const event of events) {
    if (event.amount === 0n) continue
    const sums = added.get(event.playerId) ?? []
    for (const policy of late.has(event.playerId) ? policies : bounds.suspects(policies, event, sums)) {
      const theirs = suspects.get(policy)
      if (theirs === undefined) suspects.set(policy, [event])
      else theirs.push(event)
    }
  }
  const suspected = [...suspects].flatMap(([policy, theirs]) => reachOf([policy], theirs))
  return { reach: merged(suspected), policies: [...suspects.keys()] }
}

async function learnHours(step: VipStep, reach: readonly Reach[]): Promise<void> {
  const { session, policies, bounds, added, horizon } = step
  const unknown = bounds.unknown(reach)
  if (unknown.length === 0) return
  const types = [...new Set(policies.flatMap(policy => policy.eventTypes))]
  const hours = await readHourSums(session, unknown, types, horizon)
  for (const { playerId, from } of unknown) {
    const sums = hours.get(playerId) ?? []
    for (const { hour, eventType, amount } of added.get(playerId) ?? []) addTo(sums, hour, eventType, -amount)
    bounds.learn(playerId, from, sums)
  }
}

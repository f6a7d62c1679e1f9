import type { PlayerEvent } from '../events/player-event.js'
import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { detectCrossings, reachOf, type Crossing } from '../vip/detect-vips.js'
import type { VipEntry } from '../vip/vip-entry.js'
import type { VipPolicy } from '../vip/vip-policy.js'
import { enteredBefore, entryKey, readFigures, readPaneSums } from '../vip/vip.store.js'

/** An entry before the feed has given it an id. */
export type NewVipEntry = Omit<VipEntry, 'feedId'>

/** Who became a VIP by these events, which are stored and in their panes already. */
export async function vipStep(
  session: Queryable,
  policies: readonly VipPolicy[],
  events: readonly PlayerEvent[],
  horizon: Millis,
  at: Millis,
): Promise<NewVipEntry[]> {
  const reach = reachOf(policies, events)
  if (reach.length === 0) return []
  const types = [...new Set(policies.flatMap(policy => policy.eventTypes))]
  const lowest = policies.map(policy => policy.threshold).reduce((a, b) => (a < b ? a : b))
  const sums = await readPaneSums(session, reach, types, lowest, horizon)
  const crossings = sums.length === 0 ? [] : detectCrossings(policies, events, sums)
  return crossings.length === 0 ? [] : newEntries(session, crossings, at)
}

export async function newEntries(session: Queryable, crossings: readonly Crossing[], at: Millis): Promise<NewVipEntry[]> {
  const entered = await enteredBefore(session, crossings)
  const fresh = crossings.filter(c => !entered.has(entryKey(c.policy.id, c.playerId, c.windowStart, c.windowEnd)))
  const windows = fresh.map(c => ({ ...c, eventTypes: c.policy.eventTypes }))
  const figures = await readFigures(session, windows)
  return fresh.map((crossing, i) => ({
    policyId: crossing.policy.id,
    policyVersion: crossing.policy.version,
    playerId: crossing.playerId,
    windowStart: crossing.windowStart,
    windowEnd: crossing.windowEnd,
    eventTypes: crossing.policy.eventTypes,
    crossingEventId: crossing.crossingEventId,
    enteredAt: at,
    suppressed: false,
    figures: figures[i]!,
  }))
}

import type { PlayerEvent } from '../events/player-event.js'
import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { detectCrossings, reachOf } from '../vip/detect-vips.js'
import { type NewVipEntry, prepareEntries } from '../vip/vip-entry.store.js'
import type { VipPolicy } from '../vip/vip-policy.js'
import { readPaneSums } from '../vip/vip-window.store.js'

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
  return crossings.length === 0 ? [] : prepareEntries(session, crossings, at)
}

import type { PlayerEvent } from '../events/player-event.js'
import type { Money } from '../kernel/money.js'
import { floorTo, HOUR_MS, type Millis, PANE_MS } from '../kernel/time.js'
import { paneOf } from '../players/pane.js'
import { shardOf } from '../players/player-lock.js'
import type { Reach } from './detect-vips.js'
import type { VipPolicy } from './vip-policy.js'

/** What one player has staked, deposited, ... in one hour of event time. */
export interface HourSum {
  readonly hour: Millis
  readonly eventType: string
  amount: Money
}

interface Known {
  /** Every pane from here on is in the sums. */
  readonly from: Millis
  readonly sums: HourSum[]
  /** Of all sums: who is below a threshold with that is so in every window. */
  total: Money
}

const PLAYERS_MAX = 200_000
const SUMS_A_PLAYER_MAX = 150
/** The longest window, on both sides of an event, and some room. */
const HOURS_KEPT_MS = 50 * HOUR_MS

/**
 * Upper bounds, from memory, of what a player can have in a window: the whole hours around it. Nearly every player of a
 * batch is far below every threshold, and needs no look at its panes then; who might be above is decided from the panes.
 *
 * What is remembered is what the database holds as long as this node is the only writer of the player's shard. The
 * pipeline asks, under the shard's lock, whether another node has written, and forgets the shard if so.
 */
export class AmountBounds {
  private revision = -1
  private counted: ReadonlySet<string> = new Set()
  private readonly players = new Map<string, Known>()

  /** Other rules may count other event types: what is known is of the types that were counted so far. */
  useRules(revision: number, policies: readonly VipPolicy[]): void {
    if (revision === this.revision) return
    this.revision = revision
    const counted = new Set(policies.flatMap(policy => policy.eventTypes))
    if (counted.size === this.counted.size && [...counted].every(type => this.counted.has(type))) return
    this.counted = counted
    this.players.clear()
  }

  /** What these events add, by player. */
  sumsOf(events: readonly PlayerEvent[]): Map<string, HourSum[]> {
    const added = new Map<string, HourSum[]>()
    for (const { playerId, occurredAt, eventType, amount } of events) {
      if (amount === 0n || !this.counted.has(eventType)) continue
      const sums = added.get(playerId)
      if (sums === undefined) added.set(playerId, [{ hour: floorTo(occurredAt, HOUR_MS), eventType, amount }])
      else addTo(sums, floorTo(occurredAt, HOUR_MS), eventType, amount)
    }
    return added
  }

  /** Of these reaches, those of players whose hours have to be read first, a player once, from its earliest. */
  unknown(reach: readonly Reach[]): Reach[] {
    const unknown = new Map<string, Reach>()
    for (const r of reach) {
      const known = this.players.get(r.playerId)
      if (known !== undefined && known.from <= r.from) continue
      const earlier = unknown.get(r.playerId)
      if (earlier === undefined || r.from < earlier.from) unknown.set(r.playerId, r)
    }
    return [...unknown.values()]
  }

  /** The hours of a player, complete from `from` on, without what the batch under way adds. */
  learn(playerId: string, from: Millis, sums: HourSum[]): void {
    this.players.set(playerId, { from, sums, total: totalOf(sums) })
  }

  /** Nothing of these players was ever stored. */
  learnNew(playerIds: Iterable<string>): void {
    for (const id of playerIds) this.learn(id, Number.NEGATIVE_INFINITY, [])
  }

  /** Which policies an event's player might be above, in a window that holds the event. */
  suspects(policies: readonly VipPolicy[], event: PlayerEvent, added: readonly HourSum[]): readonly VipPolicy[] {
    const known = this.players.get(event.playerId)
    const total = known === undefined ? null : known.total + totalOf(added)
    let suspected = NO_POLICIES
    for (const policy of policies) {
      if (total !== null && total <= policy.threshold) continue
      if (!policy.eventTypes.includes(event.eventType)) continue
      if (known !== undefined && boundAround(event, policy, known.sums, added) <= policy.threshold) continue
      suspected = [...suspected, policy]
    }
    return suspected
  }

  /** A batch has been committed. */
  add(added: ReadonlyMap<string, readonly HourSum[]>): void {
    for (const [playerId, sums] of added) {
      const known = this.players.get(playerId)
      if (known === undefined) continue
      for (const sum of sums) {
        addTo(known.sums, sum.hour, sum.eventType, sum.amount)
        known.total += sum.amount
      }
      if (known.sums.length > SUMS_A_PLAYER_MAX) this.players.set(playerId, trimmed(known))
    }
    for (const oldest of this.players.keys()) {
      if (this.players.size <= PLAYERS_MAX) break
      this.players.delete(oldest)
    }
  }

  forgetPlayers(playerIds: Iterable<string>): void {
    for (const id of playerIds) this.players.delete(id)
  }

  forgetShards(shards: readonly number[]): void {
    if (shards.length === 0) return
    const gone = new Set(shards)
    for (const id of this.players.keys()) if (gone.has(shardOf(id))) this.players.delete(id)
  }
}

export function addTo(sums: HourSum[], hour: Millis, eventType: string, amount: Money): void {
  const sum = sums.find(s => s.hour === hour && s.eventType === eventType)
  if (sum === undefined) sums.push({ hour, eventType, amount })
  else sum.amount += amount
}

const NO_POLICIES: readonly VipPolicy[] = []

function totalOf(sums: readonly HourSum[]): Money {
  let total = 0n
  for (const { amount } of sums) total += amount
  return total
}

/** In any window of the policy that holds the event. */
function boundAround(
  { occurredAt }: PlayerEvent,
  policy: VipPolicy,
  known: readonly HourSum[],
  added: readonly HourSum[],
): Money {
  const pane = paneOf(occurredAt)
  const [from, to] = [pane - policy.windowMs + PANE_MS, pane + policy.windowMs]
  return boundOf(known, policy, from, to) + boundOf(added, policy, from, to)
}

function boundOf(sums: readonly HourSum[], policy: VipPolicy, from: Millis, to: Millis): Money {
  let bound = 0n
  for (const { hour, eventType, amount } of sums) {
    if (hour < to && hour + HOUR_MS > from && policy.eventTypes.includes(eventType)) bound += amount
  }
  return bound
}

function trimmed({ from, sums }: Known): Known {
  const oldest = Math.max(...sums.map(s => s.hour)) - HOURS_KEPT_MS
  const kept = sums.filter(s => s.hour >= oldest)
  return { from: Math.max(from, oldest), sums: kept, total: totalOf(kept) }
}

/**
 * Brute force, and nothing of the project's own arithmetic: every window of every policy is held as the list of its
 * events, and an event is compared with each window that there is.
 */
export interface OracleEvent {
  readonly eventId: string
  readonly playerId: string
  readonly eventType: string
  /** Ten-thousandths. */
  readonly amount: bigint
  readonly occurredAt: number
  readonly sessionId: string | null
}

export interface OraclePolicy {
  readonly id: string
  /** Ten-thousandths. */
  readonly threshold: bigint
  readonly windowMs: number
  readonly slideMs: number
  readonly eventTypes: readonly string[]
}

export interface OracleEntry {
  readonly policyId: string
  readonly playerId: string
  readonly windowStart: number
  readonly windowEnd: number
  readonly amount: bigint
  readonly eventCount: number
  readonly sessionCount: number
  readonly firstEventAt: number
  readonly lastEventAt: number
  readonly crossingEventId: string
}

/** What is kept of these events when the same (player, time, id) counts once. */
export function distinct(arrivals: readonly OracleEvent[]): OracleEvent[] {
  const seen = new Set<string>()
  return arrivals.filter(e => {
    const key = JSON.stringify([e.playerId, e.occurredAt, e.eventId])
    return seen.has(key) ? false : seen.add(key)
  })
}

const total = (events: readonly OracleEvent[]): bigint => events.reduce((sum, e) => sum + e.amount, 0n)

/** Entries of these events, with the event that crossed in this order and the figures at the end. */
export function oracleEntries(policies: readonly OraclePolicy[], arrivals: readonly OracleEvent[]): OracleEntry[] {
  const events = distinct(arrivals)
  return policies.flatMap(policy =>
    entriesOfPolicy(
      policy,
      events.filter(e => policy.eventTypes.includes(e.eventType)),
    ),
  )
}

function entriesOfPolicy(policy: OraclePolicy, events: readonly OracleEvent[]): OracleEntry[] {
  const windows = new Map<string, { playerId: string; start: number; events: OracleEvent[] }>()
  for (const event of events) {
    const highest = Math.ceil(event.occurredAt / policy.slideMs) + 1
    for (let k = highest - policy.windowMs / policy.slideMs - 3; k <= highest; k++) {
      const start = k * policy.slideMs
      if (event.occurredAt < start || event.occurredAt >= start + policy.windowMs) continue
      const key = JSON.stringify([event.playerId, start])
      if (!windows.has(key)) windows.set(key, { playerId: event.playerId, start, events: [] })
      windows.get(key)!.events.push(event)
    }
  }
  return [...windows.values()].flatMap(({ playerId, start, events: inside }) => {
    const crossing = inside.find((_, i) => total(inside.slice(0, i + 1)) > policy.threshold)
    if (crossing === undefined) return []
    const times = inside.map(e => e.occurredAt)
    return {
      policyId: policy.id,
      playerId,
      windowStart: start,
      windowEnd: start + policy.windowMs,
      amount: total(inside),
      eventCount: inside.length,
      sessionCount: new Set(inside.map(e => e.sessionId).filter(s => s !== null)).size,
      firstEventAt: Math.min(...times),
      lastEventAt: Math.max(...times),
      crossingEventId: crossing.eventId,
    }
  })
}

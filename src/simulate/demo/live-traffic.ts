import { type Clock, type Millis, SECOND_MS } from '../../kernel/time.js'
import type { Api } from '../api.js'
import { MatchBets } from '../match-bets.js'
import { makeTraffic, TRAFFIC_EVENTS_MAX, type Traffic } from '../traffic.js'
import type { WireEvent } from '../wire-event.js'

const EVENTS_PER_SECOND = 200
const BETS_PER_SECOND = 20
/** Played at the same time. */
const MATCHES = 8
/** Enough that new whales keep coming for an hour. */
const PLAYERS = 20_000
/** So long had the players been at it when the demo starts: the first of them are close to the threshold. */
const HEAD_START_MS = 25 * SECOND_MS
const EVERY_MS = 25
const UNDER_WAY_MAX = 16
/** Events whose time of sending is kept: some minutes of them. */
const SENT_MAX = 50_000

/**
 * Modes: made -> warmed up (what happened before the demo is sent at once) -> live (what has just happened is sent, many
 * times a second) -> stopped (what was under way has been answered). While too much is under way, events wait.
 */
export class LiveTraffic {
  private readonly traffic: Traffic
  private readonly matchBets: MatchBets
  private readonly sentAt = new Map<string, number>()
  private readonly underWay = new Set<Promise<void>>()
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly api: Api,
    private readonly clock: Clock,
    private readonly onError: (error: Error) => void,
  ) {
    const startAt = clock() - HEAD_START_MS
    this.traffic = makeTraffic({ seed: startAt, players: PLAYERS, startAt, eventsPerSecond: EVENTS_PER_SECOND })
    const sports = { players: PLAYERS, startAt, betsPerSecond: BETS_PER_SECOND, matches: MATCHES }
    this.matchBets = new MatchBets({ seed: `${startAt} matches`, ...sports })
  }

  async warmUp(): Promise<number> {
    let sent = 0
    for (let more = true; more; ) {
      const events = this.eventsUntil(this.clock())
      if (events.length > 0) await this.send(events)
      sent += events.length
      more = events.length >= TRAFFIC_EVENTS_MAX
    }
    return sent
  }

  start(): void {
    this.timer = setInterval(() => this.step(), EVERY_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await Promise.all(this.underWay)
  }

  /** From the sending of an event to `at`; null for one that others sent. */
  sinceSentMs(eventId: string | null, at: number): Millis | null {
    const sentAt = eventId === null ? undefined : this.sentAt.get(eventId)
    return sentAt === undefined ? null : at - sentAt
  }

  private step(): void {
    if (this.underWay.size >= UNDER_WAY_MAX) return
    const events = this.eventsUntil(this.clock())
    if (events.length === 0) return
    const sending = this.send(events).catch(this.onError)
    this.underWay.add(sending)
    void sending.then(() => this.underWay.delete(sending))
  }

  private eventsUntil(at: Millis): WireEvent[] {
    return [...this.traffic.next(at), ...this.matchBets.next(at)]
  }

  private async send(events: readonly WireEvent[]): Promise<void> {
    const now = performance.now()
    for (const { event_id } of events) this.sentAt.set(event_id, now)
    for (const eventId of this.sentAt.keys()) {
      if (this.sentAt.size <= SENT_MAX) break
      this.sentAt.delete(eventId)
    }
    const { rejectedCount } = await this.api.send(events.map(event => JSON.stringify(event)).join('\n'), 'demo')
    if (rejectedCount > 0) throw new Error(`${rejectedCount} simulated events were rejected`)
  }
}

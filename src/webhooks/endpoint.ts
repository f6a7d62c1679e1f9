import { readFeed } from '../feed/feed.store.js'
import type { Clock, Millis } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { type Circuit, type CircuitState, isUntroubled } from './circuit.js'
import { lockCircuit, writeCircuit } from './circuit.store.js'
import { cutParcels, type Parcel } from './delivery.js'
import { nextDeliveries, nextProbe } from './delivery.store.js'
import { advance, type Leased, readLeased } from './lease.store.js'
import type { Slots } from './slots.js'
import type { WebhookTopic } from './webhook.js'

export interface EndpointSettings {
  /** A look without having been woken. */
  readonly pollMs: number
  /** Requests at a time to an endpoint that answers well and soon; any other gets one. */
  readonly postsMax: number
  readonly slowMs: number
  /** With so many deliveries pending nothing more is cut: what comes waits in the feed. */
  readonly pendingMax: number
  readonly retryForMs: number
}

/** Requests of this node that are under way at a time. Endpoints that fail or are slow have no part in the others' lane. */
export interface Lanes {
  readonly steady: Slots
  readonly doubtful: Slots
}

export interface EndpointParts {
  readonly db: Database
  readonly lanes: Lanes
  /** False: there was nothing to do, or another is doing it. */
  readonly send: (parcel: Parcel) => Promise<boolean>
  readonly topicOf: (feedTopic: string) => WebhookTopic | undefined
  readonly newId: () => string
  readonly clock: Clock
  readonly settings: EndpointSettings
  readonly onCircuit: (state: CircuitState) => void
  readonly onError: (error: Error) => void
}

const FEED_PAGE = 1_000
/** With so many pending, one that can never be taken does not decide alone whether the endpoint is well. */
const PROBES_MIN = 10

/**
 * Works for one webhook as long as this node holds its lease, in turns. A turn reads the webhook's row, cuts what the
 * feed has for it into deliveries, starts as many as may be under way, and says how long nothing is to be done. It is
 * woken before that when a delivery has been tried, when the feed has gone on (and has been left to gather for a moment), and
 * when somebody has changed something. It ends, once what it has started has ended, when a turn finds the lease gone.
 */
export class Endpoint {
  /** Resolves when nothing of it is under way any more. */
  readonly ended: Promise<void>
  private readonly underWay = new Map<string, UnderWay>()
  private stopped = false
  private woken = false
  private wake: () => void = () => undefined
  /** The feed may have something. */
  private mayCut = true
  private gathering: NodeJS.Timeout | undefined
  private lookedAt = Number.NEGATIVE_INFINITY
  /** How long the last request took that has ended. */
  private lastTookMs = 0
  /** As of the last turn; null before the first. */
  private topics: readonly WebhookTopic[] | null = null

  constructor(
    private readonly id: string,
    private readonly owner: string,
    private readonly parts: EndpointParts,
  ) {
    this.ended = this.work()
  }

  /** The feed has an item of this topic: what comes within `gatherMs` goes into one request. */
  told(topic: WebhookTopic, gatherMs: number): void {
    // What nobody asked for is passed over when it is looked at next.
    if (this.topics?.includes(topic) === false) return
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined
      this.changed()
    }, gatherMs)
  }

  changed(): void {
    this.mayCut = true
    this.go()
  }

  stop(): void {
    this.stopped = true
    this.go()
  }

  private go(): void {
    this.woken = true
    this.wake()
  }

  private async work(): Promise<void> {
    const { settings, onError } = this.parts
    while (!this.stopped) {
      this.woken = false
      const waitMs = await this.turn().catch(error => {
        onError(error as Error)
        return settings.pollMs
      })
      if (!this.woken) await this.sleep(Math.min(waitMs, settings.pollMs))
    }
    clearTimeout(this.gathering)
    await Promise.all([...this.underWay.values()].map(({ ended }) => ended))
  }

  private sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  private async turn(): Promise<number> {
    const { db, settings, onCircuit, clock } = this.parts
    const leased = await readLeased(db, this.id, this.owner, settings.pendingMax)
    if (leased === null) {
      this.stopped = true
      return 0
    }
    const { circuit, topics } = leased
    this.topics = topics
    onCircuit(circuit.state)
    if (circuit.state === 'OPEN' && circuit.until !== null) {
      const waitMs = circuit.until - clock()
      if (waitMs > 0) return waitMs
      if (this.underWay.size === 0) await this.halfOpen()
    }
    this.lookForLostWakes()
    return circuit.state === 'CLOSED' ? this.sendDue(leased) : this.sendProbe(leased)
  }

  /** Notifications can be lost: the feed is looked at this often in any case. */
  private lookForLostWakes(): void {
    const now = performance.now()
    if (now - this.lookedAt < this.parts.settings.pollMs) return
    this.lookedAt = now
    this.mayCut = true
  }

  private async sendDue(leased: Leased): Promise<number> {
    const { clock, settings } = this.parts
    const room = this.roomFor(leased.circuit)
    if (room <= 0) return settings.pollMs
    let waiting = leased.pending === 0 ? [] : await this.waiting(room)
    if (this.mayCut && leased.pending < settings.pendingMax && !isDue(waiting[room - 1], clock())) {
      if (await this.cut(leased)) waiting = await this.waiting(room)
    }
    const now = clock()
    const due = waiting.slice(0, room).filter(parcel => isDue(parcel, now))
    const lane = this.laneFor(leased.circuit)
    for (const parcel of due) if (this.underWay.size === 0 || lane.hasPlenty) this.start(parcel, lane)
    const later = waiting.find(parcel => !isDue(parcel, now))
    return later === undefined ? settings.pollMs : later.nextAttemptAt - now
  }

  /**
   * Due or not: it is the circuit that has waited. Each time another one, which is cut where all have been tried: it may
   * be what is in a delivery that the endpoint fails at.
   */
  private async sendProbe(leased: Leased): Promise<number> {
    const { db, lanes, settings } = this.parts
    if (this.underWay.size > 0) return settings.pollMs
    let probe = await nextProbe(db, this.id)
    const isTried = probe === null || probe.tries > 0
    if (isTried && this.mayCut && leased.pending < PROBES_MIN && (await this.cut(leased))) {
      probe = await nextProbe(db, this.id)
    }
    if (probe !== null) this.start(probe, lanes.doubtful)
    return settings.pollMs
  }

  /** One that has not answered for a moment is given nothing more to hold up. */
  private roomFor(circuit: Circuit): number {
    const { postsMax, slowMs } = this.parts.settings
    const now = performance.now()
    const alert =
      isUntroubled(circuit) && [...this.underWay.values()].every(({ since }) => since === null || now - since < slowMs)
    return (alert ? postsMax : 1) - this.underWay.size
  }

  private laneFor(circuit: Circuit): Slots {
    const { lanes, settings } = this.parts
    return isUntroubled(circuit) && this.lastTookMs < settings.slowMs ? lanes.steady : lanes.doubtful
  }

  private waiting(room: number) {
    return nextDeliveries(this.parts.db, this.id, this.underWay.keys(), room + 1)
  }

  private async halfOpen(): Promise<void> {
    const state = await this.parts.db.transaction(async session => {
      const circuit = await lockCircuit(session, this.id)
      if (circuit?.state !== 'OPEN') return circuit?.state
      await writeCircuit(session, this.id, { ...circuit, state: 'HALF_OPEN', until: null })
      return 'HALF_OPEN' as const
    })
    if (state !== undefined) this.parts.onCircuit(state)
  }

  /** Moves on over a page of the feed; true when deliveries were made of it. */
  private async cut(leased: Leased): Promise<boolean> {
    const { db, topicOf, newId, clock, settings } = this.parts
    this.mayCut = false
    const items = await readFeed(db, leased.position, FEED_PAGE)
    if (items.length === 0) return false
    const parcels = cutParcels(
      items,
      feedTopic => {
        const topic = topicOf(feedTopic)
        return topic !== undefined && leased.topics.includes(topic) ? topic : undefined
      },
      newId,
    )
    const now = clock()
    const to = items.at(-1)!.id
    const moved = await advance(db, this.id, this.owner, leased, to, parcels, now, now + settings.retryForMs)
    if (!moved || items.length === FEED_PAGE) this.changed()
    return moved && parcels.length > 0
  }

  private start(parcel: Parcel, lane: Slots): void {
    const underWay: UnderWay = { since: null, ended: Promise.resolve() }
    this.underWay.set(parcel.id, underWay)
    underWay.ended = lane
      .run(() => this.send(parcel, underWay))
      .catch(error => {
        this.parts.onError(error as Error)
        return false
      })
      .then(tried => {
        this.underWay.delete(parcel.id)
        // Else at the next look: what failed was not the endpoint, and what another holds is still held now.
        if (tried) this.go()
      })
  }

  private async send(parcel: Parcel, underWay: UnderWay): Promise<boolean> {
    const since = performance.now()
    underWay.since = since
    const tried = await this.parts.send(parcel)
    if (tried) this.lastTookMs = performance.now() - since
    return tried
  }
}

interface UnderWay {
  /** When it got its slot: it is not the endpoint that keeps a request waiting for one. Null: it waits. */
  since: number | null
  ended: Promise<void>
}

const isDue = (parcel: { readonly nextAttemptAt: Millis } | undefined, now: Millis): boolean =>
  parcel !== undefined && parcel.nextAttemptAt <= now

import { type Millis, SECOND_MS } from '../kernel/time.js'
import { makeProfiles, type Profile } from './profile.js'
import { Random } from './random.js'
import { Session } from './session.js'
import type { WireEvent } from './wire-event.js'

export interface TrafficOptions {
  readonly seed: number | string
  readonly players: number
  readonly startAt: Millis
  readonly eventsPerSecond: number
  readonly currency?: string
}

/** How long a player takes, on average, from one event to the next: it says how many play at once. */
const TURN_MS = 4 * SECOND_MS
const WHALE_COMES_NEXT = 0.03
/** After a long pause the rest comes with the next call. */
export const TRAFFIC_EVENTS_MAX = 20_000

/**
 * Players who come, play and leave. Events arrive as a Poisson process of the given rate, each from one of the sessions
 * that are open; a session that ends makes room for another player, so the number of sessions stays the same.
 */
class Traffic {
  private readonly random: Random
  private readonly idleWhales: Profile[]
  private readonly idlePlayers: Profile[]
  private readonly sessions: Session[] = []
  private nextAt: Millis

  constructor(private readonly options: TrafficOptions) {
    this.random = new Random(options.seed)
    const profiles = makeProfiles(options.players, this.random)
    this.idleWhales = profiles.filter(profile => profile.whale)
    this.idlePlayers = profiles.filter(profile => !profile.whale)
    const open = Math.round((options.eventsPerSecond * TURN_MS) / SECOND_MS)
    const places = Math.min(options.players, Math.max(1, open))
    this.sessions.push(this.open(this.idleWhales))
    while (this.sessions.length < places) this.sessions.push(this.open(this.whoComes()))
    this.nextAt = options.startAt + this.gap()
  }

  /** The events up to `untilMs`, exclusive, in the order of their time. */
  next(untilMs: Millis): WireEvent[] {
    const events: WireEvent[] = []
    while (this.nextAt < untilMs && events.length < TRAFFIC_EVENTS_MAX) {
      events.push(this.eventAt(Math.floor(this.nextAt)))
      this.nextAt += this.gap()
    }
    return events
  }

  private eventAt(at: Millis): WireEvent {
    const place = this.random.below(this.sessions.length)
    const session = this.sessions[place]!
    const event = session.next(at)
    if (session.ended) {
      const { profile } = session
      const idle = profile.whale ? this.idleWhales : this.idlePlayers
      idle.push(profile)
      this.sessions[place] = this.open(this.whoComes())
    }
    return event
  }

  private gap(): number {
    return this.random.exponential(SECOND_MS / this.options.eventsPerSecond)
  }

  private whoComes(): Profile[] {
    if (this.idlePlayers.length === 0) return this.idleWhales
    return this.idleWhales.length > 0 && this.random.chance(WHALE_COMES_NEXT) ? this.idleWhales : this.idlePlayers
  }

  private open(idle: Profile[]): Session {
    const at = this.random.below(idle.length)
    const profile = idle[at]!
    idle[at] = idle.at(-1)!
    idle.pop()
    return new Session(profile, this.random, this.options.currency ?? 'EUR')
  }
}

export type { Traffic }

export function makeTraffic(options: TrafficOptions): Traffic {
  if (!(options.players >= 1)) throw new RangeError(`players must be at least 1, got ${options.players}`)
  if (!(options.eventsPerSecond > 0)) {
    throw new RangeError(`eventsPerSecond must be above 0, got ${options.eventsPerSecond}`)
  }
  return new Traffic(options)
}

import type { EventSnapshot } from '../events/event-snapshot.js'
import { DifferentIds } from './preview-players.js'

/** What a filter did on the events that it was shown. */
export interface Preview {
  readonly eventsScanned: number
  readonly matches: number
  /** Different ones, of the matches. */
  readonly players: number
  readonly filterErrors: number
  /** Of the earliest event that the filter failed on. */
  readonly firstError: string | null
  /** Not all events of the range were looked at. */
  readonly truncated: boolean
  /** The earliest matches, in time order. */
  readonly samples: readonly EventSnapshot[]
}

/** Events come in any order; what is kept of them is bounded, however many they are. */
export class PreviewTally {
  private eventsScanned = 0
  private matches = 0
  private filterErrors = 0
  private readonly players = new DifferentIds()
  private readonly samples: EventSnapshot[] = []
  private firstFailure: { readonly event: EventSnapshot; readonly message: string } | null = null

  constructor(private readonly samplesMax: number) {}

  get scanned(): number {
    return this.eventsScanned
  }

  noMatch(): void {
    this.eventsScanned++
  }

  match(event: EventSnapshot): void {
    this.eventsScanned++
    this.matches++
    this.players.add(event.player_id)
    this.keep(event)
  }

  failure(event: EventSnapshot, message: string): void {
    this.eventsScanned++
    this.filterErrors++
    if (this.firstFailure === null || inTimeOrder(event, this.firstFailure.event) < 0) {
      this.firstFailure = { event, message }
    }
  }

  result(truncated: boolean): Preview {
    return {
      eventsScanned: this.eventsScanned,
      matches: this.matches,
      players: this.players.count,
      filterErrors: this.filterErrors,
      firstError: this.firstFailure?.message ?? null,
      truncated,
      samples: this.samples,
    }
  }

  private keep(event: EventSnapshot): void {
    const last = this.samples.at(-1)
    if (last === undefined || inTimeOrder(event, last) > 0) {
      if (this.samples.length < this.samplesMax) this.samples.push(event)
      return
    }
    this.samples.splice(
      this.samples.findIndex(kept => inTimeOrder(event, kept) < 0),
      0,
      event,
    )
    if (this.samples.length > this.samplesMax) this.samples.pop()
  }
}

function inTimeOrder(a: EventSnapshot, b: EventSnapshot): number {
  if (a.occurred_at !== b.occurred_at) return a.occurred_at - b.occurred_at
  if (a.player_id !== b.player_id) return a.player_id < b.player_id ? -1 : 1
  return a.event_id < b.event_id ? -1 : 1
}

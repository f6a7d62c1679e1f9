import { type Campaign, isOnAt } from '../campaigns/campaign.js'
import type { Match } from '../campaigns/decide-triggers.js'
import { FilterEvent, type PlayerState } from '../campaigns/filter/filter-event.js'
import { FilterError } from '../campaigns/filter/filter-problem.js'
import type { LiveCampaign } from '../campaigns/live-campaigns.js'
import type { QueuedEvent } from './piece.js'

/** Events of one game and name, in the order of arrival, and the campaigns that wait for them. */
export interface Showing {
  /** On for all of the events. */
  readonly throughout: readonly LiveCampaign[]
  /** On for some of them, perhaps. */
  readonly partly: readonly LiveCampaign[]
  readonly placed: readonly PlacedEvent[]
}

export interface PlacedEvent {
  /** In the order of arrival. */
  readonly place: number
  readonly item: QueuedEvent
}

export interface ShownMatch extends Match {
  readonly item: QueuedEvent
}

/** What the filters said. */
export interface FilterVerdicts {
  /** In the order of arrival. */
  readonly matches: readonly ShownMatch[]
  readonly evaluations: number
  /** Of the filters that failed on an event. */
  readonly failures: readonly FilterFailure[]
  readonly condemned: readonly CondemnedFilter[]
}

export interface FilterFailure {
  readonly campaign: Campaign
  readonly errors: number
  readonly lastError: string
}

/** A filter that is run no more, in this batch and, once its campaign is switched off, in any. */
export interface CondemnedFilter {
  readonly campaign: Campaign
  readonly reason: string
}

interface Shown extends PlacedEvent {
  readonly event: FilterEvent
}

interface Collected {
  readonly matches: (ShownMatch & PlacedEvent)[]
  evaluations: number
  readonly failures: FilterFailure[]
  readonly condemned: CondemnedFilter[]
}

/**
 * A filter is run over all of its events before the next one is: a thousand filters do not fit into a processor's
 * cache, and one after the other for each event they took twice as long.
 */
export function runFilters(
  showings: readonly Showing[],
  states: ReadonlyMap<QueuedEvent, PlayerState>,
): FilterVerdicts {
  const collected: Collected = { matches: [], evaluations: 0, failures: [], condemned: [] }
  for (const { throughout, partly, placed } of showings) {
    const shown = placed.map(({ place, item }) => {
      return { place, item, event: new FilterEvent(item.event, states.get(item) ?? null) }
    })
    for (const live of throughout) runFilter(live, shown, collected)
    for (const live of partly) {
      const on = shown.filter(({ item }) => isOnAt(live.campaign, item.event.occurredAt))
      runFilter(live, on, collected)
    }
  }
  collected.matches.sort((a, b) => a.place - b.place)
  return collected
}

/** Evaluations between two looks at how a filter does. */
const LOOK_EVERY = 50

/** Most filters find nothing in most batches, and then leave nothing behind but their number. */
function runFilter(live: LiveCampaign, shown: readonly Shown[], collected: Collected): void {
  const { filter, health } = live
  let errors = 0
  let lastError = ''
  for (let from = 0; from < shown.length; from += LOOK_EVERY) {
    const upTo = Math.min(from + LOOK_EVERY, shown.length)
    let failed = 0
    let steps = 0
    for (let i = from; i < upTo; i++) {
      try {
        if (filter.matches(shown[i]!.event)) collected.matches.push(matchOf(live, shown[i]!))
      } catch (error) {
        if (!(error instanceof FilterError)) throw error
        failed++
        lastError = error.message
      }
      steps += filter.steps
    }
    errors += failed
    const reason = health.note(upTo - from, failed, steps)
    if (reason === null) continue
    collected.condemned.push({ campaign: live.campaign, reason })
    if (upTo < shown.length) {
      errors += shown.length - upTo
      lastError = `not run: ${reason}`
    }
    break
  }
  collected.evaluations += shown.length
  if (errors > 0) collected.failures.push({ campaign: live.campaign, errors, lastError })
}

const matchOf = ({ campaign }: LiveCampaign, { place, item }: Shown) => ({ place, campaign, event: item.event, item })

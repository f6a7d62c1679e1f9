import { isOnAt } from '../campaigns/campaign.js'
import type { Match } from '../campaigns/decide-triggers.js'
import { FilterEvent, type PlayerState } from '../campaigns/filter/filter-event.js'
import { FilterError } from '../campaigns/filter/filter-problem.js'
import { type FilterRun, verdictSoFar } from '../campaigns/filter-health.js'
import type { LiveCampaign } from '../campaigns/live-campaigns.js'
import type { QueuedEvent } from './piece.js'

/** Events of one game and name, in the order of arrival, and the campaigns that wait for them and are on for some. */
export interface Showing {
  readonly campaigns: readonly LiveCampaign[]
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
  readonly runs: readonly FilterRun[]
}

interface Shown extends PlacedEvent {
  readonly event: FilterEvent
}

type PlacedMatch = ShownMatch & PlacedEvent

/**
 * A filter is run over all of its events before the next one is: a thousand filters do not fit into a processor's
 * cache, and one after the other for each event they took twice as long.
 */
export function runFilters(
  showings: readonly Showing[],
  states: ReadonlyMap<QueuedEvent, PlayerState>,
): FilterVerdicts {
  const matches: PlacedMatch[] = []
  const runs: FilterRun[] = []
  for (const { campaigns, placed } of showings) {
    const shown = placed.map(({ place, item }) => {
      return { place, item, event: new FilterEvent(item.event, states.get(item) ?? null) }
    })
    for (const live of campaigns) {
      runs.push(runFilter(live, shown, matches))
    }
  }
  return { matches: matches.sort((a, b) => a.place - b.place), runs }
}

/** Evaluations between two looks at how a filter does. */
const LOOK_EVERY = 50

function runFilter(live: LiveCampaign, shown: readonly Shown[], matches: PlacedMatch[]): FilterRun {
  const { campaign, filter } = live
  const run: FilterRun = { campaign, evaluations: 0, matches: 0, errors: 0, steps: 0, lastError: null, condemned: null }
  for (const { place, item, event } of shown) {
    if (!isOnAt(campaign, item.event.occurredAt)) continue
    run.evaluations++
    if (run.condemned !== null) {
      run.errors++
      run.lastError = `not run: ${run.condemned}`
      continue
    }
    try {
      if (filter.matches(event)) {
        run.matches++
        matches.push({ place, campaign, event: item.event, item })
      }
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      run.errors++
      run.lastError = error.message
    }
    run.steps += filter.steps
    if (run.evaluations % LOOK_EVERY === 0) run.condemned = verdictSoFar(run)
  }
  return run
}

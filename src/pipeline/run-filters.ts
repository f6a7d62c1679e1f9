import type { Campaign } from '../campaigns/campaign.js'
import { standingGate } from '../campaigns/campaign.js'
import type { Match } from '../campaigns/decide-triggers.js'
import { FilterEvent, type PlayerState } from '../campaigns/filter/filter-event.js'
import { FilterError } from '../campaigns/filter/filter-problem.js'
import type { FilterRun } from '../campaigns/filter-health.js'
import type { LiveCampaign } from '../campaigns/live-campaigns.js'
import type { QueuedEvent } from './piece.js'

/** An event of a game and name that campaigns wait for, and all of those, whether or not they are on at its time. */
export interface Showing {
  readonly item: QueuedEvent
  readonly campaigns: readonly LiveCampaign[]
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

/** One event as it is shown to the campaigns of its game and name. */
interface Shown {
  readonly place: number
  readonly item: QueuedEvent
  readonly event: FilterEvent
}

interface PlacedMatch extends ShownMatch {
  readonly place: number
}

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
  for (const [campaigns, places] of byCampaigns(showings)) {
    const shown = places.map(place => {
      const { item } = showings[place]!
      return { place, item, event: new FilterEvent(item.event, states.get(item) ?? null) }
    })
    for (const live of campaigns) {
      const run = runFilter(live, shown, matches)
      if (run.evaluations > 0) runs.push(run)
    }
  }
  return { matches: matches.sort((a, b) => a.place - b.place), runs }
}

/** Events of one game and name are shown the same list. */
function byCampaigns(showings: readonly Showing[]): Map<readonly LiveCampaign[], number[]> {
  const groups = new Map<readonly LiveCampaign[], number[]>()
  for (const [place, { campaigns }] of showings.entries()) {
    const places = groups.get(campaigns)
    if (places === undefined) groups.set(campaigns, [place])
    else places.push(place)
  }
  return groups
}

function runFilter(live: LiveCampaign, shown: readonly Shown[], matches: PlacedMatch[]): FilterRun {
  const { campaign } = live
  const run: FilterRun = { campaign, evaluations: 0, matches: 0, errors: 0, steps: 0, lastError: null }
  for (const { place, item, event } of shown) {
    if (!isOpenFor(campaign, item)) continue
    const { filter } = live
    run.evaluations++
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
  }
  return run
}

export const isOpenFor = (campaign: Campaign, { event }: QueuedEvent): boolean => standingGate(campaign, event) === null

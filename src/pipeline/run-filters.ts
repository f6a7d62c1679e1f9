import { type Campaign, isOnAt } from '../campaigns/campaign.js'
import type { Match } from '../campaigns/decide-triggers.js'
import { FilterEvent, type PlayerState } from '../campaigns/filter/filter-event.js'
import { FilterError } from '../campaigns/filter/filter-problem.js'
import { STEPS_AN_EVENT_MAX, STEPS_MIN } from '../campaigns/filter-health.js'
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
  readonly steps: number
  /** Of the filters that failed on an event; of one that was interrupted, several. */
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
  /** Events of the batch that it was to be shown and was not. */
  readonly notRun: number
}

interface Shown extends PlacedEvent {
  readonly event: FilterEvent
}

interface Collected {
  readonly matches: (ShownMatch & PlacedEvent)[]
  evaluations: number
  steps: number
  stepsOfTurn: number
  readonly failures: FilterFailure[]
  readonly condemned: CondemnedFilter[]
}

/**
 * A filter is run over all of its events before the next one is: a thousand filters do not fit into a processor's
 * cache, and one after the other for each event they took twice as long. Where they take their time, `pause` lets the
 * rest of the node go on.
 */
export async function runFilters(
  showings: readonly Showing[],
  states: ReadonlyMap<QueuedEvent, PlayerState>,
  pause: () => Promise<void>,
): Promise<FilterVerdicts> {
  const collected: Collected = { matches: [], evaluations: 0, steps: 0, stepsOfTurn: 0, failures: [], condemned: [] }
  for (const { throughout, partly, placed } of showings) {
    const shown = placed.map(({ place, item }) => {
      return { place, item, event: new FilterEvent(item.event, states.get(item) ?? null) }
    })
    for (const live of throughout) {
      const next = runFilter(live, shown, 0, collected)
      if (isTurnOver(collected)) await runRest(live, shown, next, collected, pause)
    }
    for (const live of partly) {
      const on = shown.filter(({ item }) => isOnAt(live.campaign, item.event.occurredAt))
      const next = runFilter(live, on, 0, collected)
      if (isTurnOver(collected)) await runRest(live, on, next, collected, pause)
    }
  }
  collected.matches.sort((a, b) => a.place - b.place)
  return collected
}

/** Evaluations between two looks at how a filter does; one that takes its time is looked at sooner. */
const LOOK_EVERY = 50
/** Between two pauses, about 50 ms. */
const STEPS_A_TURN = 100_000
/** About five seconds. Behind them a batch asks more of the filters that are still to be run. */
const STEPS_A_BATCH = 10_000_000
const STEPS_AN_EVENT_MAX_THEN = 500

const isTurnOver = ({ stepsOfTurn }: Collected): boolean => stepsOfTurn > STEPS_A_TURN

async function runRest(
  live: LiveCampaign,
  shown: readonly Shown[],
  next: number,
  collected: Collected,
  pause: () => Promise<void>,
): Promise<void> {
  for (let from = next; isTurnOver(collected); from = runFilter(live, shown, from, collected)) {
    collected.stepsOfTurn = 0
    await pause()
  }
}

/**
 * Until all events are shown, the filter is condemned or the turn is over; gives the first event that is still to be shown.
 * Most filters find nothing in most batches, and then leave nothing behind but their numbers.
 */
function runFilter(live: LiveCampaign, shown: readonly Shown[], start: number, collected: Collected): number {
  const { filter, health } = live
  let errors = 0
  let lastError = ''
  let next = start
  while (next < shown.length && !isTurnOver(collected)) {
    const from = next
    const upTo = Math.min(from + LOOK_EVERY, shown.length)
    let failed = 0
    let steps = 0
    for (; next < upTo && steps < STEPS_MIN; next++) {
      try {
        if (filter.matches(shown[next]!.event)) collected.matches.push(matchOf(live, shown[next]!))
      } catch (error) {
        if (!(error instanceof FilterError)) throw error
        failed++
        lastError = error.message
      }
      steps += filter.steps
    }
    errors += failed
    collected.evaluations += next - from
    collected.steps += steps
    collected.stepsOfTurn += steps
    const reason = health.note(next - from, failed, steps, stepsAnEventMax(collected))
    if (reason === null) continue
    collected.condemned.push({ campaign: live.campaign, reason, notRun: shown.length - next })
    next = shown.length
  }
  if (errors > 0) collected.failures.push({ campaign: live.campaign, errors, lastError })
  return next
}

const stepsAnEventMax = ({ steps }: Collected): number =>
  steps > STEPS_A_BATCH ? STEPS_AN_EVENT_MAX_THEN : STEPS_AN_EVENT_MAX

const matchOf = ({ campaign }: LiveCampaign, { place, item }: Shown) => ({ place, campaign, event: item.event, item })

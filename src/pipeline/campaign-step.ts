import { setImmediate as turn } from 'node:timers/promises'
import { isOnAt } from '../campaigns/campaign.js'
import type { StatsStep } from '../campaigns/campaign.store.js'
import type { NewTrigger } from '../campaigns/campaign-trigger.js'
import { decideTriggers, receivedKey, type TriggerDecision } from '../campaigns/decide-triggers.js'
import type { PlayerState } from '../campaigns/filter/filter-event.js'
import type { LiveCampaigns, LivePair } from '../campaigns/live-campaigns.js'
import { keepWithheld, readReceived, saveReceived } from '../campaigns/trigger.store.js'
import { snapshotOf } from '../events/event-snapshot.js'
import type { PlayerEvent } from '../events/player-event.js'
import { readHighs } from '../events/stream.store.js'
import type { StreamHighs } from '../events/stream-highs.js'
import { formatMoney } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import { readPlayerHours } from '../players/player-hour.store.js'
import { suppressedAmong } from '../players/suppression.store.js'
import type { Queryable } from '../storage/database.js'
import { areVips } from '../vip/vip-entry.store.js'
import { checkEffects } from './effects.js'
import type { QueuedEvent } from './piece.js'
import {
  type CondemnedFilter,
  type FilterFailure,
  type PlacedEvent,
  runFilters,
  type Showing,
  type ShownMatch,
} from './run-filters.js'

/** What is known of a batch's campaigns before anything of it is written. */
export interface CampaignBriefing {
  readonly showings: readonly Showing[]
  readonly tooLate: ReadonlySet<QueuedEvent>
  readonly states: ReadonlyMap<QueuedEvent, PlayerState>
}

const NOTHING: CampaignBriefing = { showings: [], tooLate: new Set(), states: new Map() }

export interface Lateness {
  readonly highs: StreamHighs
  /** Of the streams' watermarks. */
  readonly latenessMs: number
  /** How far behind its stream's watermark an event may be and still trigger. */
  readonly triggerLatenessMs: number
}

/** The highest event time that the database knows of each stream of a batch. */
export type StreamsRead = ReadonlyMap<string, Millis>

export const readStreams = (session: Queryable, sent: readonly QueuedEvent[]): Promise<StreamsRead> =>
  readHighs(session, [...new Set(sent.map(streamOf))])

/**
 * Before the batch is written: who comes too late is told by how far the streams have come without it, and filters see
 * the players as the batch before has left them. `highs`: null where they have not been read under the batch's locks yet.
 */
export async function briefCampaigns(
  session: Queryable,
  live: LiveCampaigns,
  sent: readonly QueuedEvent[],
  fresh: readonly QueuedEvent[],
  highs: StreamsRead | null,
  horizon: Millis,
  lateness: Lateness,
): Promise<CampaignBriefing> {
  if (live.isEmpty) return NOTHING
  const isLate = latenessOf(highs ?? (await readStreams(session, sent)), lateness)
  const asked = new Map<LivePair, PlacedEvent[]>()
  const tooLate = new Set<QueuedEvent>()
  for (const [place, item] of fresh.entries()) {
    const pair = live.of(item.event)
    if (pair === null) continue
    if (isLate(item)) tooLate.add(item)
    else if (asked.has(pair)) asked.get(pair)!.push({ place, item })
    else asked.set(pair, [{ place, item }])
  }
  const showings = [...asked].map(([pair, placed]) => showing(pair, placed))
  return { showings, tooLate, states: await readStates(session, showings.flatMap(lookingAtPlayers), horizon) }
}

function showing(pair: LivePair, placed: readonly PlacedEvent[]): Showing {
  const times = placed.map(({ item }) => item.event.occurredAt)
  return { ...pair.onBetween(Math.min(...times), Math.max(...times)), placed }
}

/** The events for which a filter is run that looks at the player. */
function lookingAtPlayers({ throughout, partly, placed }: Showing): QueuedEvent[] {
  const items = placed.map(({ item }) => item)
  if (throughout.some(({ filter }) => filter.usesPlayer)) return items
  const looking = partly.filter(({ filter }) => filter.usesPlayer)
  return items.filter(({ event }) => looking.some(({ campaign }) => isOnAt(campaign, event.occurredAt)))
}

/**
 * Against what had been committed of its stream when it arrived, and what other nodes have committed by now. Each batch
 * looks before it commits highs of its own, whether or not it has events to show: behind those, theirs can't be seen.
 */
function latenessOf(inDatabase: StreamsRead, lateness: Lateness) {
  const { highs, latenessMs, triggerLatenessMs } = lateness
  const foreign = new Map([...inDatabase].map(([stream, high]) => [stream, highs.read(stream, high)]))
  return (item: QueuedEvent): boolean => {
    const high = Math.max(item.piece.streamHigh, foreign.get(streamOf(item)) ?? Number.NEGATIVE_INFINITY)
    return high - latenessMs - item.event.occurredAt > triggerLatenessMs
  }
}

const streamOf = (item: QueuedEvent): string => item.piece.submission.stream

async function readStates(session: Queryable, asking: readonly QueuedEvent[], horizon: Millis) {
  const states = new Map<QueuedEvent, PlayerState>()
  if (asking.length === 0) return states
  const asked = asking.map(({ event }) => ({ playerId: event.playerId, at: event.occurredAt }))
  const hours = await readPlayerHours(session, asked, horizon)
  const vips = await areVips(session, asked)
  for (const [i, item] of asking.entries()) {
    const { turnover, eventCount } = hours[i]!
    states.set(item, { turnover1h: Number(formatMoney(turnover)), eventCount1h: eventCount, isVip: vips[i]! })
  }
  return states
}

/** What the filters of a batch did, and how long it took. */
export interface FilterReport {
  readonly evaluations: number
  readonly matches: number
  readonly errors: number
  readonly tookMs: number
  readonly condemned: readonly CondemnedFilter[]
}

/** Leaves out what else ran in the pauses. */
class PausedWatch {
  private before = 0
  private startedAt = performance.now()

  get tookMs(): number {
    return this.before + performance.now() - this.startedAt
  }

  async pause(until: Promise<void>): Promise<void> {
    this.before = this.tookMs
    await until
    this.startedAt = performance.now()
  }
}

/** What campaigns have come to: triggers that wait for their feed ids, and what their figures grow by. */
export interface CampaignOutcome {
  readonly triggers: readonly NewTrigger[]
  readonly stats: readonly StatsStep[]
}

/** Decides, under the players' locks, and writes what is theirs. */
export async function campaignStep(
  session: Queryable,
  briefing: CampaignBriefing,
  onFilters: (report: FilterReport) => void,
  at: Millis,
): Promise<CampaignOutcome> {
  if (briefing.showings.length === 0) return { triggers: [], stats: [] }
  // What the database has to do meanwhile leaves before filters take the thread.
  await turn()
  const watch = new PausedWatch()
  const { matches, evaluations, failures, condemned } = await runFilters(briefing.showings, briefing.states, () =>
    watch.pause(turn()),
  )
  const errors = failures.reduce((sum, failure) => sum + failure.errors, 0)
  onFilters({ evaluations, matches: matches.length, errors, tookMs: watch.tookMs, condemned })
  const decision = await decide(session, matches, at)
  checkEffects(decision.triggers.length)
  const { withheld, received } = decision
  await Promise.all([
    received.size > 0 && saveReceived(session, [...received.values()]),
    withheld.length > 0 && keepWithheld(session, withheld, at),
  ])
  return { triggers: decision.triggers.map(match => newTrigger(match, at)), stats: statsOf(failures, decision) }
}

const newTrigger = ({ campaign, item }: ShownMatch, at: Millis): NewTrigger => ({
  campaignId: campaign.id,
  campaignVersion: campaign.version,
  playerId: item.event.playerId,
  event: snapshotOf(item.event, streamOf(item), at),
  offer: campaign.offer,
  triggeredAt: at,
})

async function decide(session: Queryable, matches: readonly ShownMatch[], at: Millis) {
  if (matches.length === 0) return decideTriggers<ShownMatch>([], new Set(), new Map())
  const pairs = new Map(
    matches.map(({ campaign, event }) => [
      receivedKey(campaign.id, event.playerId),
      { campaignId: campaign.id, playerId: event.playerId },
    ]),
  )
  const [suppressed, received] = await Promise.all([
    suppressedAmong(session, playersOf(matches.map(match => match.event)), at),
    readReceived(session, [...pairs.values()]),
  ])
  return decideTriggers(matches, suppressed, received)
}

const playersOf = (events: readonly PlayerEvent[]): string[] => [...new Set(events.map(event => event.playerId))]

/** Of those campaigns alone that have something to add: most filters find nothing in most batches. */
function statsOf(
  failures: readonly FilterFailure[],
  { triggers, withheld, received }: TriggerDecision<ShownMatch>,
): StatsStep[] {
  const steps = new Map<string, { -readonly [K in keyof StatsStep]: StatsStep[K] }>()
  const stepOf = (campaignId: string) => {
    let step = steps.get(campaignId)
    if (step === undefined) {
      step = { campaignId, triggers: 0, players: 0, suppressed: 0, filterErrors: 0, lastFilterError: null }
      steps.set(campaignId, step)
    }
    return step
  }
  for (const { campaign, errors, lastError } of failures) {
    const step = stepOf(campaign.id)
    step.filterErrors += errors
    step.lastFilterError = lastError
  }
  for (const { campaign } of triggers) stepOf(campaign.id).triggers++
  for (const { campaign } of withheld) stepOf(campaign.id).suppressed++
  for (const { match, isFirst } of received.values()) if (isFirst) stepOf(match.campaign.id).players++
  return [...steps.values()]
}

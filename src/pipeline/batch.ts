import { hasOccasion } from '../campaigns/campaign.js'
import { addToStats } from '../campaigns/campaign.store.js'
import { type CampaignTrigger, type NewTrigger, TRIGGER_TOPIC } from '../campaigns/campaign-trigger.js'
import { insertTriggers } from '../campaigns/trigger.store.js'
import { insertMilestones } from '../draws/milestone.store.js'
import { addToCounts } from '../draws/stake.store.js'
import type { KnownStandings } from '../draws/standing.js'
import { MILESTONE_TOPIC, type NewMilestone, type TicketMilestone } from '../draws/ticket-milestone.js'
import { areKept, insertEvents, insertRejections, type NewEvent, type RejectedEvent } from '../events/event.store.js'
import type { Rejection } from '../events/player-event.js'
import { rejection } from '../events/read-event.js'
import { advanceStreams, markLatePanes, type ProgressStep } from '../events/stream.store.js'
import type { FeedItem } from '../feed/subscription.js'
import type { Millis } from '../kernel/time.js'
import { foldPanes, type PaneDelta } from '../players/pane.js'
import { addToPanes, openBatch, takeShards } from '../players/player.store.js'
import { lockShards, shardsOf } from '../players/player-lock.js'
import type { SeenPlayers } from '../players/seen-players.js'
import type { BetChange } from '../pnl/bet-book.js'
import { NO_GAME } from '../pnl/game-deltas.js'
import { addToHousePanes } from '../pnl/house-pane.store.js'
import type { KnownGames } from '../pnl/known-games.js'
import type { CommittedGames } from '../pnl/known-positions.js'
import type { Session } from '../storage/database.js'
import { BEGIN_WITH_SHARED_RULES } from '../storage/rules-lock.js'
import type { AmountBounds } from '../vip/amount-bounds.js'
import { VIP_TOPIC, type VipEntry } from '../vip/vip-entry.js'
import { insertEntries, type NewVipEntry } from '../vip/vip-entry.store.js'
import { allOf, later, Written } from './all-of.js'
import { type Books, makeBooks, readKnownBets } from './books.js'
import {
  briefCampaigns,
  type CampaignBriefing,
  campaignStep,
  type FilterReport,
  type Lateness,
  readStreams,
} from './campaign-step.js'
import { drawStep } from './draw-step.js'
import { commitEffects, type EffectGroup } from './effects.js'
import { inKeyOrder, NOTHING_STORED, type Novel, onlyNew, readStored } from './novel.js'
import type { QueuedEvent } from './piece.js'
import { sumGames, writeBooks } from './pnl-step.js'
import type { RulesCache } from './rules.js'
import { vipStep } from './vip-step.js'

export interface Batch {
  /** In the order of arrival. */
  readonly events: readonly QueuedEvent[]
  readonly rejected: readonly RejectedEvent[]
  /** Stays the same when the batch is tried again, so that a try whose answer was lost is known by it. */
  readonly ingestedAt: Millis
}

export interface BatchMode {
  readonly lane: number
  /** Look for events that are stored already, rather than trust that all are new. */
  readonly lookFirst: boolean
  /** The same of bets that are placed. */
  readonly lookForBets: boolean
  /** An earlier try of this batch may have been committed: what it stored counts as accepted. */
  readonly mayBeStored: boolean
}

export interface CommittedBatch {
  readonly duplicates: ReadonlySet<QueuedEvent>
  /** New, and not taken. */
  readonly refused: ReadonlyMap<QueuedEvent, Rejection>
  readonly effects: readonly FeedItem[]
  /** Whose positions have changed; null: no game's. */
  readonly games: CommittedGames | null
  /** Bets were placed of which something was stored before. */
  readonly metKnownBets: boolean
}

/** What a node remembers between batches. All of it can be forgotten; none of it decides anything that is not checked. */
export interface Memory {
  /** Names this process among the writers of a shard. */
  readonly writer: string
  readonly rules: RulesCache
  readonly seenPlayers: SeenPlayers
  readonly bounds: AmountBounds
  readonly standings: KnownStandings
  readonly games: KnownGames
  readonly lateness: Lateness
  /** Told of every run, whatever becomes of its batch. */
  readonly onFilters: (report: FilterReport) => void
}

/**
 * One batch, end to end, in one transaction: about ten statements and those of what it causes, whatever its size. They go
 * out in three flights, of which none waits within itself: locks and what has to be known; what is written, and what has
 * to be read behind it; what that comes to, and the commit.
 */
export async function commitBatch(
  session: Session,
  memory: Memory,
  batch: Batch,
  mode: BatchMode,
): Promise<CommittedBatch> {
  const sent = batch.events.map(item => item.event)
  const shards = shardsOf(sent.map(event => event.playerId))
  const seen = memory.seenPlayers.due(sent)
  const begun = session.rows(`${BEGIN_WITH_SHARED_RULES}; ${lockShards(shards)}`)
  const written = new Written()
  try {
    const opening = later(openBatch(session, seen, shards, memory.writer))
    const order = inKeyOrder(batch.events)
    const [, { revision, horizon, foreign_shards, new_players }, stored, known, highs] = await allOf([
      begun,
      opening,
      mode.lookFirst && sent.length > 0 ? readStored(session, batch.events) : NOTHING_STORED,
      readKnownBets(session, batch.events, order.doubles, mode, batch.ingestedAt),
      memory.rules.hasCampaigns ? readStreams(session, batch.events) : null,
    ])
    if (foreign_shards.length > 0) await takeShards(session, foreign_shards, memory.writer)
    memory.bounds.forgetShards(foreign_shards)
    const novel = onlyNew(batch.events, order, stored, mode.mayBeStored ? batch.ingestedAt : null)
    const books = await makeBooks(session, novel.fresh, known)
    const { fresh, freshByKey, duplicates } = withoutSetAside(novel, books)
    const { policies, campaigns, draws } = await memory.rules.at(session, revision)
    memory.bounds.useRules(revision, policies)
    memory.bounds.learnNew(new_players)
    const at = batch.ingestedAt
    const briefing = await briefCampaigns(session, campaigns, batch.events, fresh, highs, horizon, memory.lateness)
    const toStore = freshByKey.map(item => asStored(item, revision, briefing, books))
    const events = fresh.map(item => item.event)
    const { bounds } = memory
    const added = bounds.sumsOf(events)
    const panes = foldPanes(toStore)
    const live = panes.filter(pane => pane.paneStart >= horizon)
    written.add(insertEvents(session, toStore, at))
    if (live.length > 0) written.add(addToPanes(session, live))
    const sums = sumGames(books, memory.games)
    const booking = written.add(writeBooks({ session, lane: mode.lane, books, games: sums, horizon, at }))
    const [entries, tickets, { triggers, stats }] = await allOf([
      vipStep({ session, policies, bounds, events, added, horizon, at }),
      drawStep({ session, live: draws, known: memory.standings, events, at }),
      campaignStep(session, briefing, memory.onFilters, at),
    ])
    const refused = new Map([...books.tooOld].map(item => [item, tooOld(item)]))
    const rejects = [...batch.rejected, ...[...refused].map(toKeep)]
    const kept = mode.mayBeStored && (await areKept(session, rejects, batch.ingestedAt))
    const rejected = kept ? [] : rejects
    const late = panesOf(panes.filter(pane => pane.paneStart < horizon))
    const progress = progressOf({ ...batch, rejected }, fresh)
    memory.lateness.highs.sending(progress)
    const groups = [vipEffects(entries), triggerEffects(triggers), milestoneEffects(tickets.milestones)]
    // Rows that batches of other nodes write too are written in one order, so that nobody waits in a circle.
    if (stats.length > 0) written.add(addToStats(session, mode.lane, stats, at))
    if (tickets.counts.length > 0) written.add(addToCounts(session, mode.lane, tickets.counts))
    if (sums.house.length > 0) written.add(addToHousePanes(session, mode.lane, sums.house))
    if (late.length > 0) written.add(markLatePanes(session, late))
    if (rejected.length > 0) written.add(insertRejections(session, rejected, batch.ingestedAt))
    written.add(advanceStreams(session, mode.lane, progress, panesOf(live), batch.ingestedAt))
    await written.areSent()
    const [effects, games] = await allOf([commitEffects(session, groups, at), booking, written.all()])
    memory.lateness.highs.committed(progress)
    memory.seenPlayers.written(seen)
    memory.standings.keep(tickets.standings)
    memory.games.stored(sums.named)
    bounds.add(added)
    return { duplicates, refused, effects, games, metKnownBets: known.metKnownBets }
  } catch (error) {
    // It may have been committed all the same.
    for (const memories of [memory.bounds, memory.standings]) memories.forgetPlayers(sent.map(event => event.playerId))
    await written.all().catch(() => undefined)
    await session.rows('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** Without what corrects bets that are forgotten; what did so before they were is there twice. */
function withoutSetAside(novel: Novel, { tooOld, resent }: Books): Novel {
  if (tooOld.size + resent.size === 0) return novel
  const isTaken = (item: QueuedEvent) => !tooOld.has(item) && !resent.has(item)
  return {
    fresh: novel.fresh.filter(isTaken),
    freshByKey: novel.freshByKey.filter(isTaken),
    duplicates: new Set([...novel.duplicates, ...resent]),
  }
}

const NO_CHANGE: Pick<BetChange, 'contribution'> = { contribution: { turnover: 0n, payouts: 0n } }

function asStored(item: QueuedEvent, revision: number, { tooLate }: CampaignBriefing, { changeOf }: Books): NewEvent {
  const { event, piece } = item
  const change = changeOf.get(event)
  return {
    event,
    stream: piece.submission.stream,
    contribution: (change ?? NO_CHANGE).contribution,
    bets: change === undefined || event.betId === null ? null : change.bets,
    bookGame: change === undefined || change.game === event.game ? null : (change.game ?? NO_GAME),
    revision,
    tooLate: hasOccasion(event) && tooLate.has(item),
  }
}

const tooOld = ({ event, index }: QueuedEvent): Rejection =>
  rejection(
    index,
    event.eventId,
    'TOO_OLD',
    `bet_id ${event.betId} names a bet that was over for so long that it is not kept any more`,
    event.eventId,
  )

const toKeep = ([{ piece }, rejection]: readonly [QueuedEvent, Rejection]): RejectedEvent => {
  const { stream, actor } = piece.submission
  return { stream, actor, rejection }
}

const panesOf = (panes: readonly PaneDelta[]): Millis[] => [...new Set(panes.map(pane => pane.paneStart))]

function progressOf(batch: Batch, fresh: readonly QueuedEvent[]): ProgressStep[] {
  const steps = new Map<string, { stream: string; maxOccurredAt: Millis | null; events: number; rejected: number }>()
  const stepOf = (stream: string) => {
    let step = steps.get(stream)
    if (step === undefined) {
      step = { stream, maxOccurredAt: null, events: 0, rejected: 0 }
      steps.set(stream, step)
    }
    return step
  }
  // A duplicate moves its stream on as well: of two streams that send the same, neither holds the other up.
  for (const { event, piece } of batch.events) {
    const step = stepOf(piece.submission.stream)
    step.maxOccurredAt = Math.max(step.maxOccurredAt ?? event.occurredAt, event.occurredAt)
  }
  for (const { piece } of fresh) stepOf(piece.submission.stream).events++
  for (const { stream } of batch.rejected) stepOf(stream).rejected++
  return [...steps.values()]
}

const vipEffects = (entries: readonly NewVipEntry[]): EffectGroup => ({
  topic: VIP_TOPIC,
  size: entries.length,
  write: async (session, firstId) => {
    const numbered: VipEntry[] = entries.map((entry, i) => ({ ...entry, feedId: firstId + i }))
    await insertEntries(session, numbered)
    return numbered.map(entry => ({ id: entry.feedId, topic: VIP_TOPIC, payload: entry }))
  },
})

const triggerEffects = (triggers: readonly NewTrigger[]): EffectGroup => ({
  topic: TRIGGER_TOPIC,
  size: triggers.length,
  write: async (session, firstId) => {
    const numbered: CampaignTrigger[] = triggers.map((trigger, i) => ({ ...trigger, feedId: firstId + i }))
    await insertTriggers(session, numbered)
    return numbered.map(trigger => ({ id: trigger.feedId, topic: TRIGGER_TOPIC, payload: trigger }))
  },
})

const milestoneEffects = (milestones: readonly NewMilestone[]): EffectGroup => ({
  topic: MILESTONE_TOPIC,
  size: milestones.length,
  write: async (session, firstId) => {
    const numbered: TicketMilestone[] = milestones.map((milestone, i) => ({ ...milestone, feedId: firstId + i }))
    await insertMilestones(session, numbered)
    return numbered.map(milestone => ({ id: milestone.feedId, topic: MILESTONE_TOPIC, payload: milestone }))
  },
})

import { type EventSnapshot, type JudgedEvent, playerEventOf } from '../events/event-snapshot.js'
import { AppError } from '../kernel/errors.js'
import { formatInstant, MINUTE_MS, type Millis } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { type Campaign, standingGate, type TriggerGate } from './campaign.js'
import { findCampaign, versionAt, versionOn } from './campaign.store.js'
import { playerGate } from './decide-triggers.js'
import { type Encounter, findSwitchOff, findTrigger, findWithheld, readReceivedThen } from './explain.store.js'
import { notRunWords, playerWords, receivedWords, standingWords, tooLateWords } from './explain-words.js'
import { FilterEvent } from './filter/filter-event.js'
import { FilterError } from './filter/filter-problem.js'
import { compiled } from './live-campaigns.js'
import { readStatesThen } from './preview-player.store.js'

export interface ExplainAsked {
  readonly campaignId: string
  readonly eventId: string
  readonly playerId: string | null
  readonly occurredAt: Millis | null
}

/** Why an event triggered a campaign, or did not. */
export interface TriggerExplanation {
  readonly campaignId: string
  /** Null where there was none yet. */
  readonly campaignVersion: number | null
  readonly eventId: string
  readonly gate: TriggerGate
  readonly detail: string
}

interface Verdict {
  readonly gate: TriggerGate
  readonly detail: string
}

const verdict = (gate: TriggerGate, detail: string): Verdict => ({ gate, detail })

type FindEvent = (asked: Omit<ExplainAsked, 'campaignId'>) => Promise<JudgedEvent | null>

/** Asks the gates again, as they stood when the event was committed, and names the first that stopped it. */
export class ExplainTrigger {
  constructor(
    private readonly db: Database,
    private readonly findEvent: FindEvent,
  ) {}

  async explain({ campaignId, ...address }: ExplainAsked): Promise<TriggerExplanation> {
    const present = await findCampaign(this.db, campaignId)
    if (present === null) throw new AppError('NOT_FOUND', `there is no campaign ${campaignId}`)
    const event = await this.findEvent(address)
    if (event === null) throw new AppError('NOT_FOUND', `there is no event ${address.eventId} like that`)
    const explanation = await this.explained(campaignId, event)
    if (address.playerId !== null) return explanation
    // Other players may have events with this id.
    return { ...explanation, detail: `${explanation.detail}; ${playerWords(event)}` }
  }

  private async explained(campaignId: string, event: JudgedEvent): Promise<TriggerExplanation> {
    const encounter = { campaignId, playerId: event.player_id, eventId: event.event_id, occurredAt: event.occurred_at }
    const about = { campaignId, eventId: event.event_id }
    const trigger = await findTrigger(this.db, encounter)
    if (trigger !== null) {
      const detail = `triggered at ${formatInstant(trigger.triggered_at)}`
      return { ...about, campaignVersion: trigger.campaign_version, ...verdict('MATCHED', detail) }
    }
    const campaign = await this.inForce(campaignId, event)
    if (campaign === null) {
      const detail = `the event was committed at ${formatInstant(event.ingested_at)}, before the campaign was made`
      return { ...about, campaignVersion: null, ...verdict('NOT_IN_FORCE', detail) }
    }
    return { ...about, campaignVersion: campaign.version, ...(await this.stoppedBy(campaign, event, encounter)) }
  }

  private inForce(campaignId: string, event: JudgedEvent): Promise<Campaign | null> {
    return event.rules_revision === null
      ? versionOn(this.db, campaignId, event.ingested_at)
      : versionAt(this.db, campaignId, event.rules_revision)
  }

  private async stoppedBy(campaign: Campaign, event: JudgedEvent, encounter: Encounter): Promise<Verdict> {
    const gate = standingGate(campaign, playerEventOf(event))
    if (gate !== null) return verdict(gate, standingWords(gate, campaign, event))
    if (event.too_late) return verdict('TOO_LATE', tooLateWords(event))
    return (await this.filtered(campaign, event)) ?? this.withheldOrHad(campaign, event, encounter)
  }

  private async filtered(campaign: Campaign, event: EventSnapshot): Promise<Verdict | null> {
    const filter = compiled(campaign.filter)
    const commit = { playerId: event.player_id, occurredAt: event.occurred_at, ingestedAt: event.ingested_at }
    const [state] = filter.usesPlayer ? await readStatesThen(this.db, [commit]) : []
    try {
      if (filter.matches(new FilterEvent(playerEventOf(event), state ?? null))) return null
      return verdict('FILTER_FALSE', 'the filter gave something else than the boolean true')
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      return verdict('FILTER_ERROR', error.message)
    }
  }

  /** A filter on which a verdict has fallen is not shown the rest of its batch. */
  private async notRun({ id, version }: Campaign, { ingested_at }: EventSnapshot): Promise<Verdict | null> {
    const off = await findSwitchOff(this.db, id, version)
    if (off === null || ingested_at < off.saved_at - SWITCHING_OFF_MAX_MS) return null
    return verdict('FILTER_ERROR', notRunWords(off.disabled_reason))
  }

  private async withheldOrHad(campaign: Campaign, event: EventSnapshot, encounter: Encounter): Promise<Verdict> {
    const withheldAt = await findWithheld(this.db, encounter)
    if (withheldAt !== null) {
      return verdict('SUPPRESSED', `the player was suppressed when the event came at ${formatInstant(withheldAt)}`)
    }
    const { before, withBatch } = await readReceivedThen(this.db, encounter, event.ingested_at)
    for (const had of [before, withBatch]) {
      const gate = playerGate(campaign, event.occurred_at, false, had)
      if (gate === 'PLAYER_CAP' || gate === 'COOLDOWN') return verdict(gate, receivedWords(gate, campaign, had!))
    }
    return (await this.notRun(campaign, event)) ?? verdict('FILTER_FALSE', ONLY_TODAY)
  }
}

/** From the verdict on its filter to the version that switches a campaign off, at most: it waits for batches under way. */
const SWITCHING_OFF_MAX_MS = MINUTE_MS

/** The database keeps JSON members in an order of its own, and what was committed in the same millisecond is not told apart. */
const ONLY_TODAY =
  'the filter finds the stored event true, and did not find it true when it came: it sees members of JSON in another order, or its player in the same millisecond'

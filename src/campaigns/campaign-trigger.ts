import type { EventSnapshot } from '../events/event-snapshot.js'
import type { Millis } from '../kernel/time.js'

/** One event that triggered one campaign for its player. */
export interface CampaignTrigger {
  readonly feedId: number
  readonly campaignId: string
  /** The version that fired. */
  readonly campaignVersion: number
  readonly playerId: string
  /** As it stood: it outlives the event's retention. */
  readonly event: EventSnapshot
  readonly offer: unknown
  readonly triggeredAt: Millis
}

/** A trigger before the feed has given it an id. */
export type NewTrigger = Omit<CampaignTrigger, 'feedId'>

export const TRIGGER_TOPIC = 'campaign.triggered'

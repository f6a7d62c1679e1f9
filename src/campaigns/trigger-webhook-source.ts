import type { EventSnapshot } from '../events/event-snapshot.js'
import { formatMoney, type Money, parseMoney } from '../kernel/money.js'
import { formatInstant } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { WebhookItem, WebhookSource } from '../webhooks/webhook-source.js'
import { type CampaignTrigger, TRIGGER_TOPIC } from './campaign-trigger.js'
import { triggersOfFeed } from './trigger.store.js'

/** Triggers as webhooks send them: the fields of the GraphQL type. */
export const triggerWebhookSource = (db: Database, cursorOf: (feedId: number) => string): WebhookSource => ({
  topic: 'CAMPAIGN_TRIGGERED',
  feedTopic: TRIGGER_TOPIC,
  async read(feedIds) {
    return (await triggersOfFeed(db, feedIds)).map(trigger => itemOf(trigger, cursorOf))
  },
})

const itemOf = (trigger: CampaignTrigger, cursorOf: (feedId: number) => string): WebhookItem => ({
  feedId: trigger.feedId,
  key: cursorOf(trigger.feedId),
  playerId: trigger.playerId,
  payload: {
    id: String(trigger.feedId),
    campaignId: trigger.campaignId,
    campaignVersion: trigger.campaignVersion,
    playerId: trigger.playerId,
    event: eventPayload(trigger.event),
    offer: trigger.offer,
    triggeredAt: formatInstant(trigger.triggeredAt),
    feedCursor: cursorOf(trigger.feedId),
  },
})

const decimal = (text: string): string => formatMoney(parseMoney(text) as Money)

const eventPayload = (event: EventSnapshot) => ({
  eventId: event.event_id,
  playerId: event.player_id,
  eventType: event.event_type,
  eventName: event.event_name,
  amount: decimal(event.amount),
  currency: event.currency,
  occurredAt: formatInstant(event.occurred_at),
  ingestedAt: formatInstant(event.ingested_at),
  stream: event.stream,
  game: event.game,
  gameType: event.game_type,
  competition: event.competition,
  market: event.market,
  sessionId: event.session_id,
  deviceId: event.device_id,
  roundId: event.round_id,
  betId: event.bet_id,
  betMarket: event.bet_market,
  selection: event.selection,
  odds: event.odds === null ? null : decimal(event.odds),
  probability: event.probability,
  result: event.result,
  context: event.context,
  data: event.data,
  extra: event.extra,
})

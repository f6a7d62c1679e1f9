import { formatInstant } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { WebhookItem, WebhookSource } from '../webhooks/webhook-source.js'
import { milestonesOfFeed } from './milestone.store.js'
import { MILESTONE_TOPIC, type TicketMilestone } from './ticket-milestone.js'

/** Milestones as webhooks send them: the fields of the GraphQL type. */
export const milestoneWebhookSource = (db: Database, cursorOf: (feedId: number) => string): WebhookSource => ({
  topic: 'TICKET_MILESTONE',
  feedTopic: MILESTONE_TOPIC,
  async read(feedIds) {
    return (await milestonesOfFeed(db, feedIds)).map(milestone => itemOf(milestone, cursorOf))
  },
})

const itemOf = (
  { feedId, reachedAt, ...milestone }: TicketMilestone,
  cursorOf: (feedId: number) => string,
): WebhookItem => ({
  feedId,
  key: cursorOf(feedId),
  playerId: milestone.playerId,
  payload: { ...milestone, reachedAt: formatInstant(reachedAt), feedCursor: cursorOf(feedId) },
})

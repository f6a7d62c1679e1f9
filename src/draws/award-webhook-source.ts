import { formatMoney } from '../kernel/money.js'
import { formatInstant } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { WebhookItem, WebhookSource } from '../webhooks/webhook-source.js'
import { awardsOfFeed } from './award.store.js'
import { AWARD_TOPIC, type PrizeAward } from './prize-award.js'

/** Awards as webhooks send them: the fields of the GraphQL type. */
export const awardWebhookSource = (db: Database, cursorOf: (feedId: number) => string): WebhookSource => ({
  topic: 'PRIZE_AWARDED',
  feedTopic: AWARD_TOPIC,
  async read(feedIds) {
    return (await awardsOfFeed(db, feedIds)).map(award => itemOf(award, cursorOf))
  },
})

const itemOf = (
  { feedId, prize, awardedAt, ...award }: PrizeAward,
  cursorOf: (feedId: number) => string,
): WebhookItem => ({
  feedId,
  key: cursorOf(feedId),
  playerId: award.playerId,
  payload: {
    id: String(feedId),
    ...award,
    prize: prize && { ...prize, value: formatMoney(prize.value) },
    awardedAt: formatInstant(awardedAt),
    feedCursor: cursorOf(feedId),
  },
})

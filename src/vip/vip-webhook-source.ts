import { formatMoney } from '../kernel/money.js'
import { formatInstant } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { WebhookItem, WebhookSource } from '../webhooks/webhook-source.js'
import { VIP_TOPIC, type VipEntry } from './vip-entry.js'
import { replayEntries } from './vip-entry.store.js'

/** Entries as webhooks send them: the fields of the GraphQL type. Those of suppressed players are never delivered. */
export const vipWebhookSource = (db: Database, cursorOf: (feedId: number) => string): WebhookSource => ({
  topic: 'VIP_ENTERED',
  feedTopic: VIP_TOPIC,
  async read(feedIds) {
    const wanted = new Set(feedIds)
    // A delivery holds every entry between its first and its last.
    const entries = await replayEntries(db, Math.min(...feedIds) - 1, Math.max(...feedIds), feedIds.length)
    return entries.filter(entry => wanted.has(entry.feedId) && !entry.suppressed).map(entry => itemOf(entry, cursorOf))
  },
})

const itemOf = (entry: VipEntry, cursorOf: (feedId: number) => string): WebhookItem => ({
  feedId: entry.feedId,
  key: cursorOf(entry.feedId),
  playerId: entry.playerId,
  payload: {
    id: String(entry.feedId),
    policyId: entry.policyId,
    policyVersion: entry.policyVersion,
    playerId: entry.playerId,
    windowStart: formatInstant(entry.windowStart),
    windowEnd: formatInstant(entry.windowEnd),
    amount: formatMoney(entry.figures.amount),
    eventCount: entry.figures.eventCount,
    sessionCount: entry.figures.sessionCount,
    firstEventAt: formatInstant(entry.figures.firstEventAt),
    lastEventAt: formatInstant(entry.figures.lastEventAt),
    crossingEventId: entry.crossingEventId,
    enteredAt: formatInstant(entry.enteredAt),
    suppressed: entry.suppressed,
    feedCursor: cursorOf(entry.feedId),
  },
})

import type { Logger } from 'pino'
import type { Audit } from './audit/audit.js'
import { TRIGGER_TOPIC } from './campaigns/campaign-trigger.js'
import { replayTriggers } from './campaigns/trigger.store.js'
import { triggerWebhookSource } from './campaigns/trigger-webhook-source.js'
import type { Config } from './config.js'
import { awardWebhookSource } from './draws/award-webhook-source.js'
import { milestoneWebhookSource } from './draws/milestone-webhook-source.js'
import { Feed } from './feed/feed.js'
import { FEED_CHANNEL } from './feed/feed.store.js'
import type { Metrics } from './http/metrics.js'
import { makeWebhookMetrics } from './http/webhook-metrics.js'
import type { Clock } from './kernel/time.js'
import { holdSending, suppressedAmong, suppressedUpTo } from './players/suppression.store.js'
import { registerAwardTopic } from './server-drawing.js'
import { registerDrawTopics } from './server-draws.js'
import type { Database } from './storage/database.js'
import { Listener } from './storage/listen.js'
import { VIP_TOPIC } from './vip/vip-entry.js'
import { replayEntries } from './vip/vip-entry.store.js'
import { vipWebhookSource } from './vip/vip-webhook-source.js'
import { Webhooks } from './webhooks/webhooks.js'

const WEBHOOK_SOURCES = [vipWebhookSource, triggerWebhookSource, milestoneWebhookSource, awardWebhookSource]

export interface EffectParts {
  readonly config: Config
  readonly databaseUrl: string
  readonly reads: Database
  readonly outbound: Database
  readonly audit: Audit
  readonly metrics: Metrics
  readonly log: Logger
  readonly clock: Clock
}

/** How effects leave this node: the feed, which follows what all nodes commit, and the webhooks behind it. */
export async function openEffects({ config, databaseUrl, reads, outbound, audit, metrics, log, clock }: EffectParts) {
  const feed = new Feed(reads, {
    subscriberQueueMax: config.feed.subscriberQueueMax,
    onPublished: (topic, items, position) => {
      metrics.countEffects(topic, items)
      metrics.setFeedPosition(position)
      webhooks.told(topic)
    },
    onSlowConsumer: metrics.countSlowConsumer,
    onError: error => log.warn({ err: error }, 'the feed could not be read, and will be again'),
  })
  feed.registerTopic(VIP_TOPIC, async (after, upTo, limit) =>
    (await replayEntries(reads, after, upTo, limit)).map(entry => ({
      id: entry.feedId,
      topic: VIP_TOPIC,
      payload: entry,
    })),
  )
  feed.registerTopic(TRIGGER_TOPIC, async (after, upTo, limit) =>
    (await replayTriggers(reads, after, upTo, limit)).map(trigger => ({
      id: trigger.feedId,
      topic: TRIGGER_TOPIC,
      payload: trigger,
    })),
  )
  registerDrawTopics(feed, reads)
  registerAwardTopic(feed, reads)
  const webhooks = new Webhooks({
    reads,
    db: outbound,
    sources: WEBHOOK_SOURCES.map(of => of(outbound, feed.cursorOf)),
    guard: { hold: holdSending, suppressed: suppressedAmong, suppressedUpTo },
    audit,
    cursorOf: feed.cursorOf,
    config: config.webhooks,
    metrics: makeWebhookMetrics(metrics),
    onError: error => log.warn({ err: error }, 'webhooks could not be worked for, and will be again'),
    clock,
  })
  await feed.start()
  const listener = new Listener(
    databaseUrl,
    FEED_CHANNEL,
    headId => feed.told(headId === null ? null : Number(headId)),
    error => log.warn({ err: error }, 'LISTEN was lost, connecting again'),
  )
  await listener.start()
  return { feed, webhooks, listener }
}

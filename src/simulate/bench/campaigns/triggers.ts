import { randomBytes } from 'node:crypto'
import { SECOND_MS } from '../../../kernel/time.js'
import type { Api } from '../../api.js'
import { startWebhookReceiver } from '../../webhook-receiver.js'
import { FirstArrivals } from '../first-arrivals.js'
import { type Bench, withInstallation } from '../installation.js'
import { ascending, type Figure, quantile } from '../report.js'
import { sendPaced } from '../senders.js'
import { Subscriber, triggeredEventOf, triggerSubscription } from '../subscriber.js'
import { CAMPAIGNS, campaignLoad, liveCampaigns, probeCampaign, probeEvent, saveCampaigns } from './campaign-set.js'

const EVENTS_PER_SECOND = 5_000
const EVERY_MS = 10
const EVENTS_A_BODY = (EVENTS_PER_SECOND * EVERY_MS) / SECOND_MS
/** Each second body holds a probe: 50 a second, beside the triggers of the load itself. */
const PROBE_EVERY_BODIES = 2
const CONNECTIONS = 64
const LAST_WITHIN_MS = 20 * SECOND_MS
const FRAME_TARGET = { atMost: 50 } as const
const WEBHOOK_TARGET = { atMost: 200 } as const
const SECRET_BYTES = 32

/**
 * From the moment an event is handed to its HTTP request to the moment its trigger's frame is read, and from the
 * trigger (`triggeredAt`, when its batch begins) to the moment the webhook's request has been read at its endpoint.
 */
export async function measureTriggers(bench: Bench): Promise<Figure[]> {
  const work = (installation: Parameters<Parameters<typeof withInstallation>[2]>[0]) => measure(bench, installation)
  return withInstallation(bench, CONNECTIONS, work, { WEBHOOK_ALLOW_PRIVATE: 'true' })
}

async function measure(
  { options, signal, say }: Bench,
  { api, server }: { readonly api: Api; readonly server: { readonly url: string } },
): Promise<Figure[]> {
  await saveCampaigns(api, [...liveCampaigns(Date.now()), probeCampaign(Date.now(), true)])
  const frames = new FirstArrivals()
  const posts = new FirstArrivals()
  let posted: number[] = []
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
  const receiver = await startWebhookReceiver(
    secret,
    ({ items }) => {
      for (const { payload } of items) {
        posted.push(Date.now() - Date.parse(payload.triggeredAt!))
        posts.arrived(payload.event!.eventId)
      }
    },
    () => posts.fail(new Error('a webhook came with a wrong signature')),
  )
  const subscriber = await Subscriber.open(server.url, api.authorization, triggerSubscription('probe'), {
    onFrame: text => frames.arrived(triggeredEventOf(text)),
    onLost: reason => frames.fail(new Error(reason)),
  })
  try {
    const input = { id: 'crm', url: receiver.url, topics: ['CAMPAIGN_TRIGGERED'], secret }
    await api.graphql('mutation ($input: WebhookInput!) { saveWebhook(input: $input) { webhook { id } } }', { input })
    const load = campaignLoad('triggers', options.players)
    const send = async (tick: number) => {
      const body = load.body(EVENTS_A_BODY, Date.now())
      const probe = tick % PROBE_EVERY_BODIES === 0 ? `probe${load.made}` : null
      const whole = probe === null ? body : Buffer.concat([body, Buffer.from(probeEvent(probe, Date.now()))])
      if (probe !== null) for (const arrivals of [frames, posts]) arrivals.sent(probe, performance.now())
      await api.send(whole)
    }
    const run = async (seconds: number) => {
      await sendPaced({ everyMs: EVERY_MS, seconds, signal, send })
      await Promise.all([frames.all(LAST_WITHIN_MS), posts.all(LAST_WITHIN_MS)])
    }
    await run(options.warmUpSeconds)
    for (const arrivals of [frames, posts]) arrivals.forget()
    posted = []
    say(`campaigns: ${options.seconds} s of triggers at ${EVENTS_PER_SECOND} events/s`)
    await run(options.seconds)
    return [
      ...figures('event sent to trigger frame', frames.tookMs, FRAME_TARGET),
      ...figures('trigger to webhook request', posted, WEBHOOK_TARGET),
      ...figures('event sent to webhook request', posts.tookMs),
    ]
  } finally {
    subscriber.close()
    await receiver.close()
  }
}

function figures(what: string, tookMs: readonly number[], target?: { readonly atMost: number }): Figure[] {
  const took = ascending(tookMs)
  const name = `${what}, ${CAMPAIGNS} campaigns at ${EVENTS_PER_SECOND} events/s`
  const p99 = { name: `${name}, p99`, value: quantile(took, 0.99), unit: `ms of ${took.length}` }
  return [
    { name: `${name}, p50`, value: quantile(took, 0.5), unit: 'ms' },
    target === undefined ? p99 : { ...p99, target },
  ]
}

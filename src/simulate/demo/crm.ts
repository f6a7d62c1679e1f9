import { randomBytes } from 'node:crypto'
import type { Api } from '../api.js'
import { startWebhookReceiver, type WebhookReceiver } from '../webhook-receiver.js'

const TOPICS = ['VIP_ENTERED', 'CAMPAIGN_TRIGGERED', 'TICKET_MILESTONE', 'PRIZE_AWARDED']
const SECRET_BYTES = 32
/** The last of those that are remembered: what is sent again comes soon. */
const KEYS_MAX = 10_000

/** The demo's own CRM: an endpoint that is sent everything, and counts each item once. */
export class DemoCrm {
  private readonly keys = new Set<string>()
  items = 0
  requests = 0
  forged = 0
  private receiver: WebhookReceiver | undefined

  async start(api: Api): Promise<void> {
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
    this.receiver = await startWebhookReceiver(
      secret,
      ({ topic, items }) => {
        this.requests++
        for (const { key } of items) this.count(`${topic} ${key}`)
      },
      () => this.forged++,
    )
    const input = { id: 'crm', url: this.receiver.url, topics: TOPICS, secret }
    await api.graphql('mutation ($input: WebhookInput!) { saveWebhook(input: $input) { webhook { id } } }', { input })
  }

  async stop(): Promise<void> {
    await this.receiver?.close()
  }

  private count(key: string): void {
    if (this.keys.has(key)) return
    this.keys.add(key)
    this.items++
    for (const oldest of this.keys) {
      if (this.keys.size <= KEYS_MAX) break
      this.keys.delete(oldest)
    }
  }
}

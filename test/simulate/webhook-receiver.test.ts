import { afterEach, describe, expect, it } from 'vitest'
import { startWebhookReceiver, type WebhookReceiver } from '../../src/simulate/webhook-receiver.js'
import { makeSecret, sign } from '../../src/webhooks/signature.js'

const secret = makeSecret(bytes => Buffer.alloc(bytes, 7))
const body = JSON.stringify({
  id: 'd1',
  topic: 'CAMPAIGN_TRIGGERED',
  items: [{ key: '1', payload: { playerId: 'ü' } }],
})
const TIME = 1_795_000_000

describe("the demo's receiver of webhooks", () => {
  let receiver: WebhookReceiver
  afterEach(() => receiver.close())

  async function post(signature: string): Promise<{ status: number; taken: unknown[]; forged: number }> {
    const taken: unknown[] = []
    let forged = 0
    receiver = await startWebhookReceiver(
      secret,
      received => taken.push(received),
      () => forged++,
    )
    const headers = { 'webhook-id': 'd1', 'webhook-timestamp': String(TIME), 'webhook-signature': signature }
    const { status } = await fetch(receiver.url, { method: 'POST', headers, body })
    return { status, taken, forged }
  }

  it('takes what is signed with its secret', async () => {
    expect(await post(sign(secret, 'd1', TIME, body))).toEqual({ status: 204, taken: [JSON.parse(body)], forged: 0 })
  })

  it.each([
    ['another body', sign(secret, 'd1', TIME, `${body} `)],
    ['another time', sign(secret, 'd1', TIME + 1, body)],
    ['another secret', sign('whsec_c29tZXRoaW5nIGVsc2UgMTIz', 'd1', TIME, body)],
    ['nothing', 'v1,'],
  ])('refuses a signature of %s', async (_, signature) => {
    expect(await post(signature)).toEqual({ status: 401, taken: [], forged: 1 })
  })
})

import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What Tidemark posts. */
export interface WebhookBody {
  readonly id: string
  readonly topic: string
  readonly items: readonly { readonly key: string; readonly feedCursor: string; readonly payload: WebhookPayload }[]
}

interface WebhookPayload {
  readonly playerId: string
  readonly triggeredAt?: string
  readonly event?: { readonly eventId: string }
}

export interface WebhookReceiver {
  readonly url: string
  close(): Promise<void>
}

/** A CRM's endpoint on this machine, independent of how signatures are made: it checks what it is sent, and says so. */
export async function startWebhookReceiver(
  secret: string,
  onBody: (body: WebhookBody) => void,
  onForged: () => void,
): Promise<WebhookReceiver> {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    const genuine = isGenuine(key, request, body)
    if (genuine) onBody(JSON.parse(body.toString()))
    else onForged()
    response.writeHead(genuine ? 204 : 401).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/crm`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function isGenuine(key: Buffer, { headers }: IncomingMessage, body: Buffer): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(signed).update(body).digest('base64')}`)
  const given = Buffer.from(String(headers['webhook-signature']))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly at: number
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: string
  readonly json: { id: string; topic: string; items: { key: string; feedCursor: string | null; payload: object }[] }
}

/** A status, or what else is to be done with the response. */
export type Behaviour = (received: Received, response: ServerResponse) => number | undefined

/** Somebody's CRM: a real HTTP server that keeps what it is sent. */
export class Receiver {
  readonly requests: Received[] = []
  behaviour: Behaviour = () => 204
  private wake: () => void = () => undefined

  private constructor(
    private readonly server: Server,
    private port = 0,
  ) {}

  static async open(): Promise<Receiver> {
    const server = createServer()
    const receiver = new Receiver(server)
    server.on('request', async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      const { headers, rawHeaders, url: path = '' } = request
      const received = { at: Date.now(), path, headers, rawHeaders, body, json: JSON.parse(body || '{}') }
      receiver.requests.push(received)
      receiver.wake()
      const status = receiver.behaviour(received, response)
      if (status !== undefined) response.writeHead(status).end()
    })
    await receiver.listen()
    return receiver
  }

  /** Where it was before, once it has been there. */
  async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    this.port = (this.server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`
  }

  /** Of all items, in the order of arrival, with those that came again. */
  get keys(): string[] {
    return this.requests.flatMap(({ json }) => json.items.map(item => item.key))
  }

  get distinctKeys(): Set<string> {
    return new Set(this.keys)
  }

  async until(enough: (receiver: this) => boolean): Promise<void> {
    while (!enough(this)) {
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
  }

  async close(): Promise<void> {
    if (!this.server.listening) return
    this.server.close()
    this.server.closeAllConnections()
    await once(this.server, 'close')
  }
}

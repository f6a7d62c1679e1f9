import { setMaxListeners } from 'node:events'
import { Agent, type OutgoingHttpHeaders, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

export interface EventsAnswer {
  readonly accepted: number
  readonly duplicates: number
  readonly rejectedCount: number
}

const BUSY_PAUSE_MS = 20
const BUSY_TRIES_MAX = 500

/** One client of the public API over HTTP with connections that are kept. */
export class Api {
  private readonly agent: Agent
  /** How often the server asked to come back later. */
  busy = 0

  constructor(
    readonly url: string,
    readonly authorization: string,
    connections: number,
    private readonly signal: AbortSignal,
  ) {
    // Every request that is under way listens to it.
    setMaxListeners(0, signal)
    this.agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' })
  }

  /** Resolves when the events are durable. */
  async send(body: Buffer | string, stream = 'http', headers: OutgoingHttpHeaders = {}): Promise<EventsAnswer> {
    const path = `/events?stream=${encodeURIComponent(stream)}`
    for (let attempt = 0; attempt < BUSY_TRIES_MAX; attempt++) {
      const { status, text } = await this.post(path, 'application/x-ndjson', body, headers)
      if (status === 200) return JSON.parse(text) as EventsAnswer
      if (status !== 429) throw new Error(`POST /events answered ${status}: ${text.slice(0, 500)}`)
      this.busy++
      await pause(BUSY_PAUSE_MS, undefined, { signal: this.signal })
    }
    throw new Error(`POST /events answered 429 ${BUSY_TRIES_MAX} times in a row`)
  }

  async graphql<T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const { text } = await this.post('/graphql', 'application/json', JSON.stringify({ query, variables }))
    const { data, errors } = JSON.parse(text) as { data?: T; errors?: unknown }
    if (errors !== undefined || data === undefined) throw new Error(`${query.slice(0, 80)}: ${text.slice(0, 500)}`)
    return data
  }

  close(): void {
    this.agent.destroy()
  }

  private post(
    path: string,
    contentType: string,
    body: Buffer | string,
    more: OutgoingHttpHeaders = {},
  ): Promise<{ status: number; text: string }> {
    const headers = {
      ...more,
      authorization: this.authorization,
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
    }
    return new Promise((resolve, reject) => {
      const { agent, signal } = this
      const sent = request(`${this.url}${path}`, { method: 'POST', agent, headers, signal }, response => {
        const parts: Buffer[] = []
        response.on('data', part => parts.push(part))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode!, text: Buffer.concat(parts).toString() }))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

import { type Client, createClient } from 'graphql-ws'
import WebSocket from 'ws'
import type { Role } from '../../../src/graphql/access.js'
import { tokenOf } from '../../support/client.js'

export interface Entry {
  readonly policyId: string
  readonly policyVersion: number
  readonly playerId: string
  readonly windowStart: string
  readonly amount: string
  readonly crossingEventId: string | null
  readonly feedCursor: string
}

export interface FollowerOptions {
  /** Asked before each connection. */
  readonly url: () => Promise<string>
  readonly after: string
  /** Beside `after`, e.g. { playerId: 'p1' }. */
  readonly filter?: Readonly<Record<string, string>>
  readonly role?: Role
}

const SUBSCRIBE = `subscription ($after: String, $policyId: ID, $playerId: ID, $minAmount: Decimal) {
  vipEntered(after: $after, policyId: $policyId, playerId: $playerId, minAmount: $minAmount) {
    policyId policyVersion playerId windowStart amount crossingEventId feedCursor
  }
}`

export const idOf = (cursor: string): number => Number(cursor.split('-')[1])

/** A subscriber that remembers the last cursor it has seen, and resumes behind it whenever its connection ends. */
export class Follower {
  readonly entries: Entry[] = []
  reconnects = -1
  private cursor: string
  private client: Client | null = null
  private socket: WebSocket | null = null
  private closed = false
  private readonly running: Promise<void>
  private waiting: (() => void)[] = []

  constructor(private readonly options: FollowerOptions) {
    this.cursor = options.after
    this.running = this.run()
  }

  /** The ids of all that was seen, in that order. */
  get ids(): number[] {
    return this.entries.map(entry => idOf(entry.feedCursor))
  }

  /** Ends the connection without a word, as a crash of the client does. */
  cut(): void {
    this.socket?.terminate()
  }

  /** Also ends when this is closed. */
  async until(enough: (entries: readonly Entry[]) => boolean): Promise<void> {
    while (!this.closed && !enough(this.entries)) await new Promise<void>(resolve => this.waiting.push(resolve))
  }

  untilId = (id: number): Promise<void> => this.until(() => id <= idOf(this.cursor))

  async close(): Promise<void> {
    this.closed = true
    for (const go of this.waiting.splice(0)) go()
    this.cut()
    await this.client?.dispose()
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      this.reconnects++
      const url = await this.options.url()
      if (this.closed) return
      this.client = this.connect(url)
      try {
        await this.receive(this.client)
      } catch {
        // The server or the connection has gone; the next turn resumes. A wrong resumption shows in the entries.
        await new Promise(resolve => setImmediate(resolve))
      }
    }
  }

  private async receive(client: Client): Promise<void> {
    const variables = { ...this.options.filter, after: this.cursor }
    for await (const { data } of client.iterate<{ vipEntered: Entry }>({ query: SUBSCRIBE, variables })) {
      this.entries.push(data!.vipEntered)
      this.cursor = data!.vipEntered.feedCursor
      for (const go of this.waiting.splice(0)) go()
    }
  }

  private connect(url: string): Client {
    return createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await tokenOf(this.options.role ?? 'crm')}` }),
      retryAttempts: 0,
      on: {
        opened: socket => {
          this.socket = socket as WebSocket
        },
      },
    })
  }
}

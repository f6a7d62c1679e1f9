import { type Client, createClient } from 'graphql-ws'
import WebSocket from 'ws'
import type { Role } from '../../src/graphql/access.js'
import { mintToken } from '../../src/graphql/token.js'

export const SECRET = 'a secret for tests only, long enough'
export const DRAW_KEY = '6472617773'.padEnd(64, '0')

export const tokenOf = (role: Role, sub = `${role}-1`): Promise<string> =>
  mintToken(SECRET, { sub, roles: [role], expiresInSeconds: 3600 })

export interface IngestAnswer {
  accepted: number
  duplicates: number
  rejectedCount: number
  rejected: { index: number; event_id: string | null; code: string; message: string }[]
}

export interface GraphqlAnswer<T> {
  data?: T
  errors?: { message: string; extensions: Record<string, unknown> }[]
}

/** What a front-end team would write against one node. */
export class ApiClient {
  constructor(readonly url: string) {}

  /** Sends NDJSON lines (objects are serialised) and expects them to be taken. */
  async send(events: readonly (object | string)[], path = '/events'): Promise<IngestAnswer> {
    const body = events.map(e => (typeof e === 'string' ? e : JSON.stringify(e))).join('\n')
    const response = await this.post(path, body)
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
    return (await response.json()) as IngestAnswer
  }

  async post(
    path: string,
    body: RequestInit['body'],
    headers: Record<string, string> = {},
    role: Role = 'ingest',
  ): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenOf(role)}`, 'content-type': 'application/x-ndjson', ...headers },
      body,
    })
  }

  async graphql<T>(
    query: string,
    variables: Record<string, unknown> = {},
    token: string | Promise<string> = tokenOf('admin'),
    headers: Record<string, string> = {},
  ): Promise<GraphqlAnswer<T>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as GraphqlAnswer<T>
  }

  /** The data, or the errors thrown. */
  async data<T>(query: string, variables: Record<string, unknown> = {}, token?: string | Promise<string>): Promise<T> {
    const { data, errors } = await this.graphql<T>(query, variables, token)
    if (errors || !data) throw new Error(JSON.stringify(errors))
    return data
  }

  socket(role: Role = 'crm', retryAttempts = 0): Client {
    return createClient({
      url: `${this.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await tokenOf(role)}` }),
      retryAttempts,
    })
  }
}

/** Everything a subscription has delivered; `until` resolves when the predicate holds, and fails when it ends first. */
export class Collected<T> {
  readonly items: T[] = []
  private error: unknown
  private ended = false
  private wake: () => void = () => undefined

  constructor(
    private readonly client: Client,
    query: string,
    variables: Record<string, unknown> = {},
  ) {
    this.run(query, variables).then(
      () => this.finish(undefined),
      error => this.finish(error),
    )
  }

  async until(enough: (items: readonly T[]) => boolean): Promise<readonly T[]> {
    while (!enough(this.items)) {
      if (this.ended)
        throw new Error(`the subscription ended with ${this.items.length} items: ${JSON.stringify(this.error)}`)
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
    return this.items
  }

  /** Why the subscription ended. */
  async end(): Promise<unknown> {
    while (!this.ended) {
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
    return this.error
  }

  async close(): Promise<void> {
    await this.client.dispose()
  }

  private async run(query: string, variables: Record<string, unknown>): Promise<void> {
    for await (const { data, errors } of this.client.iterate<Record<string, T>>({ query, variables })) {
      if (errors) throw errors
      this.items.push(Object.values(data!)[0]!)
      this.wake()
    }
  }

  private finish(error: unknown): void {
    this.error = error
    this.ended = true
    this.wake()
  }
}

import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { type Client, createClient } from 'graphql-ws'
import { pino } from 'pino'
import {
  Arg,
  Authorized,
  Ctx,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql'
import { WebSocket } from 'ws'
import { readConfig } from '../../src/config.js'
import type { Role } from '../../src/graphql/access.js'
import { makeVerifier } from '../../src/graphql/auth.js'
import type { GraphContext } from '../../src/graphql/context.js'
import { DateTime, Decimal, Duration, JSONValue, SafeInt } from '../../src/graphql/scalars.js'
import { makeSchema } from '../../src/graphql/schema.js'
import { type GraphqlOptions, mountGraphql } from '../../src/graphql/server.js'
import { mintToken } from '../../src/graphql/token.js'
import { buildHttp, closeHttp } from '../../src/http/server.js'
import { AppError } from '../../src/kernel/errors.js'
import type { Millis } from '../../src/kernel/time.js'

export const SECRET = 'a-secret-for-tests'

@ObjectType()
class Item {
  @Field(() => ID) id!: string
  @Field() name!: string
  @Field(() => Decimal) amount!: bigint
  @Field(() => [Item])
  items(@Arg('first', () => Int, { defaultValue: 20 }) _first: number): Item[] {
    return []
  }
}

@ObjectType()
class Items {
  @Field(() => [Item]) nodes!: Item[]
  @Field(() => Int) totalCount!: number
}

@ObjectType()
class Echo {
  @Field(() => DateTime, { nullable: true }) at?: Millis
  @Field(() => Decimal, { nullable: true }) amount?: bigint
  @Field(() => Duration, { nullable: true }) window?: number
  @Field(() => SafeInt, { nullable: true }) count?: number
  @Field(() => JSONValue, { nullable: true }) data?: unknown
}

@InputType()
class EventInput {
  @Field(() => ID) playerId!: string
  @Field() eventType!: string
  @Field(() => Decimal) amount!: bigint
  @Field(() => DateTime) occurredAt!: Millis
  @Field(() => JSONValue, { nullable: true }) data?: unknown
}

/** What the tests look at from outside of the server. */
export class Probe {
  pulled = 0
  returned = 0
  loaders = new Set<unknown>()
  private waiting: { until: () => boolean; done: () => void }[] = []

  changed(): void {
    this.waiting = this.waiting.filter(({ until, done }) => {
      if (until()) done()
      return !until()
    })
  }

  when(until: () => boolean): Promise<void> {
    return until() ? Promise.resolve() : new Promise(done => this.waiting.push({ until, done }))
  }
}

/** `next` answers from `make`, which may wait or throw; return() is noted. */
function source(probe: Probe, make: (n: number) => Promise<unknown>): AsyncIterableIterator<unknown> {
  let pulled = 0
  let end: () => void = () => undefined
  const ended = new Promise<{ done: true; value: undefined }>(resolve => {
    end = () => resolve({ done: true, value: undefined })
  })
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => {
      pulled++
      probe.pulled++
      probe.changed()
      return Promise.race([make(pulled).then(value => ({ done: false as const, value })), ended])
    },
    return: () => {
      probe.returned++
      probe.changed()
      end()
      return ended
    },
  }
}

/** Subscriptions of type-graphql are decorators, which see no instance: the server started last is probed. */
let current = new Probe()
const never = new Promise<never>(() => undefined)

@Resolver()
class ProbeResolver {
  @Authorized()
  @Query(() => String)
  whoami(@Ctx() context: GraphContext): string {
    return `${context.actor.sub} ${context.idempotencyKey}`
  }

  @Authorized('crm', 'analyst')
  @Query(() => String)
  staffOnly(): string {
    return 'ok'
  }

  @Query(() => Items)
  items(@Arg('first', () => Int, { defaultValue: 50 }) _first: number): Items {
    return { nodes: [], totalCount: 0 }
  }

  @Query(() => Echo)
  echo(
    @Arg('at', () => DateTime, { nullable: true }) at?: Millis,
    @Arg('amount', () => Decimal, { nullable: true }) amount?: bigint,
    @Arg('window', () => Duration, { nullable: true }) window?: number,
    @Arg('count', () => SafeInt, { nullable: true }) count?: number,
    @Arg('data', () => JSONValue, { nullable: true }) data?: unknown,
  ): Echo {
    return { at, amount, window, count, data }
  }

  @Query(() => String)
  fails(@Arg('how') how: string): string {
    throw failures[how]!()
  }

  @Mutation(() => Int)
  ingest(@Arg('events', () => [EventInput]) events: EventInput[]): number {
    return events.length
  }

  @Subscription(() => Int, { subscribe: () => source(current, async n => n) })
  flood(@Root() n: number): number {
    return n
  }

  @Subscription(() => String, { subscribe: () => source(current, async n => `${n} ${'x'.repeat(100_000)}`) })
  fatFlood(@Root() text: string): string {
    return text
  }

  @Subscription(() => Int, { subscribe: () => source(current, n => (n <= 2 ? Promise.resolve(n) : never)) })
  twoThenQuiet(@Root() n: number, @Ctx() context: GraphContext): number {
    current.loaders.add(context.loaders)
    return n
  }

  @Subscription(() => Int, {
    subscribe: ({ args }) =>
      source(current, async n => {
        if (n > 2) throw failures[String(args.how)]!()
        return n
      }),
  })
  breaks(@Root() n: number, @Arg('how') _how: string): number {
    return n
  }

  @Authorized('crm')
  @Subscription(() => Int, { subscribe: () => source(current, () => never) })
  staffStream(@Root() n: number): number {
    return n
  }
}

const failures: Record<string, () => unknown> = {
  busy: () => new AppError('INGEST_BUSY', 'the queue is full', { retryAfterMs: 250 }),
  slow: () => new AppError('SLOW_CONSUMER', 'the queue of this subscription overran', { lastCursor: 'c1' }),
  expired: () => new AppError('CURSOR_EXPIRED', 'after is older than the feed'),
  defect: () => new Error('SELECT secret FROM player WHERE password'),
  thrown: () => 'a bare string of secrets',
  canceled: () => Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' }),
  shutdown: () => Object.assign(new Error('terminating connection'), { code: '57P01' }),
  refused: () => Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' }),
  terminated: () => new Error('Connection terminated unexpectedly'),
}

export interface TestServer {
  readonly app: FastifyInstance
  readonly url: string
  readonly wsUrl: string
  readonly probe: Probe
  readonly logged: Record<string, unknown>[]
  readonly subscriptions: number[]
  post(body: unknown, headers?: Record<string, string>): Promise<Response>
  query(query: string, variables?: Record<string, unknown>, token?: string): Promise<Answer>
  client(token?: string, options?: Partial<Parameters<typeof createClient>[0]>): Client
  close(): Promise<void>
}

export interface Answer {
  status: number
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: unknown; extensions: Record<string, unknown> }[]
}

export const token = (sub: string, roles: Role[], expiresInSeconds = 3600): Promise<string> =>
  mintToken(SECRET, { sub, roles, expiresInSeconds })

export async function startServer(
  env: Record<string, string> = {},
  sockets: GraphqlOptions['sockets'] = {},
): Promise<TestServer> {
  const logged: Record<string, unknown>[] = []
  const log = pino({ level: 'warn' }, { write: line => logged.push(JSON.parse(line)) })
  const config = readConfig({ JWT_SECRET: SECRET, ...env })
  current = new Probe()
  const probe = current
  const resolver = new ProbeResolver()
  const schema = await makeSchema([ProbeResolver], { get: () => resolver })
  const app = buildHttp({ log })
  const subscriptions: number[] = []
  const onSubscriptions = (n: number) => {
    subscriptions.push(n)
    probe.changed()
  }
  const verifier = makeVerifier(config.jwt, Date.now)
  await mountGraphql(app, {
    schema,
    services: { feed: undefined as never, walletWatch: undefined as never, gameWatch: undefined as never },
    config,
    verifier,
    log,
    clock: Date.now,
    onSubscriptions,
    sockets,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/graphql`
  const wsUrl = `ws://127.0.0.1:${port}/graphql`
  const admin = await token('root', ['admin'])
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const clients: Client[] = []
  return {
    app,
    url,
    wsUrl,
    probe,
    logged,
    subscriptions,
    post,
    async query(query, variables, given = admin) {
      const response = await post({ query, variables }, { authorization: `Bearer ${given}` })
      return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) }
    },
    client(given = admin, options = {}) {
      const client = createClient({
        url: wsUrl,
        webSocketImpl: WebSocket,
        lazy: true,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${given}` },
        ...options,
      })
      clients.push(client)
      return client
    },
    async close() {
      for (const client of clients) await client.dispose()
      await closeHttp(app, 2_000)
    },
  }
}

export interface WsAnswer {
  results: { data?: Record<string, unknown> | null; errors?: readonly { message: string; extensions?: object }[] }[]
  /** The payload of an `error` message, or a close event. */
  error: unknown
}

/** Runs one operation until it ends, or until `take` results have come. */
export function run(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
  take = Number.POSITIVE_INFINITY,
): Promise<WsAnswer> {
  return new Promise(resolve => {
    const results: WsAnswer['results'] = []
    const stop = client.subscribe<Record<string, unknown>>(
      { query, variables },
      {
        next: result => {
          results.push(result as WsAnswer['results'][number])
          if (results.length >= take) stop()
        },
        error: error => resolve({ results, error }),
        complete: () => resolve({ results, error: null }),
      },
    )
  })
}

export interface RawSocket {
  readonly socket: WebSocket
  readonly messages: Record<string, unknown>[]
  send(message: unknown): void
  message(type: string): Promise<Record<string, unknown>>
  readonly closed: Promise<{ code: number; reason: string }>
}

/** A socket that speaks the protocol by hand. */
export async function rawSocket(url: string, protocol = 'graphql-transport-ws'): Promise<RawSocket> {
  const socket = new WebSocket(url, protocol)
  const messages: Record<string, unknown>[] = []
  const waiting: { type: string; done: (message: Record<string, unknown>) => void }[] = []
  socket.on('message', data => {
    const message = JSON.parse(String(data)) as Record<string, unknown>
    messages.push(message)
    const index = waiting.findIndex(({ type }) => type === message.type)
    if (index >= 0) waiting.splice(index, 1)[0]?.done(message)
  })
  const closed = new Promise<{ code: number; reason: string }>(resolve =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  )
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    messages,
    closed,
    send: message => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    message: type => {
      const known = messages.find(message => message.type === type)
      return known ? Promise.resolve(known) : new Promise(done => waiting.push({ type, done }))
    },
  }
}

export async function authenticated(server: TestServer, given?: string): Promise<RawSocket> {
  const raw = await rawSocket(server.wsUrl)
  raw.send({
    type: 'connection_init',
    payload: { authorization: `Bearer ${given ?? (await token('root', ['admin']))}` },
  })
  await raw.message('connection_ack')
  return raw
}

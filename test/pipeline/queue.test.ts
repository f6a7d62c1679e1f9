import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import type { ApiClient } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install } from '../support/server.js'

const RULES_LOCK = 7_420_003

interface Health {
  readonly lagSeconds: number
  readonly lagging: boolean
  readonly streams: {
    readonly stream: string
    readonly lagSeconds: number
    readonly idle: boolean
    readonly events: number
  }[]
}

const health = async (client: ApiClient): Promise<Health> =>
  (
    await client.data<{ streamHealth: Health }>(
      '{ streamHealth { lagSeconds lagging streams { stream lagSeconds idle events } } }',
    )
  ).streamHealth

const metric = async (client: ApiClient, name: string): Promise<number> => {
  const text = await (await fetch(`${client.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

async function eventually<T>(look: () => Promise<T>, enough: (value: T) => boolean): Promise<T> {
  for (const until = Date.now() + 20_000; ; ) {
    const value = await look()
    if (enough(value)) return value
    if (Date.now() > until) throw new Error(`it never came: ${JSON.stringify(value)}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

let made = 0
const bets = (count: number) =>
  Array.from({ length: count }, () => ({
    player_id: `p${made % 40}`,
    event_id: `e${made++}`,
    event_type: 'bet',
    amount: 1,
    timestamp: '2026-01-01T12:00:00Z',
  }))
const ndjson = (events: readonly object[]) => events.map(event => JSON.stringify(event)).join('\n')

describe.each(ENGINES)('the queue before the lanes, on $name', engine => {
  const cleanup: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const clean of cleanup.splice(0).reverse()) await clean()
  })

  async function installed(env: Record<string, string>) {
    const installation = await install(engine, env)
    cleanup.push(installation.close)
    const holder = new pg.Client(installation.database.url)
    await holder.connect()
    cleanup.push(() => holder.end())
    return {
      ...installation,
      /** No batch can begin until the lock is let go. */
      stall: () => holder.query('SELECT pg_advisory_lock($1)', [RULES_LOCK]),
      release: () => holder.query('SELECT pg_advisory_unlock($1)', [RULES_LOCK]),
    }
  }

  test('many callers share a batch', async () => {
    const { client, stall, release } = await installed({ INGEST_LANES: '1' })
    await client.send(bets(1))
    await stall()
    const first = client.send(bets(1))
    await eventually(
      () => metric(client, 'tidemark_queue_events'),
      depth => depth === 1,
    )
    const batchesBefore = await metric(client, 'tidemark_batches_total')
    const answers = Array.from({ length: 60 }, () => client.send(bets(2)))
    await eventually(
      () => metric(client, 'tidemark_queue_events'),
      depth => depth === 121,
    )
    await release()
    expect(await first).toMatchObject({ accepted: 1 })
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ accepted: 2, duplicates: 0 })
    expect((await metric(client, 'tidemark_batches_total')) - batchesBefore).toBe(2)
  })

  test('a full queue refuses the next request before it takes anything of it, and slows down who is being taken', async () => {
    const { client, stall, release, database } = await installed({
      INGEST_QUEUE_EVENTS_MAX: '500',
      INGEST_BATCH_EVENTS_MAX: '100',
    })
    await client.send(bets(1))
    await stall()
    const long = client.post('/events', ndjson(bets(20_000)))
    await eventually(
      () => metric(client, 'tidemark_queue_events'),
      depth => depth >= 500,
    )
    const refused = await client.post('/events', ndjson(bets(3)))
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refused.json()).toMatchObject({ error: { code: 'INGEST_BUSY', retryAfterMs: 250 } })
    const mutation = await client.graphql(
      'mutation ($events: [PlayerEventInput!]!) { ingestEvents(events: $events) { accepted } }',
      { events: [{ playerId: 'p', eventType: 'bet', occurredAt: '2026-01-01T12:00:00Z' }] },
    )
    expect(mutation.errors?.[0]?.extensions).toMatchObject({ code: 'INGEST_BUSY', retryAfterMs: 250 })
    expect(await metric(client, 'tidemark_queue_events')).toBeLessThanOrEqual(500 + 1_000)
    expect(await metric(client, 'tidemark_ingest_busy_total')).toBe(2)
    await release()
    expect(await (await long).json()).toMatchObject({ accepted: 20_000, duplicates: 0, rejectedCount: 0 })
    expect(await database.query('SELECT count(*)::int AS n FROM player_event')).toEqual([{ n: 20_001 }])
    expect(await client.send(bets(3))).toMatchObject({ accepted: 3 })
  })

  test('lag grows while nothing commits, and alarms; it is gone with the commit', async () => {
    const { client, stall, release } = await installed({ LAGGING_SECONDS: '1' })
    await client.send(bets(1), '/events?stream=slow')
    expect(await health(client)).toMatchObject({ lagSeconds: 0, lagging: false })
    await stall()
    const stalled = client.send(bets(1), '/events?stream=slow')
    const early = await eventually(
      () => health(client),
      ({ lagSeconds }) => lagSeconds > 0,
    )
    expect(early.lagging).toBe(false)
    const late = await eventually(
      () => health(client),
      ({ lagging }) => lagging,
    )
    expect(late.lagSeconds).toBeGreaterThan(1)
    expect(late.streams).toMatchObject([{ stream: 'slow', idle: false, lagSeconds: late.lagSeconds }])
    await eventually(
      () => metric(client, 'tidemark_lag_seconds'),
      lag => lag > 1,
    )
    await release()
    await stalled
    expect(await health(client)).toMatchObject({ lagSeconds: 0, lagging: false })
  })

  test('a stream without events is idle, until the next one', async () => {
    const { client } = await installed({ IDLE_SECONDS: '1' })
    await client.send(bets(1), '/events?stream=pausing')
    expect((await health(client)).streams).toMatchObject([{ stream: 'pausing', idle: false, events: 1 }])
    await eventually(
      () => health(client),
      ({ streams }) => streams[0]!.idle,
    )
    await client.send(bets(1), '/events?stream=pausing')
    expect((await health(client)).streams).toMatchObject([{ stream: 'pausing', idle: false, events: 2 }])
  })
})

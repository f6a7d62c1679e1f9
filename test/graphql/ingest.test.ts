import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

interface Result {
  accepted: number
  duplicates: number
  rejectedCount: number
  rejected: { index: number; eventId: string | null; code: string; message: string }[]
}
const INGEST = `mutation ($events: [PlayerEventInput!]!, $stream: String! = "graphql") {
  ingestEvents(events: $events, stream: $stream) { accepted duplicates rejectedCount rejected { index eventId code message } } }`
const GOOD = { playerId: 'good', eventType: 'bet', amount: '1', occurredAt: '2026-01-01T00:00:00Z' }
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])
const ahead = new Date(Date.now() + 10 * 60_000).toISOString()

/** Rejected one by one. */
const REJECTED: [string, object, string, string | RegExp][] = [
  ['empty playerId', { playerId: '' }, 'MISSING_FIELD', 'playerId is required'],
  ['long playerId', { playerId: 'x'.repeat(201) }, 'TOO_LONG', 'playerId may have 200 characters, got 201'],
  ['negative amount', { amount: '-0.5' }, 'INVALID_AMOUNT', 'amount must be 0 or more, got -0.5'],
  [
    'amount above 1e12',
    { amount: '1000000000000.1' },
    'INVALID_AMOUNT',
    'amount may be at most 1000000000000, got 1000000000000.1',
  ],
  ['ahead', { occurredAt: ahead }, 'TIMESTAMP_AHEAD', `got ${ahead}`],
  ['before 1970', { occurredAt: '1969-12-31T23:59:59Z' }, 'INVALID_TIMESTAMP', 'got 1969-12-31T23:59:59.000Z'],
  ['currency', { currency: 'USD' }, 'CURRENCY_NOT_SUPPORTED', 'currency must be EUR, got "USD"'],
  ['odds', { odds: '0.5' }, 'INVALID_FIELD', 'odds must be between 1 and 1000000, got 0.5'],
  ['probability', { probability: 2 }, 'INVALID_FIELD', 'probability must be a number from 0 to 1, got 2'],
  ['result', { eventType: 'settlement', result: 'x' }, 'INVALID_FIELD', 'result of a settlement must be one of won,'],
  ['NUL', { game: 'a\0' }, 'INVALID_CHARACTER', 'game holds a NUL character'],
  ['surrogate', { selection: '\ud800' }, 'INVALID_CHARACTER', 'selection holds half of a surrogate pair'],
  ['__proto__ in data', { data: JSON.parse('[{"__proto__":1}]') }, 'FORBIDDEN_KEY', 'data has a key named __proto__'],
  ['deep data', { data: deep(17) }, 'TOO_DEEP', 'data is nested deeper than 16 levels'],
]
/** Against the schema: the call is refused, and nothing of it is taken. */
const REFUSED: [string, object, RegExp][] = [
  ['amount with 5 decimals', { amount: '1.00001' }, /Decimal must be a decimal .*more than 4 decimals, got "1.00001"/],
  ['amount of 17 digits as a number', { amount: 123456789012.34567 }, /send it as a string, got 123456789012/],
  ['occurredAt without an offset', { occurredAt: '2026-01-01T00:00:00' }, /DateTime must be an ISO 8601 instant/],
  ['30 February', { occurredAt: '2026-02-30T00:00:00Z' }, /DateTime .*got "2026-02-30T00:00:00Z"/],
  ['no playerId', { playerId: undefined }, /playerId/],
  ['playerId of an object', { playerId: { a: 1 } }, /ID cannot represent value/],
  ['an unknown field', { nonsense: 1 }, /Field "nonsense" is not defined/],
  ['__proto__ as a field', JSON.parse('{"__proto__":{"a":1}}'), /Field "__proto__" is not defined/],
]

describe.each(ENGINES)('ingestEvents on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  const ingest = async (events: object[], rest: object = {}, headers: Record<string, string> = {}): Promise<Result> => {
    const { data, errors } = await installation.client.graphql<{ ingestEvents: Result }>(
      INGEST,
      { events, ...rest },
      tokenOf('ingest'),
      headers,
    )
    if (!data) throw new Error(JSON.stringify(errors))
    return data.ingestEvents
  }
  const count = async (where: string): Promise<number> => {
    const [row] = await installation.database.query<{ n: string }>(
      `SELECT count(*) AS n FROM player_event WHERE ${where}`,
    )
    return Number(row?.n)
  }

  test('takes events, once each, and tells of duplicates', async () => {
    const events = [
      { ...GOOD, eventId: 'e1', amount: 250.5, odds: '2.5', probability: 0.4, data: { a: [1, null] }, deviceId: 'd' },
      { ...GOOD, eventId: 'e2', eventType: 'login', amount: undefined },
    ]
    expect(await ingest(events)).toEqual({ accepted: 2, duplicates: 0, rejectedCount: 0, rejected: [] })
    expect(await ingest(events, { stream: 'again' })).toEqual({
      accepted: 0,
      duplicates: 2,
      rejectedCount: 0,
      rejected: [],
    })
    expect(await ingest([])).toEqual({ accepted: 0, duplicates: 0, rejectedCount: 0, rejected: [] })
    const { event } = await installation.client.data<{ event: object }>(
      '{ event(eventId: "e1") { amount odds probability data deviceId stream } }',
    )
    expect(event).toEqual({
      amount: '250.50',
      odds: '2.50',
      probability: 0.4,
      data: { a: [1, null] },
      deviceId: 'd',
      stream: 'graphql',
    })
    // The same event over the other transport is the same event.
    const wire = { event_id: 'e1', player_id: 'good', event_type: 'bet', amount: 250.5, timestamp: GOOD.occurredAt }
    expect(await installation.client.send([wire])).toMatchObject({ duplicates: 1 })
  })

  test('rejects one by one', async () => {
    const before = await count("player_id = 'good'")
    const result = await ingest(REJECTED.flatMap(([, changes]) => [{ ...GOOD, eventId: 'bad', ...changes }, GOOD]))
    expect(result).toMatchObject({ accepted: REJECTED.length, duplicates: 0, rejectedCount: REJECTED.length })
    expect(result.rejected.map(({ index, code }) => [REJECTED[index / 2]?.[0], code])).toEqual(
      REJECTED.map(([name, , code]) => [name, code]),
    )
    for (const { index, message, eventId } of result.rejected) {
      expect(message).toContain(REJECTED[index / 2]?.[3])
      expect(eventId).toBe('bad')
    }
    expect(await count("player_id = 'good'")).toBe(before + REJECTED.length)
    const kept = await installation.database.query<{ index: number; raw: string }>(
      "SELECT index, raw FROM rejected_event WHERE stream = 'graphql' ORDER BY index",
    )
    expect(kept.map(row => row.index)).toEqual(REJECTED.map((_, i) => 2 * i))
    expect(kept.every(row => row.raw.startsWith('{'))).toBe(true)
  })

  test.each(REFUSED)('refuses the call for %s', async (_name, changes, message) => {
    const before = await count('true')
    const { data, errors } = await installation.client.graphql(INGEST, { events: [GOOD, { ...GOOD, ...changes }] })
    expect(data).toBe(undefined)
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    expect(errors?.[0]?.message).toMatch(message)
    expect(await count('true')).toBe(before)
  })

  test('refuses more than 10,000 events, and a stream that is none', async () => {
    const { errors } = await installation.client.graphql(INGEST, { events: Array.from({ length: 10_001 }, () => GOOD) })
    expect(errors?.[0]).toMatchObject({
      message: 'events may hold 10000 events a call; /events takes any number, got 10001',
      extensions: { code: 'BAD_USER_INPUT' },
    })
    const stream = await installation.client.graphql(INGEST, { events: [GOOD], stream: 'a b' })
    expect(stream.errors?.[0]?.message).toBe('stream must be 1 to 100 of A-Z a-z 0-9 _ . : / -, got "a b"')
    expect(await ingest(Array.from({ length: 10_000 }, (_, i) => ({ ...GOOD, playerId: `p${i % 50}` })))).toMatchObject(
      {
        accepted: 10_000,
      },
    )
  })

  test('Idempotency-Key makes a call sent again count once; two calls in one request are two', async () => {
    const key = { 'idempotency-key': 'one' }
    expect(await ingest([GOOD, GOOD], {}, key)).toMatchObject({ accepted: 2 })
    expect(await ingest([GOOD, GOOD], {}, key)).toMatchObject({ accepted: 0, duplicates: 2 })
    expect(await ingest([GOOD, GOOD], { stream: 'other' }, key)).toMatchObject({ accepted: 2 })
    expect(await ingest([GOOD, GOOD], {}, { 'idempotency-key': 'two' })).toMatchObject({ accepted: 2 })
    expect(await ingest([GOOD, GOOD])).toMatchObject({ accepted: 2 })
    const twice = `mutation ($events: [PlayerEventInput!]!) { a: ingestEvents(events: $events) { accepted }
      b: ingestEvents(events: $events) { accepted } }`
    const both = await installation.client.graphql(twice, { events: [GOOD] }, tokenOf('ingest'), {
      'idempotency-key': 'three',
    })
    expect(both.data).toEqual({ a: { accepted: 1 }, b: { accepted: 1 } })
  })
})

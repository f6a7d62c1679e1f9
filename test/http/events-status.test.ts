import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintToken } from '../../src/graphql/token.js'
import { SECRET, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

const bet = (id: number | string): string =>
  JSON.stringify({
    player_id: 'p',
    event_type: 'bet',
    amount: 1,
    timestamp: '2026-01-01T00:00:00Z',
    event_id: `e${id}`,
  })
const bets = (n: number, of: string): string => Array.from({ length: n }, (_, i) => bet(`${of}${i}`)).join('\n')
const JSON_TYPE = { 'content-type': 'application/json' }
const GZIP = { 'content-encoding': 'gzip' }

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: { error?: { code: string; message: string; retryAfterMs?: number }; accepted?: number; rejectedCount?: number }
}

describe.each(ENGINES)('what /events answers on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine, {
      INGEST_QUEUE_EVENTS_MAX: '100',
      EVENTS_BODY_BYTES_MAX: '1000000',
      EVENTS_ARRAY_BYTES_MAX: '100000',
    })
  })
  afterAll(() => installation.close())

  /** A request whose body is written by hand; the answer may come before its end. */
  function open(path: string, headers: Record<string, string>) {
    const sent = request(installation.client.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...headers },
    })
    const answer = new Promise<Answer>((resolve, reject) => {
      sent.on('error', reject)
      sent.on('response', response => {
        let text = ''
        response.on('data', chunk => (text += chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: text === '' ? {} : JSON.parse(text),
          }),
        )
      })
    })
    return { sent, answer }
  }
  const authorized = async (token: string | Promise<string> = tokenOf('ingest')) => ({
    authorization: `Bearer ${await token}`,
  })
  const post = async (body: RequestInit['body'], headers: Record<string, string> = {}, path = '/events') => {
    const response = await installation.client.post(path, body, headers)
    return { status: response.status, body: (await response.json()) as Answer['body'], headers: response.headers }
  }
  const storedIn = async (stream: string): Promise<number> => {
    const [row] = await installation.database.query<{ n: string }>(
      'SELECT count(*) AS n FROM player_event WHERE stream = $1',
      [stream],
    )
    return Number(row?.n)
  }

  test('401 before anything of the body is read', async () => {
    for (const authorization of [
      '',
      'Basic eDp5',
      'Bearer x.y.z',
      `Bearer ${await mintToken('another secret, just as long', { sub: 'x', roles: ['ingest'], expiresInSeconds: 60 })}`,
    ]) {
      // The body is never ended: whoever waits for it never answers.
      const { sent, answer } = open('/events', authorization === '' ? {} : { authorization })
      sent.write(`${bet(1)}\n`)
      expect(await answer).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } })
      expect((await answer).headers['www-authenticate']).toBe('Bearer')
      sent.destroy()
    }
    const expired = await mintToken(SECRET, { sub: 'x', roles: ['ingest'], expiresInSeconds: -60 })
    const { answer, sent } = open('/events', await authorized(expired))
    sent.end(bet(1))
    expect(await answer).toMatchObject({ status: 401, body: { error: { message: 'the token has expired' } } })
  })

  test.each(['crm', 'analyst', 'player'] as const)('403 for %s, before the body', async role => {
    const { sent, answer } = open('/events', await authorized(tokenOf(role)))
    sent.write(`${bet(1)}\n`)
    expect(await answer).toMatchObject({
      status: 403,
      body: { error: { code: 'FORBIDDEN', message: `this needs one of the roles ingest; the token has ${role}` } },
    })
    sent.destroy()
  })

  test('admins may send too, and a token without roles may not', async () => {
    const asAdmin = await installation.client.post('/events?stream=admin', bet('admin'), {}, 'admin')
    expect(await asAdmin.json()).toMatchObject({ accepted: 1 })
    const none = await mintToken(SECRET, { sub: 'x', roles: [], expiresInSeconds: 60 })
    const { sent, answer } = open('/events', await authorized(none))
    sent.end(bet(1))
    expect(await answer).toMatchObject({ status: 403, body: { error: { message: /has none$/ } } })
  })

  test('415 for what it cannot read', async () => {
    expect(await post(bet(1), { 'content-type': 'text/csv' })).toMatchObject({
      status: 415,
      body: {
        error: {
          code: 'UNSUPPORTED_TYPE',
          message: 'content-type must be application/x-ndjson or application/json, got "text/csv"',
        },
      },
    })
    const { sent, answer } = open('/events', { ...(await authorized()), 'content-type': '' })
    sent.end(bet(1))
    expect(await answer).toMatchObject({ status: 415 })
    expect(await post(bet(1), { 'content-encoding': 'br' })).toMatchObject({
      status: 415,
      body: { error: { code: 'UNSUPPORTED_ENCODING', message: 'content-encoding must be gzip or identity, got "br"' } },
    })
  })

  test('413 at once where the length says it, else where the limit is met, with what was taken', async () => {
    const { sent, answer } = open('/events?stream=announced', { ...(await authorized()), 'content-length': '1000001' })
    sent.write(`${bet(1)}\n`)
    expect(await answer).toMatchObject({
      status: 413,
      body: {
        error: { code: 'BODY_TOO_LARGE', message: expect.stringContaining('1000000 bytes (EVENTS_BODY_BYTES_MAX)') },
      },
    })
    sent.destroy()
    expect(await storedIn('announced')).toBe(0)

    const refused = await post(gzipSync(bets(20_000, 'met')), GZIP, '/events?stream=met')
    expect(refused).toMatchObject({ status: 413, body: { error: { code: 'BODY_TOO_LARGE' } } })
    expect(refused.body.accepted).toBeGreaterThan(5_000)
    expect(await storedIn('met')).toBe(refused.body.accepted)

    const array = await post(
      `[${Array.from({ length: 2_000 }, (_, i) => bet(i)).join(',')}]`,
      JSON_TYPE,
      '/events?stream=arr',
    )
    expect(array).toMatchObject({
      status: 413,
      body: {
        error: { message: expect.stringMatching(/at most 100000 bytes \(EVENTS_ARRAY_BYTES_MAX\): send more as/) },
      },
    })
    expect(await storedIn('arr')).toBe(0)
  })

  test('400 for gzip that is cut or broken, with what came before it', async () => {
    const body = bets(3_000, 'cut')
    const packed = gzipSync(body)
    const cut = await post(packed.subarray(0, packed.length - 2_000), GZIP, '/events?stream=cut')
    expect(cut).toMatchObject({
      status: 400,
      body: { error: { code: 'TRUNCATED_BODY', message: expect.stringContaining('cut off') } },
    })
    expect(cut.body.accepted).toBeGreaterThan(100)
    expect(await storedIn('cut')).toBe(cut.body.accepted)
    // Sent again whole, it counts once.
    expect(await post(packed, GZIP, '/events?stream=cut')).toMatchObject({
      status: 200,
      body: { accepted: 3_000 - cut.body.accepted!, duplicates: cut.body.accepted },
    })

    expect(await post(body, GZIP)).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_GZIP' }, accepted: 0 },
    })
    const flipped = Buffer.from(packed)
    // Of the checksum.
    flipped[flipped.length - 8]! ^= 1
    expect(await post(flipped, GZIP, '/events?stream=flip')).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_GZIP' } },
    })
    expect(await post(gzipSync('[1,'), { ...JSON_TYPE, ...GZIP })).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_JSON', message: expect.stringContaining('the body is not valid JSON') } },
    })
  })

  test('400 for a JSON body that is no array, of which nothing is taken', async () => {
    for (const [body, message] of [
      [`{"events":[${bet(1)}]}`, 'the body must be a JSON array of events, got an object'],
      [`[${bet(1)},]`, /^the body is not valid JSON: /],
      [`[${bet(1)}`, /^the body is not valid JSON: /],
      ['', /^the body is not valid JSON: /],
      [Buffer.from([0x5b, 0xff, 0x5d]), 'the body is not valid UTF-8'],
    ] as const) {
      const answer = await post(body, JSON_TYPE, '/events?stream=noarray')
      expect(answer).toMatchObject({ status: 400, body: { accepted: 0, rejectedCount: 0 } })
      expect(answer.body.error).toMatchObject({
        code: 'INVALID_JSON',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      })
    }
    expect(await storedIn('noarray')).toBe(0)
  })

  test('400 for a stream or a key that is none', async () => {
    for (const stream of ['', 'a%20b', 'x'.repeat(101), 'ü', "a';--"]) {
      expect(await post(bet(1), {}, `/events?stream=${stream}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_USER_INPUT', message: expect.stringContaining('stream must be 1 to 100 of') } },
      })
    }
    expect(await post(bet(1), {}, '/events?stream=a&stream=b')).toMatchObject({
      status: 400,
      body: { error: { message: 'stream must be given once, got ["a","b"]' } },
    })
    for (const key of ['', 'x'.repeat(256)]) {
      expect(await post(bet(1), { 'idempotency-key': key })).toMatchObject({
        status: 400,
        body: {
          error: { message: expect.stringContaining('Idempotency-Key must be 1 to 255 printable ASCII characters') },
        },
      })
    }
  })

  test('429 with Retry-After while the queue is full, before the body; nothing admitted is lost', async () => {
    const blocker = new pg.Client({ connectionString: installation.database.url })
    blocker.on('error', () => undefined)
    await blocker.connect()
    await blocker.query('BEGIN; LOCK TABLE player IN ACCESS EXCLUSIVE MODE')
    const first = post(bets(150, 'busy'), {}, '/events?stream=busy')
    const { client } = installation
    const waits = async () => {
      const query = '{ streamHealth { streams { stream lagSeconds } } }'
      const { streamHealth } = await client.data<{
        streamHealth: { streams: { stream: string; lagSeconds: number }[] }
      }>(query)
      return streamHealth.streams.find(({ stream }) => stream === 'busy')?.lagSeconds
    }
    await expect.poll(waits, { timeout: 10_000 }).toBeGreaterThan(0)

    const { sent, answer } = open('/events?stream=busy', await authorized())
    sent.write(`${bet('later')}\n`)
    const busy = await answer
    expect(busy).toMatchObject({ status: 429, body: { error: { code: 'INGEST_BUSY', retryAfterMs: 250 } } })
    expect(busy.headers['retry-after']).toBe('1')
    sent.destroy()
    const graphql = await client.graphql(
      'mutation { ingestEvents(events: [{ playerId: "p", eventType: "bet", occurredAt: "2026-01-01T00:00:00Z" }]) { accepted } }',
    )
    expect(graphql.errors?.[0]?.extensions).toEqual({ code: 'INGEST_BUSY', retryAfterMs: 250 })

    await blocker.query('COMMIT')
    await blocker.end()
    expect(await first).toMatchObject({ status: 200, body: { accepted: 150 } })
    expect(await storedIn('busy')).toBe(150)
    await expect.poll(async () => (await post(bet('later'), {}, '/events?stream=busy')).status).toBe(200)
  })
})

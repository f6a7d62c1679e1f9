import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IngestAnswer } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

const SLOTS_BET =
  '{"player_id":"player_001","event_type":"bet","amount":250.0,"timestamp":"2024-01-15T14:30:00Z","game_type":"slots","session_id":"sess_001"}'
const FOE_PROGRESS =
  '{"schema_version":"2023110110010101","event_id":"7a8d0614-4e8e-4464-b439-36e31441a040","system_type":"game","system_name":"foe-backend","game":"foe","market":"de","player_id":12345,"event_type":"progress","event_name":"fight","event_scope":"user","created_at":"2023-11-20T11:00:00.00Z","received_at":"2023-11-20T11:00:02.00Z","hostname":"foe-backend-1.ig.com","context":{},"data":{"result":"loss"}}'
const NONE = { duplicates: 0, rejectedCount: 0, rejected: [] }

describe.each(ENGINES)('POST /events on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  const send = async (body: RequestInit['body'], headers: Record<string, string> = {}, path = '/events') => {
    const response = await installation.client.post(path, body, headers)
    expect(response.status).toBe(200)
    return (await response.json()) as IngestAnswer
  }
  const stored = async (playerId: string) => {
    const rows = await installation.database.query<{ row: Record<string, unknown> }>(
      'SELECT to_jsonb(e) AS row FROM player_event e WHERE player_id = $1 ORDER BY occurred_at, event_id',
      [playerId],
    )
    return rows.map(({ row }) => row)
  }

  test('takes both shapes of the field as they are', async () => {
    expect(await send(`${SLOTS_BET}\n${FOE_PROGRESS}\n`)).toEqual({ accepted: 2, ...NONE })
    expect(await stored('player_001')).toEqual([
      expect.objectContaining({
        event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        event_type: 'bet',
        amount: 250,
        turnover: 250,
        payouts: 0,
        occurred_at: '2024-01-15T14:30:00+00:00',
        game_type: 'slots',
        session_id: 'sess_001',
        stream: 'http',
        game: null,
        data: null,
        extra: null,
      }),
    ])
    expect(await stored('12345')).toEqual([
      expect.objectContaining({
        event_id: '7a8d0614-4e8e-4464-b439-36e31441a040',
        event_type: 'progress',
        event_name: 'fight',
        amount: 0,
        turnover: 0,
        occurred_at: '2023-11-20T11:00:00+00:00',
        game: 'foe',
        market: 'de',
        context: {},
        data: { result: 'loss' },
        extra: {
          schema_version: '2023110110010101',
          system_type: 'game',
          system_name: 'foe-backend',
          event_scope: 'user',
          received_at: '2023-11-20T11:00:02.00Z',
          hostname: 'foe-backend-1.ig.com',
        },
      }),
    ])
  })

  test('takes them as a JSON array, as gzip, and as both, with a byte order mark and CRLF', async () => {
    const lines = [SLOTS_BET, FOE_PROGRESS].map(line =>
      line.replace(/player_001|12345/, '"p-forms"').replace('""p-forms""', '"p-forms"'),
    )
    const array = `[${lines.join(',')}]`
    const json = { 'content-type': 'application/json; charset=utf-8' }
    const gzip = { 'content-encoding': 'gzip' }
    expect(await send(array, json)).toMatchObject({ accepted: 2 })
    expect(await send(gzipSync(array), { ...json, ...gzip })).toMatchObject({ accepted: 1, duplicates: 1 })
    expect(await send(gzipSync(lines.join('\n')), gzip)).toMatchObject({ accepted: 1, duplicates: 1 })
    expect(await send(`\uFEFF${lines.join('\r\n')}\r\n\r\n`)).toMatchObject({ accepted: 1, duplicates: 1 })
    // The bet has no id, so each of the four is another event.
    expect((await stored('p-forms')).map(row => row.event_type)).toEqual(['progress', 'bet', 'bet', 'bet', 'bet'])
    expect(await send('', {})).toEqual({ accepted: 0, ...NONE })
    expect(await send('[]', json)).toEqual({ accepted: 0, ...NONE })
  })

  test('keeps every field, exactly', async () => {
    const event = {
      player_id: 'p-🎰-ünï',
      event_id: 'all "of" {them}, \\N',
      event_type: 'win',
      event_name: 'tab\tand\nnewline',
      amount: '999999999999.9999',
      timestamp: '1999-12-31T23:59:59.987+05:30',
      created_at: '2001-01-01T00:00:00Z',
      currency: 'EUR',
      game: 'football',
      game_type: 'sports',
      competition: 'Série A',
      market: 'br',
      session_id: 7,
      device_id: 'phone',
      round_id: 'r1',
      bet_id: 'b1',
      bet_market: '1X2',
      selection: 'NULL',
      odds: 2.35,
      probability: '0.25',
      result: 'won',
      context: { deep: [{ deeper: ['\\', '"', '\u2028'] }] },
      data: [1, 1e20, -0.5, null, true],
    }
    expect(await send(JSON.stringify(event))).toEqual({ accepted: 1, ...NONE })
    const [row] = await stored(event.player_id)
    const { timestamp, created_at, ...kept } = event
    expect(row).toMatchObject({
      ...kept,
      occurred_at: '1999-12-31T18:29:59.987+00:00',
      session_id: '7',
      amount: expect.anything(),
      probability: 0.25,
      extra: { created_at },
    })
    const [exact] = await installation.database.query<{ amount: string; payouts: string }>(
      'SELECT amount::text, payouts::text FROM player_event WHERE player_id = $1',
      [event.player_id],
    )
    expect(exact).toEqual({ amount: '999999999999.9999', payouts: '999999999999.9999' })
  })

  test('counts an event once by its id, player and time', async () => {
    const bet = { player_id: 'p-once', event_id: 'e', event_type: 'bet', amount: 5, timestamp: '2026-01-01T00:00:00Z' }
    const { client } = installation
    expect(await client.send([bet, bet])).toMatchObject({ accepted: 1, duplicates: 1 })
    expect(await client.send([{ ...bet, amount: 6 }])).toMatchObject({ accepted: 0, duplicates: 1 })
    expect(
      await client.send([{ ...bet, timestamp: '2026-01-01T02:00:00+02:00' }], '/events?stream=other'),
    ).toMatchObject({
      duplicates: 1,
    })
    expect(await client.send([{ ...bet, timestamp: '2026-01-01T00:00:00.001Z' }])).toMatchObject({ accepted: 1 })
    expect(await client.send([{ ...bet, player_id: 'p-once-2' }])).toMatchObject({ accepted: 1 })
    // Ids that would run together if they were joined by a separator that an id may hold.
    const at = Date.parse(bet.timestamp)
    const joined = [
      { ...bet, player_id: 'j', event_id: `${at}\ne` },
      { ...bet, player_id: `j\n${at}`, event_id: 'e' },
    ]
    expect(await client.send(joined)).toMatchObject({ accepted: 2, duplicates: 0 })
  })

  test('Idempotency-Key names events that came without an id', async () => {
    const body = Array.from({ length: 50 }, (_, i) =>
      JSON.stringify({ player_id: `k${i % 7}`, event_type: 'bet', amount: 1, timestamp: '2026-01-01T00:00:00Z' }),
    ).join('\n')
    const keyed = (key: string, path?: string) => send(body, { 'idempotency-key': key }, path)
    expect(await keyed('one')).toMatchObject({ accepted: 50, duplicates: 0 })
    expect(await keyed('one')).toMatchObject({ accepted: 0, duplicates: 50 })
    expect(await keyed('two')).toMatchObject({ accepted: 50, duplicates: 0 })
    expect(await keyed('one', '/events?stream=s2')).toMatchObject({ accepted: 50, duplicates: 0 })
    const asAdmin = await installation.client.post('/events', body, { 'idempotency-key': 'one' }, 'admin')
    expect(await asAdmin.json()).toMatchObject({ accepted: 50, duplicates: 0 })
    expect(await send(gzipSync(body), { 'idempotency-key': 'one', 'content-encoding': 'gzip' })).toMatchObject({
      duplicates: 50,
    })
    expect(await send(body)).toMatchObject({ accepted: 50, duplicates: 0 })
  })

  test('a stream is made known by its first event, and its progress is told', async () => {
    const event = { player_id: 'p-s', event_type: 'login', timestamp: '2026-02-01T00:00:00Z' }
    await installation.client.send([event], '/events?stream=kafka:bets/0')
    const { streamHealth } = await installation.client.data<{ streamHealth: { streams: object[] } }>(
      '{ streamHealth { streams { stream events watermark } } }',
    )
    expect(streamHealth.streams).toContainEqual({
      stream: 'kafka:bets/0',
      events: 1,
      watermark: '2026-02-01T00:00:00.000Z',
    })
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IngestAnswer } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

const GOOD = { player_id: 'good', event_type: 'bet', amount: 1, timestamp: '2026-01-01T00:00:00Z' }
const line = (changes: object): string => JSON.stringify({ ...GOOD, ...changes })
/** A value that JSON.stringify would not write. */
const raw = (field: string, value: string): string => line({ [field]: '@' }).replace('"@"', value)
const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
const ahead = new Date(Date.now() + 10 * 60_000).toISOString()
const LONG = 'x'.repeat(201)
const PROTO = '{"__proto__":{"admin":true}}'

/** What comes, the code, and what the message says: the field and what was received. */
const REFUSED: [string, string, string, string | RegExp][] = [
  ['no player_id', line({ player_id: undefined }), 'MISSING_FIELD', 'player_id is required'],
  ['empty player_id', line({ player_id: '' }), 'MISSING_FIELD', 'player_id is required'],
  ['no event_type', line({ event_type: null }), 'MISSING_FIELD', 'event_type is required'],
  ['no timestamp', line({ timestamp: undefined }), 'MISSING_FIELD', 'timestamp is required'],
  ['not JSON', 'hello', 'INVALID_JSON', /^not valid JSON: .*hello/],
  ['cut JSON', '{"player_id":"p"', 'INVALID_JSON', /^not valid JSON: /],
  ['NaN', raw('amount', 'NaN'), 'INVALID_JSON', /^not valid JSON: .*N/],
  ['Infinity', raw('amount', '-Infinity'), 'INVALID_JSON', /^not valid JSON: /],
  ['a number', '5', 'NOT_AN_OBJECT', 'an event must be a JSON object, got 5'],
  ['an array', '[[1]]', 'NOT_AN_OBJECT', 'an event must be a JSON object, got [[1]]'],
  ['null', 'null', 'NOT_AN_OBJECT', 'an event must be a JSON object, got null'],
  ['a text', '"x"', 'NOT_AN_OBJECT', 'an event must be a JSON object, got "x"'],

  ['amount 1e400', raw('amount', '1e400'), 'INVALID_AMOUNT', 'amount is not a decimal, got Infinity'],
  [
    'amount with 5 decimals',
    raw('amount', '0.00001'),
    'INVALID_AMOUNT',
    /^amount has more than 4 decimals, got 0.00001/,
  ],
  ['the same as text', line({ amount: '1.23456' }), 'INVALID_AMOUNT', 'amount has more than 4 decimals, got "1.23456"'],
  ['amount 1e-7', raw('amount', '1e-7'), 'INVALID_AMOUNT', 'amount has more than 4 decimals, got 1e-7'],
  ['amount below 0', line({ amount: -0.01 }), 'INVALID_AMOUNT', 'amount must be 0 or more, got -0.01'],
  ['the same as text', line({ amount: '-1' }), 'INVALID_AMOUNT', 'amount must be 0 or more, got "-1"'],
  [
    'amount above 1e12',
    line({ amount: 1_000_000_000_001 }),
    'INVALID_AMOUNT',
    'amount may be at most 1000000000000, got 1000000000001',
  ],
  [
    'the same as text',
    line({ amount: '1000000000000.0001' }),
    'INVALID_AMOUNT',
    'amount may be at most 1000000000000, got "1000000000000.0001"',
  ],
  [
    'amount of 17 digits as a number',
    raw('amount', '123456789012.34567'),
    'INVALID_AMOUNT',
    /^amount is not exact as a JSON number, send it as a string, got 123456789012.3456/,
  ],
  ['amount as words', line({ amount: 'a lot' }), 'INVALID_AMOUNT', 'amount is not a decimal, got "a lot"'],
  ['amount as hex', line({ amount: '0x10' }), 'INVALID_AMOUNT', 'amount is not a decimal, got "0x10"'],
  ['amount with a comma', line({ amount: '1,50' }), 'INVALID_AMOUNT', 'amount is not a decimal, got "1,50"'],
  ['amount true', line({ amount: true }), 'INVALID_AMOUNT', 'amount is not a decimal, got true'],
  ['amount of an object', line({ amount: { value: 1 } }), 'INVALID_AMOUNT', 'amount is not a decimal, got {"value":1}'],

  [
    'timestamp without an offset',
    line({ timestamp: '2026-01-01T00:00:00' }),
    'INVALID_TIMESTAMP',
    'timestamp must be an ISO 8601 instant with an offset, e.g. 2024-01-15T14:30:00Z, got "2026-01-01T00:00:00"',
  ],
  ['30 February', line({ timestamp: '2024-02-30T00:00:00Z' }), 'INVALID_TIMESTAMP', /^timestamp .*got "2024-02-30T00/],
  [
    '29 February 2023',
    line({ timestamp: '2023-02-29T00:00:00Z' }),
    'INVALID_TIMESTAMP',
    /^timestamp .*got "2023-02-29T/,
  ],
  ['a date', line({ timestamp: '2024-02-01' }), 'INVALID_TIMESTAMP', /^timestamp .*got "2024-02-01"$/],
  ['seconds since 1970', line({ timestamp: 1705329000 }), 'INVALID_TIMESTAMP', /^timestamp must be .*got 1705329000$/],
  ['empty timestamp', line({ timestamp: '' }), 'INVALID_TIMESTAMP', /^timestamp .*got ""$/],
  [
    'before 1970',
    line({ timestamp: '1969-12-31T23:59:59Z' }),
    'INVALID_TIMESTAMP',
    'timestamp must not be before 1970-01-01T00:00:00.000Z, got "1969-12-31T23:59:59Z"',
  ],
  ['ahead of now', line({ timestamp: ahead }), 'TIMESTAMP_AHEAD', /^timestamp may be at most 300 s ahead of .*got "/],
  [
    'created_at without an offset',
    line({ timestamp: undefined, created_at: '2026-01-01 00:00' }),
    'INVALID_TIMESTAMP',
    /^created_at must be .*got "2026-01-01 00:00"$/,
  ],

  [
    'player_id 1.5',
    line({ player_id: 1.5 }),
    'INVALID_FIELD',
    /^player_id must be a string or a whole number .*got 1.5$/,
  ],
  [
    'player_id beyond 2^53',
    raw('player_id', '9007199254740993'),
    'INVALID_FIELD',
    /^player_id .*got 9007199254740992$/,
  ],
  ['player_id true', line({ player_id: true }), 'INVALID_FIELD', 'player_id must be a string, got true'],
  [
    'player_id of an object',
    line({ player_id: { id: 1 } }),
    'INVALID_FIELD',
    'player_id must be a string, got {"id":1}',
  ],
  ['player_id too deep', raw('player_id', deep(50_000)), 'INVALID_FIELD', /^player_id must be a string, got /],
  ['player_id too long', line({ player_id: LONG }), 'TOO_LONG', 'player_id may have 200 characters, got 201'],
  ['event_id too long', line({ event_id: LONG }), 'TOO_LONG', 'event_id may have 200 characters, got 201'],
  ['event_type too long', line({ event_type: LONG }), 'TOO_LONG', 'event_type may have 200 characters, got 201'],
  ['game too long', line({ game: LONG }), 'TOO_LONG', 'game may have 200 characters, got 201'],
  [
    'selection too long',
    line({ selection: 'x'.repeat(99_999) }),
    'TOO_LONG',
    'selection may have 200 characters, got 99999',
  ],
  ['game a number', line({ game: 7 }), 'INVALID_FIELD', 'game must be a string, got 7'],

  [
    '__proto__ in the event',
    raw('player_id', `"p","__proto__":${PROTO}`),
    'FORBIDDEN_KEY',
    'the event has a key named __proto__',
  ],
  ['__proto__ in data', raw('data', PROTO), 'FORBIDDEN_KEY', 'data has a key named __proto__'],
  [
    '__proto__ deep in context',
    raw('context', `[{"a":[${PROTO}]}]`),
    'FORBIDDEN_KEY',
    'context has a key named __proto__',
  ],
  ['__proto__ in another field', raw('hostname', PROTO), 'FORBIDDEN_KEY', 'extra has a key named __proto__'],
  [
    'half a surrogate pair',
    raw('player_id', '"a\\ud800"'),
    'INVALID_CHARACTER',
    'player_id holds half of a surrogate pair, got "a\\ud800"',
  ],
  [
    'in data',
    raw('data', '{"a":["\\udc00"]}'),
    'INVALID_CHARACTER',
    'data holds half of a surrogate pair, got "\\udc00"',
  ],
  ['in a key of data', raw('data', '{"\\ud83d":1}'), 'INVALID_CHARACTER', /^a key of data holds half of a surrogate/],
  ['NUL', raw('game', '"a\\u0000b"'), 'INVALID_CHARACTER', 'game holds a NUL character, got "a\\u0000b"'],
  ['NUL in context', raw('context', '[["\\u0000"]]'), 'INVALID_CHARACTER', /^context holds a NUL character/],
  ['NUL in a name of extra', raw('game', '"g","a\\u0000":1'), 'INVALID_CHARACTER', /^a key of the event holds a NUL/],
  ['a byte of NUL', line({}).replace('good', 'go\0od'), 'INVALID_JSON', /^not valid JSON: /],
  ['1e400 in data', raw('data', '{"a":1e400}'), 'INVALID_FIELD', 'data holds a number that is too large'],
  ['data too deep', raw('data', deep(17)), 'TOO_DEEP', 'data is nested deeper than 16 levels'],
  ['data far too deep', raw('data', deep(100_000)), 'TOO_DEEP', 'data is nested deeper than 16 levels'],
  ['other fields too deep', raw('hostname', deep(16)), 'TOO_DEEP', 'extra is nested deeper than 16 levels'],
  [
    '10 MB of text',
    line({ data: 'x'.repeat(10_000_000) }),
    'TOO_LARGE',
    /^the line has 10000\d+ bytes, at most 262144 are taken$/,
  ],

  ['currency', line({ currency: 'USD' }), 'CURRENCY_NOT_SUPPORTED', 'currency must be EUR, got "USD"'],
  ['currency a number', line({ currency: 978 }), 'INVALID_FIELD', 'currency must be a string, got 978'],
  [
    'probability above 1',
    line({ probability: 1.01 }),
    'INVALID_FIELD',
    'probability must be a number from 0 to 1, got 1.01',
  ],
  [
    'probability in words',
    line({ probability: 'half' }),
    'INVALID_FIELD',
    'probability must be a number from 0 to 1, got "half"',
  ],
  ['odds below 1', line({ odds: 0.99 }), 'INVALID_FIELD', 'odds must be between 1 and 1000000, got 0.99'],
  ['odds in words', line({ odds: '5/2' }), 'INVALID_FIELD', 'odds is not a decimal, got "5/2"'],
  [
    'settlement with an unknown result',
    line({ event_type: 'settlement', result: 'WON' }),
    'INVALID_FIELD',
    'result of a settlement must be one of won, lost, void, cashout, half_won, half_lost, got "WON"',
  ],
]

interface RejectedRow {
  index: number
  code: string
  message: string
  raw: string
  stream: string
  actor: string
  event_id: string | null
}

describe.each(ENGINES)('what /events refuses on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  const rejectedOf = (stream: string) =>
    installation.database.query<RejectedRow>('SELECT * FROM rejected_event WHERE stream = $1 ORDER BY index', [stream])
  const goodOf = async (stream: string) => {
    const [row] = await installation.database.query<{ events: string }>(
      "SELECT count(*) AS events FROM player_event WHERE stream = $1 AND player_id = 'good'",
      [stream],
    )
    return Number(row?.events)
  }

  test('each line gets its own answer and harms no other', async () => {
    // Every second line is a good one.
    const lines = REFUSED.flatMap(([, sent]) => [sent, line({})])
    const answer = await installation.client.send(lines, '/events?stream=lines')
    expect(answer).toMatchObject({ accepted: REFUSED.length, duplicates: 0, rejectedCount: REFUSED.length })
    const expected = REFUSED.map(([name, , code, message], i) => ({
      name,
      index: 2 * i,
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    }))
    expect(
      answer.rejected.map(({ index, code, message }) => ({ name: REFUSED[index / 2]?.[0], index, code, message })),
    ).toEqual(expected)
    for (const { message } of answer.rejected) expect(message.length).toBeLessThan(300)
    expect(await goodOf('lines')).toBe(REFUSED.length)

    const kept = await rejectedOf('lines')
    expect(kept.map(({ index, code, message }) => ({ index, code, message }))).toEqual(
      answer.rejected.map(({ index, code, message }) => ({ index, code, message })),
    )
    for (const row of kept) {
      expect(row).toMatchObject({ stream: 'lines', actor: 'ingest-1' })
      // What came, as it was written, up to 2,000 characters.
      const sent = REFUSED[row.index / 2]?.[1].replaceAll('\0', '\uFFFD') ?? ''
      expect(row.raw.length).toBeLessThanOrEqual(2_000)
      expect(sent.startsWith(row.raw)).toBe(true)
    }
  })

  test('the same in a JSON array', async () => {
    const parsable = REFUSED.filter(([, sent, code]) => code !== 'INVALID_JSON' && sent.length < 1_000_000)
    const body = `[${parsable.map(([, sent]) => `${sent}, ${line({})}`).join(',')}]`
    const response = await installation.client.post('/events?stream=array', body, {
      'content-type': 'application/json',
    })
    const answer = (await response.json()) as IngestAnswer
    expect(answer).toMatchObject({ accepted: parsable.length, rejectedCount: parsable.length })
    expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual(
      parsable.map(([, , code], i) => [2 * i, code]),
    )
    expect(await rejectedOf('array')).toHaveLength(parsable.length)
    expect(await goodOf('array')).toBe(parsable.length)
  })

  test('an element that is too large is rejected alone', async () => {
    const body = `[${line({})},${line({ data: 'x'.repeat(300_000) })},${line({})}]`
    const response = await installation.client.post('/events?stream=large', body, {
      'content-type': 'application/json',
    })
    expect(await response.json()).toMatchObject({
      accepted: 2,
      rejectedCount: 1,
      rejected: [
        {
          index: 1,
          code: 'TOO_LARGE',
          message: expect.stringMatching(/^the element has 3000\d\d bytes, at most 262144/),
        },
      ],
    })
    expect(await goodOf('large')).toBe(2)
  })

  test('bytes that are not UTF-8 reject their line alone', async () => {
    const bad = Buffer.concat([
      Buffer.from(`${line({})}\n{"player_id":"`),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(`"}\n${line({})}`),
    ])
    const response = await installation.client.post('/events?stream=bytes', bad)
    expect(await response.json()).toMatchObject({
      accepted: 2,
      rejected: [{ index: 1, event_id: null, code: 'INVALID_UTF8', message: 'the line is not valid UTF-8' }],
    })
    expect(await rejectedOf('bytes')).toMatchObject([{ index: 1, code: 'INVALID_UTF8' }])
  })

  test('what is rejected is told with its id', async () => {
    const { rejected } = await installation.client.send(
      [
        line({ event_id: 'e-1', amount: -1 }),
        line({ event_id: 77, amount: -1 }),
        line({ event_id: { a: 1 } }),
        raw('event_id', '"a\\u0000"'),
      ],
      '/events?stream=ids',
    )
    expect(rejected.map(r => r.event_id)).toEqual(['e-1', '77', null, 'a\uFFFD'])
    expect((await rejectedOf('ids')).map(r => r.event_id)).toEqual(['e-1', '77', null, 'a\uFFFD'])
  })

  test('a thousand are listed, and all are counted and kept', async () => {
    const lines = Array.from({ length: 2_500 }, (_, i) => (i % 5 === 4 ? line({}) : line({ amount: -1 - i })))
    const answer = await installation.client.send(lines, '/events?stream=many')
    expect(answer).toMatchObject({ accepted: 500, duplicates: 0, rejectedCount: 2_000 })
    expect(answer.rejected.map(r => r.index)).toEqual(
      Array.from({ length: 2_500 }, (_, i) => i)
        .filter(i => i % 5 !== 4)
        .slice(0, 1_000),
    )
    expect(await rejectedOf('many')).toHaveLength(2_000)
    const { streamHealth } = await installation.client.data<{ streamHealth: { rejected: number; streams: object[] } }>(
      '{ streamHealth { rejected streams { stream events } } }',
    )
    expect(streamHealth.streams).toContainEqual({ stream: 'many', events: 500 })
    const [total] = await installation.database.query<{ n: string }>('SELECT count(*) AS n FROM rejected_event')
    expect(streamHealth.rejected).toBe(Number(total?.n))
  })
})

import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { EXPORTS_AT_ONCE_MAX } from '../../src/pnl/export-pnl.js'
import { tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { fillPanes, gameName, readCsv } from './export-world.js'

const DAY = 'from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z'
const HEADER = [
  'game',
  'game_type',
  'competition',
  'bucket_start',
  'bets',
  'turnover',
  'payouts',
  'ggr',
  'hold_percent',
]
const MINUTES = 30
const GAMES = 1_000

describe.each(ENGINES)('GET /export/pnl on $name', engine => {
  let world: TestInstallation

  beforeAll(async () => {
    world = await install(engine)
    await world.database.query(
      `INSERT INTO game_pane (game, pane_start, lane, bets, turnover, payouts) VALUES
         ('=cmd|x!A1', '2026-11-01T10:00Z', 0, 2, 100.5, 20.25),
         ('=cmd|x!A1', '2026-11-01T10:00Z', 1, 1, 0.0001, 0),
         ('a "game", named', '2026-11-01T10:00Z', 0, 1, 10, 30),
         ('''twas', '2026-11-01T10:01Z', 0, 0, 0, 5),
         ('', '2026-11-01T10:01Z', 0, 1, 123456789012345678.9012, 0),
         ('plain', '2026-11-01T11:59Z', 0, 4, 3, 1)`,
    )
    await world.database.query(
      `INSERT INTO game (game, game_type, competition) VALUES
         ('=cmd|x!A1', 'sports', '+liga'), ('plain', 'slots', NULL), ('''twas', 'sports', 'cup')`,
    )
    await world.database.query(
      `INSERT INTO game_hour_pane (game, pane_start, lane, bets, turnover, payouts)
       SELECT game, date_trunc('hour', pane_start), lane, sum(bets), sum(turnover), sum(payouts)
       FROM game_pane GROUP BY 1, 2, 3`,
    )
  })
  afterAll(() => world.close())

  const get = async (query: string, headers: Record<string, string> = {}, role: Role = 'analyst') =>
    fetch(`${world.node.url}/export/pnl?${query}`, {
      headers: { authorization: `Bearer ${await tokenOf(role)}`, ...headers },
    })
  const csv = async (query: string) => {
    const response = await get(query)
    const body = await response.text()
    expect(response.status, body).toBe(200)
    const [header, ...rows] = readCsv(body)
    expect(header).toEqual(HEADER)
    return rows
  }
  const parquet = async (query: string) => {
    const response = await get(`${query}&format=parquet`)
    expect(response.status).toBe(200)
    return response.arrayBuffer()
  }

  test('as CSV: exact, quoted, null as nothing, and no cell that a spreadsheet computes', async () => {
    expect(await csv(DAY)).toEqual([
      [
        "'=cmd|x!A1",
        'sports',
        "'+liga",
        '2026-11-01T10:00:00.000Z',
        '3',
        '100.5001',
        '20.25',
        '80.2501',
        '79.85076631764545',
      ],
      ['a "game", named', '', '', '2026-11-01T10:00:00.000Z', '1', '10.00', '30.00', '-20.00', '-200'],
      [
        '',
        '',
        '',
        '2026-11-01T10:01:00.000Z',
        '1',
        '123456789012345678.9012',
        '0.00',
        '123456789012345678.9012',
        '100',
      ],
      ["''twas", 'sports', 'cup', '2026-11-01T10:01:00.000Z', '0', '0.00', '5.00', '-5.00', ''],
      ['plain', 'slots', '', '2026-11-01T11:59:00.000Z', '4', '3.00', '1.00', '2.00', '66.66666666666666'],
    ])
  })

  test('by hour and by day, with from and to rounded outwards', async () => {
    const within = 'from=2026-11-01T11:10:00%2B01:00&to=2026-11-01T11:20:00%2B01:00'
    expect((await csv(`${within}&grain=hour`)).map(row => [row[0], row[3], row[5]])).toEqual([
      ['', '2026-11-01T10:00:00.000Z', '123456789012345678.9012'],
      ["''twas", '2026-11-01T10:00:00.000Z', '0.00'],
      ["'=cmd|x!A1", '2026-11-01T10:00:00.000Z', '100.5001'],
      ['a "game", named', '2026-11-01T10:00:00.000Z', '10.00'],
    ])
    expect((await csv(`${within}&grain=DAY&games=plain`)).map(row => row.slice(3, 5))).toEqual([
      ['2026-11-01T00:00:00.000Z', '4'],
    ])
    expect(await csv('from=2026-11-01T10:00:30Z&to=2026-11-01T10:00:31Z')).toHaveLength(2)
    expect(await csv('from=1900-01-01T00:00:00Z&to=9999-12-31T23:59:59Z')).toHaveLength(5)
    expect(await csv('from=0000-01-01T00:00:00Z&to=1999-12-31T23:59:59Z&grain=DAY')).toEqual([])
  })

  test('of some games, types and competitions, and of all games in one', async () => {
    const games = async (query: string) => (await csv(`${DAY}&${query}`)).map(row => row[0])
    expect(await games('games=plain&games=%3Dcmd%7Cx!A1')).toEqual(["'=cmd|x!A1", 'plain'])
    expect(await games('gameTypes=sports')).toEqual(["'=cmd|x!A1", "''twas"])
    expect(await games('gameTypes=sports&gameTypes=slots&competitions=cup')).toEqual(["''twas"])
    expect(await csv(`${DAY}&perGame=false&gameTypes=sports`)).toEqual([
      ['', '', '', '2026-11-01T10:00:00.000Z', '3', '100.5001', '20.25', '80.2501', '79.85076631764545'],
      ['', '', '', '2026-11-01T10:01:00.000Z', '0', '0.00', '5.00', '-5.00', ''],
    ])
  })

  test('as Parquet: the same columns with types, decimals exact to the last place', async () => {
    const file = await parquet(DAY)
    const rows = await parquetReadObjects({ file })
    expect(Object.keys(rows[0]!)).toEqual(HEADER)
    expect(rows.map(row => row.game)).toEqual(['=cmd|x!A1', 'a "game", named', null, "'twas", 'plain'])
    expect(rows[0]).toMatchObject({
      game_type: 'sports',
      competition: '+liga',
      bucket_start: new Date('2026-11-01T10:00:00Z'),
      bets: 3n,
      payouts: 20.25,
    })
    expect(rows.map(row => row.hold_percent)).toEqual([79.85076631764545, -200, 100, null, 66.66666666666666])
    const metadata = parquetMetadata(file)
    expect(metadata.schema.find(({ name }) => name === 'ggr')).toMatchObject({
      converted_type: 'DECIMAL',
      precision: 38,
      scale: 4,
    })
    expect(await unscaled(file, metadata, 'ggr')).toEqual([
      802_501n,
      -200_000n,
      1_234_567_890_123_456_789_012n,
      -50_000n,
      20_000n,
    ])
    expect(
      await parquetReadObjects({ file: await parquet('from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z') }),
    ).toEqual([])
  })

  test('the format is the parameter, else what Accept names first, else CSV; the file has a name', async () => {
    const typeOf = async (query: string, accept: string) =>
      (await get(`${DAY}${query}`, { accept })).headers.get('content-type')
    expect(await typeOf('', '*/*')).toBe('text/csv; charset=utf-8; header=present')
    expect(await typeOf('', 'application/vnd.apache.parquet')).toBe('application/vnd.apache.parquet')
    expect(await typeOf('', 'text/csv, application/vnd.apache.parquet;q=0.5')).toMatch(/^text\/csv/)
    expect(await typeOf('&format=csv', 'application/vnd.apache.parquet')).toMatch(/^text\/csv/)
    const named = await get('from=2026-11-01T10:00:01Z&to=2026-11-01T12:30:00Z&grain=HOUR&format=parquet')
    expect(named.headers.get('content-disposition')).toBe(
      'attachment; filename="pnl-hour-20261101T1000Z-20261101T1300Z.parquet"',
    )
  })

  test.each([
    ['to=2026-11-02T00:00:00Z', 'from', 'from is needed'],
    ['from=yesterday&to=2026-11-02T00:00:00Z', 'from', 'got "yesterday"'],
    ['from=2026-11-01T00:00:00+01:00&to=2026-11-02T00:00:00Z', 'from', 'is %2B in an address'],
    ['from=2026-11-02T00:00:00Z&to=2026-11-02T00:00:00Z', 'to', 'must be later than from'],
    [`${DAY}&grain=WEEK`, 'grain', 'must be one of MINUTE, HOUR, DAY, got "WEEK"'],
    [`${DAY}&perGame=no`, 'perGame', 'got "no"'],
    [`${DAY}&format=xlsx`, 'format', 'must be one of csv, parquet, got "xlsx"'],
    [`${DAY}&game=plain`, 'game', 'is no parameter here'],
    [`${DAY}&from=2026-11-01T00:00:00Z`, 'from', 'must be given once'],
    [`${DAY}&games=a&games=`, 'games', 'must not be empty'],
    [`${DAY}&competitions=a%00b`, 'competitions', 'without NUL'],
  ])('%s is refused', async (query, field, message) => {
    const response = await get(query)
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { code: string; field: string; message: string } }
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field, message: expect.stringContaining(message) })
  })

  test('analysts and admins may, others and whoever has no token may not', async () => {
    expect((await get(DAY, {}, 'admin')).status).toBe(200)
    for (const role of ['crm', 'ingest', 'player'] as const) expect((await get(DAY, {}, role)).status).toBe(403)
    const anonymous = await fetch(`${world.node.url}/export/pnl?${DAY}`)
    expect(anonymous.status).toBe(401)
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer')
    // Before anything of the query is told.
    expect((await fetch(`${world.node.url}/export/pnl?from=x`)).status).toBe(401)
  })
})

describe.each(ENGINES)('long exports on $name', engine => {
  let world: TestInstallation
  const WHOLE = 'from=2026-11-01T00:00:00Z&to=2026-11-05T00:00:00Z'
  const NOTHING = 'from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z'

  beforeAll(async () => {
    world = await install(engine)
    await fillPanes(world.database, '2026-11-02T23:45:00Z', MINUTES, GAMES)
  })
  afterAll(() => world.close())

  const get = async (query: string, signal?: AbortSignal) =>
    fetch(`${world.node.url}/export/pnl?${query}`, {
      headers: { authorization: `Bearer ${await tokenOf('analyst')}` },
      signal,
    })
  /** On a connection of its own; a fetch that is aborted opens another one that it does not use. */
  const hold = async (query: string): Promise<IncomingMessage> => {
    const headers = { authorization: `Bearer ${await tokenOf('analyst')}` }
    return new Promise((resolve, reject) => {
      const sent = request(`${world.node.url}/export/pnl?${query}`, { headers, agent: false }, resolve)
      sent.on('error', reject).end()
    })
  }
  const exporting = async () =>
    (
      await world.database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'tidemark exports' AND state = 'active'`,
      )
    )[0]!.n

  test('go over pages and slices in order, each bucket once', async () => {
    const rows = readCsv(await (await get(WHOLE)).text()).slice(1)
    expect(rows).toHaveLength(MINUTES * GAMES)
    const keys = rows.map(row => `${row[3]} ${row[0]}`)
    expect(keys).toEqual([...new Set(keys)].toSorted())
    expect(rows.at(-1)).toEqual([
      gameName(999),
      '',
      '',
      '2026-11-03T00:14:00.000Z',
      '2000',
      '61.00',
      '0.50',
      '60.50',
      '99.18032786885246',
    ])
    const file = await (await get(`${WHOLE}&format=parquet`)).arrayBuffer()
    const columns = ['game', 'bucket_start', 'bets']
    const read = await parquetReadObjects({ file, columns })
    expect(read.map(row => `${(row.bucket_start as Date).toISOString()} ${row.game}`)).toEqual(keys)
    expect(parquetMetadata(file).row_groups.length).toBeGreaterThan(2)
  })

  test('as many as may be at once, at the pace of their clients; one that is left makes room', async () => {
    // Nothing of their bodies is read: they stop at what the sockets hold, which is less than the whole.
    const held = await Promise.all(Array.from({ length: EXPORTS_AT_ONCE_MAX }, () => hold(WHOLE)))
    expect(held.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200])
    const refused = await get(WHOLE)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(await refused.json()).toMatchObject({ error: { code: 'EXPORTS_BUSY' } })
    held[0]!.destroy()
    await expect.poll(async () => (await get(NOTHING)).status).toBe(200)
    const [header, ...rows] = readCsv(await text(held[1]!))
    expect([header!.length, rows.length]).toEqual([HEADER.length, MINUTES * GAMES])
    for (const response of held) response.destroy()
  })

  test.each(['csv', 'parquet'])('one that fails on its way breaks off, as %s', async format => {
    const broken = await get(`${WHOLE}&format=${format}`)
    expect(broken.status).toBe(200)
    await world.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'tidemark exports'`,
    )
    await expect(broken.arrayBuffer()).rejects.toThrow('terminated')
    expect((await get(NOTHING)).status).toBe(200)
  })

  test('a statement ends when its client has gone', async () => {
    const leaving = new AbortController()
    const holder = new pg.Client({ connectionString: world.database.url })
    await holder.connect()
    try {
      await holder.query('BEGIN; LOCK TABLE game_pane IN ACCESS EXCLUSIVE MODE')
      const left = get(WHOLE, leaving.signal).catch(error => error.name)
      await expect.poll(exporting).toBe(1)
      leaving.abort()
      expect(await left).toBe('AbortError')
      await expect.poll(exporting).toBe(0)
    } finally {
      await holder.query('ROLLBACK')
      await holder.end()
    }
    expect(readCsv(await (await get(WHOLE)).text())).toHaveLength(1 + MINUTES * GAMES)
  })
})

/** The library reads decimals as doubles; their bytes are exact. */
async function unscaled(file: ArrayBuffer, metadata: FileMetaData, column: string): Promise<bigint[]> {
  const schema = metadata.schema.map(({ converted_type, logical_type, ...element }) =>
    element.name === column ? element : { ...element, converted_type, logical_type },
  )
  const rows = await parquetReadObjects({ file, metadata: { ...metadata, schema }, columns: [column], utf8: false })
  return rows.map(row => BigInt.asIntN(128, BigInt(`0x${Buffer.from(row[column] as Uint8Array).toString('hex')}`)))
}

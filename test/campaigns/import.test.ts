import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCampaignLine } from '../../src/campaigns/import-line.js'
import { build, ROOT } from '../e2e/support/build.js'
import { type ApiClient, type GraphqlAnswer, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { campaignOf, triggeredBy } from './campaigns.js'

const ORIGINAL =
  '{"campaign_id":4711,"enabled":true,"game":"foe","event_name":"fight","start_date":"2023-09-01T10:00:00.00Z","end_date":"2023-12-01T10:00:00.00Z","filter":"function(event) { return event.getData().get(\'result\') === \'loss\' }"}'
const FIGHT =
  '{"schema_version":"2023110110010101","event_id":"7a8d0614-4e8e-4464-b439-36e31441a040","system_type":"game","system_name":"foe-backend","game":"foe","market":"de","player_id":12345,"event_type":"progress","event_name":"fight","event_scope":"user","created_at":"2023-11-20T11:00:00.00Z","received_at":"2023-11-20T11:00:02.00Z","hostname":"foe-backend-1.ig.com","context":{},"data":{"result":"loss"}}'

const lineOf = (changes: object): string => JSON.stringify({ ...JSON.parse(ORIGINAL), ...changes })

interface Report {
  saved: number
  refused: number
  notes: { line: number; campaignId: string | null; level: string; message: string }[]
}

const tryImport = (
  client: ApiClient,
  lines: string,
  token?: Promise<string>,
): Promise<GraphqlAnswer<{ importCampaigns: Report }>> =>
  client.graphql(
    `mutation ($lines: String!) { importCampaigns(lines: $lines) {
       saved refused notes { line campaignId level message } } }`,
    { lines },
    token,
  )

async function importLines(client: ApiClient, lines: readonly string[]): Promise<Report> {
  const { data, errors } = await tryImport(client, lines.join('\n'))
  if (data === undefined || errors) throw new Error(JSON.stringify(errors))
  return data.importCampaigns
}

describe('a line of the original', () => {
  const read = (changes: object) => readCampaignLine(lineOf(changes))
  const remarks = (changes: object) => read(changes).remarks.map(({ level, message }) => `${level}: ${message}`)
  const filtered = (filter: string) => remarks({ filter })
  const refusal = (line: string): string => {
    const { draft, remarks: all } = readCampaignLine(line)
    expect(draft).toBeNull()
    expect(all.at(-1)!.level).toBe('ERROR')
    return all.at(-1)!.message
  }

  test('is a campaign', () => {
    expect(readCampaignLine(ORIGINAL)).toEqual({
      campaignId: '4711',
      remarks: [],
      draft: {
        id: '4711',
        name: 'Campaign 4711',
        enabled: true,
        disabledReason: null,
        game: 'foe',
        eventName: 'fight',
        startsAt: Date.parse('2023-09-01T10:00:00Z'),
        endsAt: Date.parse('2023-12-01T10:00:00Z'),
        filter: "function(event) { return event.getData().get('result') === 'loss' }",
        offer: null,
        maxTriggersPerPlayer: null,
        cooldownMs: null,
      },
    })
    expect(read({ campaign_id: 'summer:2' }).draft).toMatchObject({ id: 'summer:2', name: 'Campaign summer:2' })
  })

  test('is refused where it can not be one', () => {
    expect(refusal('{"campaign_id":4711')).toMatch(/^line is not JSON: /)
    expect(refusal('\u001b[31m')).not.toMatch(/\p{Cc}/u)
    expect(refusal('[1]')).toBe('line must be a JSON object, got [1]')
    expect(refusal('null')).toBe('line must be a JSON object, got null')
    for (const campaign_id of [null, 1.5, 1e300, true, '', 'a b', {}]) {
      expect(refusal(lineOf({ campaign_id }))).toMatch(/^campaign_id must be a whole number/)
    }
    expect(refusal('{}')).toMatch(/^campaign_id /)
    for (const enabled of ['true', 1]) {
      expect(refusal(lineOf({ enabled }))).toMatch(/^enabled must be true or false, got /)
    }
    expect(refusal(lineOf({ game: null }))).toBe('game is null: it crashed the job there, and here the line is refused')
    expect(refusal(lineOf({ event_name: undefined }))).toMatch(/^event_name is missing: it crashed/)
    expect(refusal(lineOf({ event_name: ' ' }))).toBe('event_name must have 1 to 200 characters, got " "')
    expect(refusal(lineOf({ game: 'x'.repeat(201) }))).toMatch(/^game must have 1 to 200/)
    expect(refusal(lineOf({ game: 7 }))).toBe('game must be text, got 7')
    expect(refusal(lineOf({ filter: undefined }))).toBe('filter must be text, got null')
    expect(refusal(lineOf({ filter: 'function(event) {\n  return process.exit() }' }))).toMatch(
      /^filter is refused at line 2, column 10: /,
    )
    const { campaignId } = readCampaignLine(lineOf({ filter: 'x' }))
    expect(campaignId).toBe('4711')
  })

  test('with members that the bean does not have was dropped', () => {
    expect(remarks({ priority: 1, owner: 'x' })).toEqual([
      'WARNING: "priority, owner" made the line be dropped there; here it is ignored',
    ])
    expect(read({ priority: 1 }).draft).not.toBeNull()
  })

  test('without enabled is off', () => {
    for (const [enabled, told] of [
      [undefined, 'missing'],
      [null, 'null'],
    ]) {
      expect(read({ enabled }).draft).toMatchObject({ enabled: false })
      expect(remarks({ enabled })).toEqual([`WARNING: enabled is ${told}, which is false there and here`])
    }
    expect(read({ enabled: false })).toMatchObject({ draft: { enabled: false }, remarks: [] })
  })

  test('with null dates never matches', () => {
    expect(remarks({ start_date: null, end_date: undefined })).toEqual([
      'WARNING: start_date is null: the campaign never matches, there and here',
      'WARNING: end_date is missing: the campaign never matches, there and here',
    ])
    expect(read({ start_date: null, end_date: null }).draft).toMatchObject({ startsAt: null, endsAt: null })
  })

  test('with dates that can not be read crashed the job', () => {
    for (const date of ['', 'soon', '2023-09-01', '2023-09-01T10:00:00', '2023-02-30T10:00:00Z', 1693562400, {}]) {
      for (const field of ['start_date', 'end_date']) {
        expect(refusal(lineOf({ [field]: date }))).toMatch(
          new RegExp(`^${field} must be an instant .*crashed the job there, and here the line is refused, got `),
        )
      }
    }
    expect(refusal(lineOf({ start_date: '2024-01-01T00:00:00Z' }))).toBe(
      'end_date must be later than start_date 2024-01-01T00:00:00.000Z: the campaign never matched there, got "2023-12-01T10:00:00.00Z"',
    )
  })

  test('with dates that only we read is told', () => {
    for (const [date, here] of [
      ['2023-09-01T12:00:00+02:00', '2023-09-01T10:00:00.000Z'],
      ['2023-09-01T10:00Z', '2023-09-01T10:00:00.000Z'],
      ['2023-09-01 10:00:00Z', '2023-09-01T10:00:00.000Z'],
    ]) {
      expect(remarks({ start_date: date })).toEqual([
        `WARNING: start_date "${date}" crashed the job there, which read times in UTC alone; here it is ${here}`,
      ])
      expect(read({ start_date: date }).draft).toMatchObject({ startsAt: Date.parse(here!) })
    }
    for (const date of ['2023-09-01T10:00:00Z', '2023-09-01t10:00:00z', '2023-09-01T10:00:00.123456789Z']) {
      expect(remarks({ start_date: date })).toEqual([])
    }
  })

  test('a filter that is a named declaration never fired', () => {
    const declared = [
      'WARNING: the filter is a named declaration, which evaluates to undefined, so it never fired there, and would fire here',
    ]
    expect(filtered('function f(event) { return true }')).toEqual(declared)
    expect(filtered('/* all */ function f(event) { return true };')).toEqual(declared)
    expect(filtered('(function f(event) { return true })')).toEqual([])
    expect(filtered('(function(event) { return true });')).toEqual([])
    expect(filtered('function(event) { function f() { return true } return f() }')).toEqual([])
  })

  test('a filter that is no ES5 never fired', () => {
    const from = (line: number, column: number) => [
      `WARNING: the filter is no ES5 (line ${line}, column ${column}), so it never fired there, and would fire here`,
    ]
    expect(filtered('event => true')).toEqual(from(1, 8))
    expect(filtered('(event) => true')).toEqual(from(1, 10))
    expect(filtered('function(event) {\n  let x = 1\n  return x === 1 }')).toEqual(from(2, 3))
    expect(filtered('function(event) { const x = 1; return x === 1 }')).toEqual(from(1, 19))
    expect(filtered('// all\n function(event) { return `a` === event.game }')).toEqual(from(2, 27))
    expect(filtered('function(event) { return event?.data !== null }')).toEqual(from(1, 32))
    expect(filtered('function({ data }) { return data !== null }')).toEqual(from(1, 10))
    expect(filtered('function f(event, x = 1) { return x === 1 }')).toEqual(from(1, 21))
    expect(filtered('function(event) { return [].concat(...[]) === 1 }')).toEqual(from(1, 36))
    expect(filtered('function(event) { for (var x of [1]) return true }')).toEqual(from(1, 30))
    expect(filtered('function(event) { return 2 ** 2 === 4 }')).toEqual(from(1, 29))
    expect(filtered("function(event) { var o = { get: 1, 'x': 2, }; return o.get === 1 && /x/i.test('x') }")).toEqual(
      [],
    )
  })

  test('methods that are no ES5 failed', () => {
    expect(filtered("function(event) { return event.getData().get('tags').includes('x') }")).toEqual([
      'WARNING: includes() (line 1, column 26) failed there, which is no match, and works here',
    ])
    expect(
      filtered("function(event) { return event.getGame().indexOf('x') === 0 && event.data.includes === 1 }"),
    ).toEqual([])
  })

  test('player ids were numbers', () => {
    const filter = (expression: string) => filtered(`function(event) { return ${expression} }`)
    const IDS = 'player ids are text here, and were numbers there'
    for (const id of ['event.getPlayerId()', 'event.playerId', "event['playerId']", 'event.player_id']) {
      expect(filter(`${id} === 12345`)).toEqual([
        `INFO: ${IDS}: === (line 1, column 26) compares them as text, also with a number`,
      ])
    }
    expect(filter('12345 != event.getPlayerId()')).toMatchObject([
      expect.stringMatching(/^INFO: .*: != \(line 1, column 35\)/),
    ])
    expect(filter("event.getPlayerId() === '12345'")).toEqual([
      `WARNING: ${IDS}, which === (line 1, column 26) never finds equal to text`,
    ])
    expect(filter("event.getPlayerId() == '12345'")).toMatchObject([expect.stringMatching(/^INFO: /)])
    for (const use of [
      'event.getPlayerId() % 2 === 0',
      '[1].indexOf(event.playerId) === 0',
      'event.getPlayerId() > 5',
    ]) {
      expect(filter(use)).toEqual([expect.stringMatching(/^WARNING: .*look at what is done with this one/)])
    }
    expect(filter('event.getGame() === 12345')).toEqual([])
  })
})

describe.each(ENGINES)('importCampaigns on $name', engine => {
  let installation: TestInstallation
  let client: ApiClient
  beforeAll(async () => {
    installation = await install(engine)
    client = installation.client
  })
  afterAll(() => installation.close())

  test("the original's line and its event: exactly one trigger", async () => {
    expect(await importLines(client, [ORIGINAL])).toEqual({
      saved: 1,
      refused: 0,
      notes: [{ line: 1, campaignId: null, level: 'INFO', message: expect.stringContaining('clock of the machine') }],
    })
    await client.send([FIGHT])
    await client.send([FIGHT])
    expect(await triggeredBy(client, '4711')).toEqual(['7a8d0614-4e8e-4464-b439-36e31441a040'])
    expect(await campaignOf(client, '4711')).toMatchObject({ version: 1, updatedBy: 'admin-1' })
  })

  test('good lines are saved, others are refused; the last of an id wins', async () => {
    const report = await importLines(client, [
      '\uFEFF',
      lineOf({ campaign_id: 'a', event_name: 'first' }),
      'no JSON',
      lineOf({ campaign_id: 'b', start_date: 'soon' }),
      '   ',
      lineOf({ campaign_id: 'a', event_name: 'second' }),
      lineOf({ campaign_id: 'a', filter: 'process.exit()' }),
      lineOf({ campaign_id: 4711, filter: 'event => false' }),
      '',
    ])
    expect(report).toMatchObject({ saved: 2, refused: 3 })
    expect(report.notes.map(({ line, campaignId, level }) => [line, campaignId, level])).toEqual([
      [2, 'a', 'INFO'],
      [3, null, 'ERROR'],
      [4, 'b', 'ERROR'],
      [6, null, 'INFO'],
      [7, 'a', 'ERROR'],
      [8, '4711', 'WARNING'],
      [8, '4711', 'INFO'],
    ])
    expect(report.notes[0]!.message).toBe('not saved: line 6 has the same campaign_id, and the last wins')
    expect(report.notes.at(-1)!.message).toMatch(/^replaces version 1 of this campaign/)
    expect(await campaignOf(client, 'a')).toMatchObject({ version: 1 })
    expect(await campaignOf(client, '4711')).toMatchObject({ version: 2 })
    const { campaigns } = await client.data<{ campaigns: { nodes: { id: string; eventName: string }[] } }>(
      '{ campaigns { nodes { id eventName } } }',
    )
    expect(campaigns.nodes.find(node => node.id === 'a')?.eventName).toBe('second')
  })

  test('bounds are kept line by line', async () => {
    const { database } = installation
    const fill = (from: number, to: number, enabled: boolean) =>
      database.query(
        `INSERT INTO campaign (id, version, name, enabled, game, event_name, filter, saved_at, saved_by, revision)
         SELECT 'full-' || n, 1, 'x', $3, 'full', 'pair', 'e => true', now(), 'test', 1000000 + n
         FROM generate_series($1::int, $2::int) AS n`,
        [from, to, enabled],
      )
    await fill(1, 1_000, true)
    const lines = [
      lineOf({ campaign_id: 'one-more', game: 'full', event_name: 'pair' }),
      lineOf({ campaign_id: 'off', game: 'full', event_name: 'pair', enabled: false }),
      lineOf({ campaign_id: 'full-1', game: 'full', event_name: 'pair' }),
      lineOf({ campaign_id: 'other' }),
    ]
    const pair = await importLines(client, lines)
    expect(pair).toMatchObject({ saved: 3, refused: 1 })
    expect(pair.notes.filter(note => note.level === 'ERROR')).toEqual([
      {
        line: 1,
        campaignId: 'one-more',
        level: 'ERROR',
        message: expect.stringMatching(/1000 campaigns of game full/),
      },
    ])
    const [{ campaigns }] = (await database.query<{ campaigns: number }>(
      'SELECT count(*)::int AS campaigns FROM campaign',
    )) as [{ campaigns: number }]
    await fill(1_001, 1_000 + 10_000 - campaigns - 1, false)
    const most = await importLines(
      client,
      ['x', 'y', 'off'].map(campaign_id => lineOf({ campaign_id })),
    )
    expect(most).toMatchObject({ saved: 2, refused: 1 })
    expect(most.notes.filter(note => note.level === 'ERROR')).toEqual([
      { line: 2, campaignId: 'y', level: 'ERROR', message: expect.stringMatching(/there are 10000 campaigns already/) },
    ])
  })

  test('is for campaigns people, and bounded', async () => {
    const refusal = async (lines: string, token?: Promise<string>) =>
      (await tryImport(client, lines, token)).errors?.[0]
    for (const role of ['analyst', 'ingest', 'player'] as const) {
      expect(await refusal(ORIGINAL, tokenOf(role))).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    }
    expect(await refusal('', tokenOf('crm'))).toBeUndefined()
    expect(await refusal('\n'.repeat(10_000))).toBeUndefined()
    expect(await refusal('\n'.repeat(10_001))).toMatchObject({
      message: 'lines may be at most 10000, got more',
      extensions: { code: 'BAD_USER_INPUT', field: 'lines' },
    })
    expect(await refusal('ü'.repeat(2_700_000))).toMatchObject({
      message: 'lines may have at most 5242880 bytes, got 5400000',
      extensions: { code: 'BAD_USER_INPUT', field: 'lines' },
    })
  })
})

interface Ended {
  code: number
  lines: string[]
  stderr: string
}

const run = (script: string, args: readonly string[], env: Record<string, string>): Promise<Ended> =>
  new Promise(resolve => {
    const path = join(ROOT, 'dist', script)
    execFile(
      process.execPath,
      [path, ...args],
      { env: { PATH: process.env.PATH, ...env } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code)
        resolve({ code, lines: stdout.split('\n').filter(line => line !== ''), stderr })
      },
    )
  })

describe('npm run campaigns:import', () => {
  let folder: string
  beforeAll(async () => {
    await build()
    folder = await mkdtemp(join(tmpdir(), 'tidemark-import-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function importFile(text: string, env: Record<string, string>): Promise<Ended> {
    const file = join(folder, 'campaigns.ndjson')
    await writeFile(file, text)
    return run('import-campaigns.js', [file], env)
  }

  describe.each(ENGINES)('on $name', engine => {
    let installation: TestInstallation
    beforeAll(async () => {
      installation = await install(engine)
    })
    afterAll(() => installation.close())

    test('a running node judges by it at once', async () => {
      const { client, database } = installation
      expect(await importFile(`${ORIGINAL}\n`, { DATABASE_URL: database.url })).toEqual({
        code: 0,
        lines: [
          expect.stringMatching(/^line 1: INFO: of all lines: start_date/),
          'OK: 1 campaign saved, 0 lines refused',
        ],
        stderr: '',
      })
      await client.send([FIGHT])
      expect(await triggeredBy(client, '4711')).toHaveLength(1)
      expect(await campaignOf(client, '4711')).toMatchObject({ updatedBy: 'campaigns:import' })
    })

    test('tells what was refused, and fails', async () => {
      const lines = [lineOf({ filter: 'event => true' }), '', lineOf({ campaign_id: 5, game: null })]
      expect(await importFile(lines.join('\r\n'), { DATABASE_URL: installation.database.url })).toEqual({
        code: 1,
        lines: [
          expect.stringMatching(/^line 1 \(4711\): WARNING: the filter is no ES5/),
          expect.stringMatching(/^line 1: INFO: of all lines/),
          expect.stringMatching(/^line 1 \(4711\): INFO: replaces version 1/),
          'line 3 (5): ERROR: game is null: it crashed the job there, and here the line is refused',
          'REFUSED: 1 campaign saved, 1 line refused',
        ],
        stderr: '',
      })
    })
  })

  test('on the embedded PostgreSQL of DATA_DIR', async () => {
    const env = { DATA_DIR: join(folder, 'data') }
    expect(await importFile(ORIGINAL, env)).toMatchObject({
      code: 1,
      lines: ['this database has no campaigns yet: npm run migrate makes their tables'],
    })
    expect((await run('migrate.js', [], env)).code).toBe(0)
    expect(await importFile(ORIGINAL, env)).toMatchObject({ code: 0 })
  })

  test('needs a file that can be read', async () => {
    expect(await run('import-campaigns.js', [], {})).toMatchObject({
      code: 1,
      stderr: 'usage: npm run campaigns:import FILE\n',
    })
    const url = ENGINES[0]!.adminUrl
    expect(await run('import-campaigns.js', [join(folder, 'none')], { DATABASE_URL: url })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ENOENT: no such file/),
    })
    expect(await importFile(' '.repeat(6_000_000), { DATABASE_URL: url })).toMatchObject({
      code: 1,
      lines: [expect.stringMatching(/has 6000000 bytes, and may have at most 5242880$/)],
    })
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { type GraphqlAnswer, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import {
  allTriggers,
  type CampaignInput,
  campaignOf,
  feedCursor,
  fight,
  inputOf,
  NOON,
  save,
  setEnabled,
  statsOf,
  trySave,
} from './campaigns.js'

interface Page<T> {
  nodes: T[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  totalCount: number
}

const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })

const REFUSED: readonly [string, Partial<CampaignInput>, string, string][] = [
  ['an empty id', { id: '' }, 'id', 'must be 1 to 100'],
  ['an id with a space', { id: 'a b' }, 'id', '"a b"'],
  ['an id that is too long', { id: 'x'.repeat(101) }, 'id', 'must be 1 to 100'],
  ['an id that ends its line', { id: 'a\n' }, 'id', '\\n'],
  ['no name', { name: ' ' }, 'name', '1 to 200 characters'],
  ['a name that is too long', { name: 'x'.repeat(201) }, 'name', '1 to 200 characters'],
  ['a name that cannot be stored', { name: 'a\0b' }, 'name', 'cannot be stored'],
  ['half a character', { name: 'a\ud800' }, 'name', 'cannot be stored'],
  ['no game', { game: '' }, 'game', '1 to 200 characters'],
  ['a game that is too long', { game: 'x'.repeat(201) }, 'game', '1 to 200 characters'],
  ['a game that cannot be stored', { game: '\0' }, 'game', 'cannot be stored'],
  ['no event name', { eventName: '' }, 'eventName', '1 to 200 characters'],
  ['an event name that is too long', { eventName: 'x'.repeat(201) }, 'eventName', '1 to 200 characters'],
  [
    'an end at the start',
    { startsAt: '2024-01-01T00:00:00Z', endsAt: '2024-01-01T00:00:00Z' },
    'endsAt',
    'must be later than startsAt 2024-01-01T00:00:00.000Z, got "2024-01-01T00:00:00.000Z"',
  ],
  ['an end before the start', { startsAt: '2031-01-01T00:00:00Z' }, 'endsAt', 'must be later than startsAt'],
  ['a cap of 0', { maxTriggersPerPlayer: 0 }, 'maxTriggersPerPlayer', 'from 1 to 1000000, got 0'],
  ['a negative cap', { maxTriggersPerPlayer: -1 }, 'maxTriggersPerPlayer', 'got -1'],
  ['a cap that is too high', { maxTriggersPerPlayer: 1_000_001 }, 'maxTriggersPerPlayer', 'got 1000001'],
  ['a cooldown that is too long', { cooldown: 'P3660DT1S' }, 'cooldown', 'at most P3660D, got "P3660DT1S"'],
  ['an offer that is too deep', { offer: nested(17) }, 'offer', '16 levels'],
  ['an offer that is too deep by far', { offer: nested(1_000) }, 'offer', '16 levels'],
  ['an offer that is too long', { offer: 'x'.repeat(9_999) }, 'offer', '10000 characters as JSON, got 10001'],
  ['an offer that cannot be stored', { offer: { text: '\0' } }, 'offer', 'cannot be stored'],
  ['half a character in an offer', { offer: { '\udfff': 1 } }, 'offer', 'cannot be stored'],
]

/** What GraphQL itself refuses. */
const MALFORMED: readonly [string, object][] = [
  ['startsAt', { startsAt: '2024-02-30T00:00:00Z' }],
  ['endsAt', { endsAt: 'tomorrow' }],
  ['cooldown', { cooldown: '1h' }],
  ['cooldown', { cooldown: '-PT1H' }],
  ['maxTriggersPerPlayer', { maxTriggersPerPlayer: 1.5 }],
  ['filter', { filter: null }],
  ['colour', { colour: 'red' }],
]

const FILTERS: readonly [string, { line: number; column: number }, RegExp][] = [
  ['', { line: 1, column: 1 }, /./],
  ['event =>', { line: 1, column: 9 }, /./],
  ["function (event) {\n  return require('fs')\n}", { line: 2, column: 10 }, /require/],
  ['event => {\n  while (true) { await x }\n}', { line: 2, column: 24 }, /./],
  [`event => '${'x'.repeat(20_000)}'`, { line: 1, column: 1 }, /20,?000/],
]

const codeOf = ({ errors }: GraphqlAnswer<unknown>) => errors?.[0]?.extensions.code

describe.each(ENGINES)('the API of campaigns on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine, { INGEST_LANES: '1' })
  })
  afterAll(() => installation.close())

  const versionsOf = async (id: string, first?: number) => {
    const { campaign } = await installation.client.data<{ campaign: { versions: Record<string, unknown>[] } }>(
      `query ($id: ID!, $first: Int! = 20) { campaign(id: $id) { versions(first: $first) {
         version enabled game eventName startsAt endsAt filter offer maxTriggersPerPlayer cooldown savedAt savedBy } } }`,
      { id, ...(first === undefined ? {} : { first }) },
    )
    return campaign.versions
  }

  test.each(REFUSED)('%s is refused', async (_, input, field, message) => {
    const { data, errors } = await trySave(installation.client, { id: 'refused', ...input })
    expect(data?.saveCampaign ?? null).toBeNull()
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field })
    expect(errors?.[0]?.message).toContain(field)
    expect(errors?.[0]?.message).toContain(message)
  })

  test.each(MALFORMED)('%s that is none is refused', async (field, input) => {
    const { errors } = await trySave(installation.client, { id: 'refused', ...input })
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    expect(errors?.[0]?.message).toContain(field)
  })

  test.each(FILTERS)('the filter %j is refused with its place', async (filter, place, reason) => {
    const { errors } = await trySave(installation.client, { id: 'refused', filter })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'filter', ...place })
    expect(errors?.[0]?.extensions.reason).toMatch(reason)
    expect(errors?.[0]?.message).toContain(`line ${place.line}, column ${place.column}`)
  })

  test('an offer that nobody could print is refused', async () => {
    const input = JSON.stringify({ ...inputOf({ id: 'refused' }), offer: 'OFFER' })
    const offer = `${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`
    const query = 'mutation ($input: CampaignInput!) { saveCampaign(input: $input) { id } }'
    const response = await installation.client.post(
      '/graphql',
      `{"query":${JSON.stringify(query)},"variables":{"input":${input.replace('"OFFER"', offer)}}}`,
      { 'content-type': 'application/json' },
      'crm',
    )
    const { errors } = (await response.json()) as GraphqlAnswer<unknown>
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  test('nothing of what was refused is there', async () => {
    const { campaigns } = await installation.client.data<{ campaigns: Page<object> }>(
      '{ campaigns { nodes { id } totalCount } }',
    )
    expect(campaigns).toEqual({ nodes: [], totalCount: 0 })
  })

  test('the bounds themselves are taken, and come back as they were', async () => {
    const input = {
      id: 'Az09_.:-'.padEnd(100, 'x'),
      name: 'ß😀"\\{},\n'.padEnd(200, 'x'),
      game: 'NULL',
      eventName: '{"a",\\b}'.padEnd(200, 'x'),
      startsAt: '0001-01-01T00:00:00.000Z',
      endsAt: '9999-12-31T23:59:59.999Z',
      filter: "event => event.data.a === 'ß😀\"\\\\'",
      offer: { text: '"\\{},\n😀', deep: nested(15), list: [null, true, 0.1, -1e21], __proto__x: 1 },
      maxTriggersPerPlayer: 1_000_000,
      cooldown: 'P3660D',
    }
    const { saveCampaign } = await installation.client.data<{ saveCampaign: object }>(
      `mutation ($input: CampaignInput!) { saveCampaign(input: $input) {
         id name game eventName startsAt endsAt filter offer maxTriggersPerPlayer cooldown
         enabled disabledReason version updatedAt updatedBy } }`,
      { input },
    )
    expect(saveCampaign).toMatchObject({
      ...input,
      enabled: true,
      disabledReason: null,
      version: 1,
      updatedBy: 'admin-1',
    })
    const [{ savedAt, ...version } = {}] = await versionsOf(input.id)
    const { id: _id, name: _name, ...content } = input
    expect(version).toEqual({ ...content, version: 1, enabled: true, savedBy: 'admin-1' })
    expect(savedAt).toBe((saveCampaign as { updatedAt: string }).updatedAt)
    expect((await trySave(installation.client, { id: 'long', offer: 'x'.repeat(9_998) })).errors).toBeUndefined()
    expect((await trySave(installation.client, { id: 'deep', offer: nested(16) })).errors).toBeUndefined()
    expect((await trySave(installation.client, { id: 'bare', startsAt: null, endsAt: null })).errors).toBeUndefined()
  })

  test('the last write wins, and every version is kept, newest first', async () => {
    const { client } = installation
    for (const filter of ['e => 1', 'e => 2', 'e => 3']) await save(client, { id: 'versions', filter, offer: filter })
    expect(await campaignOf(client, 'versions')).toMatchObject({ version: 3 })
    await save(client, { id: 'versions', filter: 'e => 3', offer: null, cooldown: 'PT1H', enabled: false })
    expect((await versionsOf('versions')).map(v => [v.version, v.filter, v.offer, v.cooldown, v.enabled])).toEqual([
      [4, 'e => 3', null, 'PT1H', false],
      [3, 'e => 3', 'e => 3', null, true],
      [2, 'e => 2', 'e => 2', null, true],
      [1, 'e => 1', 'e => 1', null, true],
    ])
    expect((await versionsOf('versions', 2)).map(v => v.version)).toEqual([4, 3])
  })

  test('writers at once: each makes a version, and one of them stands', async () => {
    const { client } = installation
    const saved = await Promise.all(
      Array.from({ length: 12 }, (_, n) => save(client, { id: 'contested', offer: `writer ${n}` })),
    )
    expect(saved.map(c => c.version).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
    const offers = (await versionsOf('contested')).map(v => v.offer)
    expect(new Set(offers).size).toBe(12)
    const { campaign } = await client.data<{ campaign: object }>('{ campaign(id: "contested") { version offer } }')
    expect(campaign).toEqual({ version: 12, offer: offers[0] })
  })

  test('expectedVersion: CONFLICT when another stands, also for one of two at once', async () => {
    const { client } = installation
    const expecting = (expectedVersion: number) => trySave(client, { id: 'expected', expectedVersion })
    expect(codeOf(await expecting(1))).toBe('CONFLICT')
    expect((await expecting(0)).data?.saveCampaign.version).toBe(1)
    const again = await expecting(0)
    expect(again.errors?.[0]?.message).toBe('expectedVersion is 0, and the campaign has version 1')
    expect(codeOf(again)).toBe('CONFLICT')
    const both = await Promise.all([expecting(1), expecting(1), expecting(1)])
    expect(both.map(codeOf).sort()).toEqual(['CONFLICT', 'CONFLICT', undefined])
    expect(await versionsOf('expected')).toHaveLength(2)
  })

  test('setCampaignEnabled makes a version where it changes something; NOT_FOUND', async () => {
    const { client } = installation
    await save(client, { id: 'switch', cooldown: 'PT1H' })
    expect(await setEnabled(client, 'switch', true)).toMatchObject({ version: 1, enabled: true })
    expect(await setEnabled(client, 'switch', false)).toMatchObject({ version: 2, enabled: false })
    expect(await setEnabled(client, 'switch', false)).toMatchObject({ version: 2 })
    expect(await setEnabled(client, 'switch', true)).toMatchObject({ version: 3, disabledReason: null })
    expect((await versionsOf('switch')).map(v => [v.version, v.enabled, v.cooldown])).toEqual([
      [3, true, 'PT1H'],
      [2, false, 'PT1H'],
      [1, true, 'PT1H'],
    ])
    const missing = await client.graphql('mutation { setCampaignEnabled(id: "none", enabled: true) { id } }')
    expect(codeOf(missing)).toBe('NOT_FOUND')
    expect((await client.data<{ campaign: null }>('{ campaign(id: "none") { id } }')).campaign).toBeNull()
  })

  test('campaigns: last saved first, in pages, by game and by enabled', async () => {
    const { client } = installation
    for (let n = 0; n < 7; n++) await save(client, { id: `page-${n}`, game: 'paged', enabled: n % 2 === 0 })
    await save(client, { id: 'page-3', game: 'paged', enabled: false })
    const list = async (args: string) =>
      (
        await client.data<{ campaigns: Page<{ id: string }> }>(
          `{ campaigns(${args}) { nodes { id } pageInfo { hasNextPage endCursor } totalCount } }`,
        )
      ).campaigns
    const idsOf = (page: Page<{ id: string }>) => page.nodes.map(node => node.id.replace('page-', '')).join('')
    const first = await list('game: "paged", first: 4')
    expect([idsOf(first), first.totalCount, first.pageInfo.hasNextPage]).toEqual(['3654', 7, true])
    const rest = await list(`game: "paged", first: 4, after: "${first.pageInfo.endCursor}"`)
    expect([idsOf(rest), rest.totalCount, rest.pageInfo.hasNextPage]).toEqual(['210', 7, false])
    expect(idsOf(await list('game: "paged", enabled: true'))).toBe('6420')
    expect(idsOf(await list('game: "paged", enabled: false'))).toBe('351')
    expect(await list('game: "Paged"')).toEqual({
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
      totalCount: 0,
    })
    expect((await list('enabled: true, first: 500')).nodes.length).toBeGreaterThan(8)
  })

  test.each([
    ['campaigns(first: 0)', 'BAD_USER_INPUT', 'first'],
    ['campaigns(first: 501)', 'BAD_USER_INPUT', 'first'],
    ['campaigns(after: "x")', 'BAD_USER_INPUT', 'after'],
    ['campaigns(after: "")', 'BAD_USER_INPUT', 'after'],
    ['campaigns(after: "9999999999999999")', 'BAD_USER_INPUT', 'after'],
    ['campaignTriggers(first: 0)', 'BAD_USER_INPUT', 'first'],
    ['campaignTriggers(first: -1)', 'BAD_USER_INPUT', 'first'],
    ['campaignTriggers(first: 501)', 'BAD_USER_INPUT', 'first'],
    ['campaignTriggers(after: "x")', 'BAD_USER_INPUT', 'after'],
    ['campaignTriggers(after: "0123456789ab-1")', 'CURSOR_EXPIRED', 'after'],
  ])('%s is refused', async (field, code, names) => {
    const { errors } = await installation.client.graphql(`{ ${field} { totalCount } }`)
    expect(errors?.[0]?.extensions.code).toBe(code)
    expect(errors?.[0]?.message).toContain(names)
  })

  test('versions: first from 1 to 500', async () => {
    await save(installation.client, { id: 'bounds' })
    for (const first of [0, 501]) {
      const { errors } = await installation.client.graphql(
        `{ campaign(id: "bounds") { versions(first: ${first}) { version } } }`,
      )
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' })
    }
  })

  test('a subscription behind a cursor of another database, or ahead of this one, is refused', async () => {
    const { client } = installation
    const epoch = (await feedCursor(client)).split('-')[0]
    for (const after of ['0123456789ab-1', `${epoch}-999999999`, 'x']) {
      const socket = client.socket()
      const [answer] = [
        await socket
          .iterate({ query: `subscription { campaignTriggered(after: "${after}") { id } }` })
          .next()
          .then(
            ({ value }) => value?.errors?.[0],
            error => error[0],
          ),
      ]
      expect(answer?.extensions?.code).toBe(after === 'x' ? 'BAD_USER_INPUT' : 'CURSOR_EXPIRED')
      await socket.dispose()
    }
  })

  const FIELDS: readonly [string, readonly Role[]][] = [
    ['{ campaign(id: "a") { id } }', ['admin', 'crm', 'analyst']],
    ['{ campaigns { totalCount } }', ['admin', 'crm', 'analyst']],
    ['{ campaignTriggers { totalCount } }', ['admin', 'crm', 'analyst']],
    [
      'mutation { saveCampaign(input: { id: "roles", name: "r", game: "g", eventName: "e", filter: "e => true" }) { id } }',
      ['admin', 'crm'],
    ],
    ['mutation { setCampaignEnabled(id: "roles", enabled: true) { id } }', ['admin', 'crm']],
  ]
  test.each(FIELDS)('%s: its roles, and FORBIDDEN for all others', async (query, allowed) => {
    for (const role of ['admin', 'crm', 'analyst', 'player', 'ingest'] as const) {
      const answer = await installation.client.graphql(query, {}, tokenOf(role))
      expect([role, codeOf(answer)]).toEqual([role, allowed.includes(role) ? undefined : 'FORBIDDEN'])
    }
    expect(codeOf(await installation.client.graphql(query, {}, 'nonsense'))).toBe('UNAUTHENTICATED')
  })

  test('who saved is told, and may be another one each time', async () => {
    const { client } = installation
    await trySave(client, { id: 'signed' }, tokenOf('crm', 'ann'))
    await trySave(client, { id: 'signed' }, tokenOf('crm', 'bob'))
    await client.graphql('mutation { setCampaignEnabled(id: "signed", enabled: false) { id } }', {}, tokenOf('admin'))
    expect((await versionsOf('signed')).map(v => v.savedBy)).toEqual(['admin-1', 'bob', 'ann'])
    expect((await campaignOf(client, 'signed')).updatedBy).toBe('admin-1')
  })

  test.each(['player', 'ingest'] as const)('a %s may not subscribe to triggers', async role => {
    const socket = installation.client.socket(role)
    const refusal = await socket
      .iterate({ query: 'subscription { campaignTriggered { id } }' })
      .next()
      .then(
        ({ value }) => value?.errors,
        error => error,
      )
    expect(JSON.stringify(refusal)).toContain('FORBIDDEN')
    await socket.dispose()
  })

  test('campaignTriggers: newest first, in pages, by campaign, player and time; stats without a scan', async () => {
    const { client } = installation
    await save(client, { id: 'list-a', game: 'listed' })
    await save(client, { id: 'list-b', game: 'listed', filter: 'e => e.data.b === true', offer: ['b'] })
    const before = await feedCursor(client)
    const events = Array.from({ length: 9 }, (_, n) =>
      fight({
        game: 'listed',
        event_id: `l${n}`,
        player_id: `lp${n % 3}`,
        at: NOON + n * 1_000,
        data: { b: n % 2 === 0 },
      }),
    )
    for (const event of events) await client.send([event])
    const linesOf = async (filter: object, first?: number) =>
      (await allTriggers(client, filter, first)).map(t => `${t.campaignId} ${t.event.eventId}`)
    expect(await linesOf({ campaignId: 'list-a' }, 4)).toEqual(events.map(e => `list-a ${e.event_id}`))
    expect(await linesOf({ campaignId: 'list-b' }, 1)).toEqual([0, 2, 4, 6, 8].map(n => `list-b l${n}`))
    expect((await linesOf({ playerId: 'lp1' })).sort()).toEqual(['list-a l1', 'list-a l4', 'list-a l7', 'list-b l4'])
    const from = new Date(NOON + 2_000).toISOString()
    const to = new Date(NOON + 5_000).toISOString()
    expect(await linesOf({ campaignId: 'list-a', from, to })).toEqual(['list-a l2', 'list-a l3', 'list-a l4'])
    expect(await linesOf({ campaignId: 'list-a', playerId: 'lp0', from })).toEqual(['list-a l3', 'list-a l6'])
    expect(await linesOf({ campaignId: 'nobody' })).toEqual([])
    // Any cursor of the feed: what is older.
    const { campaignTriggers } = await client.data<{ campaignTriggers: Page<object> }>(
      'query ($after: String) { campaignTriggers(after: $after, campaignId: "list-a") { nodes { id } totalCount } }',
      { after: before },
    )
    expect(campaignTriggers).toEqual({ nodes: [], totalCount: 9 })
    expect(await statsOf(client, 'list-b')).toMatchObject({ triggers: 5, players: 3, suppressed: 0, filterErrors: 0 })
    const [newest] = (await allTriggers(client, { campaignId: 'list-b' })).toReversed()
    expect((await statsOf(client, 'list-b')).lastTriggeredAt).toBe(newest?.triggeredAt)
    expect(newest).toMatchObject({ campaignVersion: 1, offer: ['b'], playerId: 'lp2' })
    expect(await statsOf(client, 'bounds')).toEqual({
      triggers: 0,
      players: 0,
      suppressed: 0,
      filterErrors: 0,
      lastTriggeredAt: null,
      lastFilterError: null,
    })
  })

  test('a page of 500 with stats and versions takes as many statements as a page of one', async () => {
    const { client, node, database } = installation
    await database.query(
      `WITH made AS (
         INSERT INTO campaign (id, version, name, enabled, game, event_name, filter, saved_at, saved_by, revision)
         SELECT 'many-' || n, 1, 'n', true, 'many', 'e', 'e => true', now(), 'test', 1000000 + n
         FROM generate_series(1, 600) n RETURNING *)
       INSERT INTO campaign_version (campaign_id, version, name, enabled, game, event_name, filter, saved_at, saved_by, revision)
       SELECT id, version, name, enabled, game, event_name, filter, saved_at, saved_by, revision FROM made`,
    )
    const statements: string[] = []
    const { rows } = node.db
    const counted = node.db as { rows: typeof rows }
    counted.rows = (statement, values) => {
      statements.push(/\/\* (\w+)/.exec(statement)?.[1] ?? statement)
      return rows(statement, values)
    }
    const namesOf = async (first: number) => {
      statements.length = 0
      const { campaigns } = await client.data<{ campaigns: Page<{ versions: object[] }> }>(
        `query ($first: Int!) { campaigns(game: "many", first: $first) { nodes {
           id stats { triggers filterErrors } versions(first: 3) { version savedBy } } totalCount } }`,
        { first },
      )
      expect(campaigns.nodes).toHaveLength(first)
      expect(campaigns.nodes.every(node => node.versions.length === 1)).toBe(true)
      return statements.filter(name => /campaign|listed|stats|versions/i.test(name)).sort()
    }
    expect(await namesOf(500)).toEqual(['countListed', 'listCampaigns', 'listVersions', 'readStats'])
    expect(await namesOf(1)).toHaveLength(4)
    counted.rows = rows
  })
})

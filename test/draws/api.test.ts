import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { createDraw, DRAW_INPUT } from './draw-world.js'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const iso = (at: number): string => new Date(at).toISOString()
const SCALARS = `id name status opensAt drawsAt drawnAt cancelReason game gameType eventTypes stakePerTicket
  maxTicketsPerPlayer optInRequired winsPerPlayer milestones prizes { rank name kind value quantity }
  defaultPrize { rank name kind value quantity } ticketsTotal playersTotal backfilled seedHash entropyLabel waitingFor`
const CREATE = `mutation ($input: DrawInput!) { createDraw(input: $input) { ${SCALARS} } }`
const UPDATE = `mutation ($input: DrawInput!) { updateDraw(input: $input) { ${SCALARS} } }`
const CANCEL = 'mutation ($id: ID!, $reason: String!) { cancelDraw(id: $id, reason: $reason) { status cancelReason } }'
const GRANT = 'mutation ($input: TicketGrantInput!) { grantTickets(input: $input) { tickets } }'
const EXECUTE = 'mutation ($id: ID!, $force: Boolean! = false) { executeDraw(id: $id, force: $force) { status } }'
const ENTROPY = 'mutation ($id: ID!, $value: String!) { provideDrawEntropy(drawId: $id, value: $value) { status } }'
const PRIZE = { name: 'A car', kind: 'BONUS', value: '20000', quantity: 1 }

/** One of each that reaches use cases; check-draw.test.ts has them all. */
const REFUSED: readonly [string, object, string, string][] = [
  ['an id with a space', { id: 'a b' }, 'id', '"a b"'],
  ['no name', { name: ' ' }, 'name', '1 to 200 characters'],
  ['an end before the start', { drawsAt: '2020-01-01T00:00:00Z' }, 'drawsAt', 'must be later than opensAt'],
  ['a step of 0', { stakePerTicket: '0' }, 'stakePerTicket', 'above 0'],
  ['a cap above the bound', { maxTicketsPerPlayer: 1_000_001 }, 'maxTicketsPerPlayer', 'got 1000001'],
  ['no event type', { eventTypes: [] }, 'eventTypes', '1 to 20'],
  ['a milestone of 0', { milestones: [0] }, 'milestones', 'got 0'],
  ['no prize', { prizes: [] }, 'prizes', '1 to 100'],
  ['a prize without a name', { prizes: [{ ...PRIZE, name: '' }] }, 'prizes[0].name', '1 to 200'],
  ['no piece of the default prize', { defaultPrize: { ...PRIZE, quantity: 0 } }, 'defaultPrize.quantity', 'got 0'],
  ['no wins', { winsPerPlayer: 0 }, 'winsPerPlayer', 'got 0'],
  ['an empty label', { entropyLabel: '' }, 'entropyLabel', '1 to 500'],
]
const MALFORMED: readonly [string, object][] = [
  ['opensAt', { opensAt: 'today' }],
  ['stakePerTicket', { stakePerTicket: '1.00001' }],
  ['kind', { prizes: [{ ...PRIZE, kind: 'CAR' }] }],
  ['prizes', { prizes: null }],
  ['seed', { seed: '00' }],
]

describe.each(ENGINES)('the API of draws on $name', engine => {
  let installation: TestInstallation
  let now = Date.now()
  beforeAll(async () => {
    installation = await install(engine, {}, () => now)
  })
  afterAll(() => installation.close())

  const ask = (query: string, variables: Record<string, unknown>, token?: Promise<string>) =>
    installation.client.graphql<Record<string, Record<string, unknown>>>(query, variables, token)
  const refusal = async (query: string, variables: Record<string, unknown>, token?: Promise<string>) =>
    (await ask(query, variables, token)).errors?.[0]
  const input = (more: object) => ({ input: { id: 'd', ...DRAW_INPUT, ...dates(), ...more } })
  const dates = () => ({ opensAt: iso(now - DAY_MS), drawsAt: iso(now + DAY_MS) })
  const ahead = () => ({ opensAt: iso(now + DAY_MS), drawsAt: iso(now + 2 * DAY_MS) })

  test.each(REFUSED)('%s is refused', async (_, more, field, message) => {
    const refused = await refusal(CREATE, input({ id: 'refused', ...more }))
    expect(refused?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field })
    expect(refused?.message).toContain(message)
  })

  test.each(MALFORMED)('%s that is none is refused', async (field, more) => {
    const refused = await refusal(CREATE, input({ id: 'refused', ...more }))
    expect(refused?.extensions.code).toBe('BAD_USER_INPUT')
    expect(refused?.message).toContain(field)
  })

  test('nothing of what was refused is there', async () => {
    expect(await ask('{ draws { id } }', {})).toEqual({ data: { draws: [] } })
    expect(await ask('{ draw(id: "refused") { id } }', {})).toEqual({ data: { draw: null } })
  })

  test('what is absent has its default, and what is given comes back', async () => {
    const plain = await installation.client.data<{ createDraw: object }>(CREATE, input({ id: 'plain' }))
    expect(plain.createDraw).toEqual({
      ...{ id: 'plain', name: 'A draw', status: 'OPEN', ...dates(), drawnAt: null, cancelReason: null, game: null },
      ...{ gameType: null, eventTypes: ['bet'], stakePerTicket: null, maxTicketsPerPlayer: null, optInRequired: false },
      ...{ winsPerPlayer: 1, milestones: [1, 10, 50, 100], defaultPrize: null, ticketsTotal: 0, playersTotal: 0 },
      prizes: [{ rank: 1, ...PRIZE, value: '20000.00' }],
      ...{ backfilled: true, entropyLabel: null, waitingFor: [] },
      seedHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const given = {
      ...{ id: 'Az09_.:-'.padEnd(100, 'x'), name: 'ß😀"\\{},\n', game: 'NULL', gameType: 'slots' },
      ...{ eventTypes: ['bet', 'deposit'], stakePerTicket: '0.0001', maxTicketsPerPlayer: 1_000_000 },
      ...{ optInRequired: true, winsPerPlayer: 100, milestones: [7, 3], entropyLabel: 'drand round 1' },
      prizes: [PRIZE, { name: 'Spins', kind: 'FREE_SPINS' }],
      defaultPrize: { name: 'Thanks', kind: 'MESSAGE', value: 0, quantity: 5 },
    }
    const { createDraw } = await installation.client.data<{ createDraw: object }>(CREATE, input(given))
    expect(createDraw).toMatchObject({
      ...given,
      milestones: [3, 7],
      prizes: [
        { rank: 1, name: 'A car' },
        { rank: 2, name: 'Spins', kind: 'FREE_SPINS', value: '0.00', quantity: 1 },
      ],
      defaultPrize: { rank: 3, name: 'Thanks', kind: 'MESSAGE', value: '0.00', quantity: 5 },
    })
    expect(
      await installation.client.data(`query ($id: ID!) { draw(id: $id) { ${SCALARS} } }`, { id: given.id }),
    ).toEqual({ draw: createDraw })
  })

  test('a draw is there once, changed while it is scheduled, and keeps its seed', async () => {
    const first = await installation.client.data<{ createDraw: { seedHash: string; status: string } }>(
      CREATE,
      input({ id: 'once', ...ahead() }),
    )
    expect(first.createDraw.status).toBe('SCHEDULED')
    expect((await refusal(CREATE, input({ id: 'once' })))?.extensions.code).toBe('CONFLICT')
    const { data } = await ask(UPDATE, input({ id: 'once', name: 'Changed', ...dates() }))
    expect(data?.updateDraw).toMatchObject({ name: 'Changed', status: 'OPEN', seedHash: first.createDraw.seedHash })
    expect(await refusal(UPDATE, input({ id: 'once' }))).toMatchObject({
      message: expect.stringContaining('OPEN'),
      extensions: { code: 'CONFLICT', status: 'OPEN' },
    })
    expect((await refusal(UPDATE, input({ id: 'never' })))?.extensions.code).toBe('NOT_FOUND')
    expect((await refusal(UPDATE, input({ id: 'once', name: '' })))?.extensions).toMatchObject({ field: 'name' })
  })

  test('a cancelled one stays so, with its reason', async () => {
    await createDraw(installation.client, { id: 'off', ...dates() })
    for (const reason of ['', 'x'.repeat(501), 'a\0b']) {
      expect((await refusal(CANCEL, { id: 'off', reason }))?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
    expect(await ask(CANCEL, { id: 'off', reason: 'a mistake' })).toEqual({
      data: { cancelDraw: { status: 'CANCELLED', cancelReason: 'a mistake' } },
    })
    expect((await refusal(CANCEL, { id: 'off', reason: 'again' }))?.extensions.code).toBe('CONFLICT')
    expect((await refusal(CANCEL, { id: 'never', reason: 'x' }))?.extensions.code).toBe('NOT_FOUND')
    expect((await refusal(EXECUTE, { id: 'off', force: true }))?.extensions.code).toBe('CONFLICT')
    const grant = { drawId: 'off', playerId: 'p', tickets: 1, source: 's', idempotencyKey: 'off' }
    expect((await refusal(GRANT, { input: grant }))?.extensions).toMatchObject({ code: 'CONFLICT' })
  })

  test('grants: their refusals, and one key is one grant', async () => {
    await createDraw(installation.client, { id: 'grants', ...dates() })
    const good = { drawId: 'grants', playerId: 'p', tickets: 3, source: 'mission', idempotencyKey: 'g1' }
    const wrong: [object, string][] = [
      [{ tickets: 0 }, 'tickets'],
      [{ tickets: 1_000_001 }, 'tickets'],
      [{ source: '' }, 'source'],
      [{ idempotencyKey: ' ' }, 'idempotencyKey'],
      [{ playerId: '' }, 'playerId'],
    ]
    for (const [more, field] of wrong) {
      expect((await refusal(GRANT, { input: { ...good, ...more } }))?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        field,
      })
    }
    expect((await refusal(GRANT, { input: { ...good, drawId: 'never' } }))?.extensions.code).toBe('NOT_FOUND')
    for (let time = 0; time < 2; time++) {
      expect(await ask(GRANT, { input: good })).toEqual({ data: { grantTickets: { tickets: 3 } } })
    }
    for (const more of [{ tickets: 4 }, { playerId: 'q' }, { source: 'other' }, { drawId: 'plain' }]) {
      expect((await refusal(GRANT, { input: { ...good, ...more } }))?.extensions.code).toBe('CONFLICT')
    }
  })

  test('executeDraw, entropy, awards and proofs of what is not there or not ready are refused', async () => {
    await createDraw(installation.client, { id: 'early', ...dates(), entropyLabel: 'round 1' })
    expect(await refusal(EXECUTE, { id: 'early' })).toMatchObject({
      message: expect.stringContaining('drawsAt'),
      extensions: { code: 'CONFLICT' },
    })
    expect((await refusal(ENTROPY, { id: 'early', value: 'x' }))?.extensions.code).toBe('CONFLICT')
    expect((await refusal(ENTROPY, { id: 'early', value: ' x' }))?.extensions).toMatchObject({ field: 'value' })
    expect((await refusal(ENTROPY, { id: 'grants', value: 'x' }))?.message).toContain('no entropyLabel')
    for (const query of [
      'query ($id: ID!) { prizeAwards(drawId: $id) { totalCount } }',
      'query ($id: ID!) { drawProof(drawId: $id) { seed } }',
      'query ($id: ID!) { ticketWallet(drawId: $id, playerId: "p") { tickets } }',
      'mutation ($id: ID!) { optIn(drawId: $id, playerId: "p") { tickets } }',
      'mutation ($id: ID!) { executeDraw(id: $id) { status } }',
      'mutation ($id: ID!) { provideDrawEntropy(drawId: $id, value: "x") { status } }',
    ]) {
      expect((await refusal(query, { id: 'never' }))?.extensions.code, query).toBe('NOT_FOUND')
    }
    for (const page of ['first: 0', 'first: 501', 'after: "x"']) {
      expect((await refusal(`{ prizeAwards(drawId: "early", ${page}) { totalCount } }`, {}))?.extensions.code).toBe(
        'BAD_USER_INPUT',
      )
      const proof = `{ drawProof(drawId: "early") { entries(${page}) { totalCount } } }`
      expect((await refusal(proof, {}))?.extensions.code, page).toBe('BAD_USER_INPUT')
    }
  })

  test('pages of 500 with all their scalars are within the limits', async () => {
    const awards = `{ prizeAwards(drawId: "plain", first: 500) { totalCount pageInfo { hasNextPage endCursor } nodes {
      id drawId playerId entryId outcome prize { rank name kind value quantity } position ticket { number value }
      message awardedAt feedCursor } } }`
    const proof = `{ drawProof(drawId: "plain") { drawId algorithm seedHash seed entropyLabel entropy winsPerPlayer
      prizes { rank name } entriesHash excluded entries(first: 500) { totalCount nodes { entryId tickets } } } }`
    for (const query of [awards, proof, `{ draws { ${SCALARS} } }`]) expect(await refusal(query, {})).toBe(undefined)
  })

  test('the seed of a draw is nowhere before it has been made', async () => {
    const { data } = await ask(
      '{ drawProof(drawId: "plain") { seedHash seed entropy entriesHash excluded entries { totalCount nodes { entryId } } } }',
      {},
    )
    const { draw } = await installation.client.data<{ draw: { seedHash: string } }>(
      '{ draw(id: "plain") { seedHash } }',
    )
    expect(data?.drawProof).toEqual({
      seedHash: draw.seedHash,
      ...{ seed: null, entropy: null, entriesHash: null, excluded: 0, entries: { totalCount: 0, nodes: [] } },
    })
    const rows = await installation.node.db.rows<{ sealed_seed: Buffer }>('SELECT sealed_seed FROM draw')
    for (const { sealed_seed } of rows) {
      for (let from = 0; from + 32 <= sealed_seed.length; from++) {
        const hash = createHash('sha256').update(sealed_seed.subarray(from, from + 32))
        expect(hash.digest('hex')).not.toBe(draw.seedHash)
      }
    }
  })

  const GRANTED = '{ drawId: "roles", playerId: "player-1", tickets: 1, source: "s", idempotencyKey: "roles" }'
  const STAFF: readonly Role[] = ['admin', 'crm', 'analyst']
  const FIELDS: readonly [string, readonly Role[]][] = [
    ['{ draw(id: "roles") { id waitingFor } }', [...STAFF, 'player']],
    ['{ draws(status: OPEN) { id } }', [...STAFF, 'player']],
    ['{ drawProof(drawId: "roles") { seedHash entries { totalCount } } }', [...STAFF, 'player']],
    ['{ ticketWallet(drawId: "roles", playerId: "player-1") { tickets bestTickets { value } } }', [...STAFF, 'player']],
    ['{ ticketWallet(drawId: "roles", playerId: "another") { tickets } }', STAFF],
    ['{ prizeAwards(drawId: "roles", playerId: "player-1") { totalCount } }', [...STAFF, 'player']],
    ['{ prizeAwards(drawId: "roles", playerId: "another") { totalCount } }', STAFF],
    ['{ prizeAwards(drawId: "roles") { totalCount } }', STAFF],
    ['mutation { optIn(drawId: "roles", playerId: "player-1") { optedIn } }', ['admin', 'crm', 'player']],
    ['mutation { optIn(drawId: "roles", playerId: "another") { optedIn } }', ['admin', 'crm']],
    [`mutation { grantTickets(input: ${GRANTED}) { tickets } }`, ['admin', 'crm']],
    ['mutation { createDraw(input: $input) { id } }', ['admin']],
    ['mutation { updateDraw(input: $input) { id } }', ['admin']],
    ['mutation { cancelDraw(id: "never", reason: "r") { id } }', ['admin']],
    ['mutation { executeDraw(id: "never", force: true) { id } }', ['admin']],
    ['mutation { provideDrawEntropy(drawId: "never", value: "v") { id } }', ['admin']],
  ]
  test.each(FIELDS)('%s: its roles, and FORBIDDEN for all others', async (field, allowed) => {
    await ask(CREATE, input({ id: 'roles' }))
    const query = field.includes('$input') ? field.replace('mutation', 'mutation ($input: DrawInput!)') : field
    for (const role of ['admin', 'crm', 'analyst', 'player', 'ingest'] as const) {
      const code = (await refusal(query, input({ id: 'roles' }), tokenOf(role)))?.extensions.code
      expect([role, code === 'FORBIDDEN']).toEqual([role, !allowed.includes(role)])
    }
    expect((await refusal(query, input({}), Promise.resolve('nonsense')))?.extensions.code).toBe('UNAUTHENTICATED')
  })

  test('the status goes by the clock, also where it is asked for', async () => {
    const soon = { opensAt: iso(now + MINUTE_MS), drawsAt: iso(now + 2 * MINUTE_MS) }
    await createDraw(installation.client, { id: 'clock', ...soon, entropyLabel: 'round 2' })
    const seen: string[] = []
    for (let minutes = 0; minutes < 3; minutes++) {
      const { draw } = await installation.client.data<{ draw: { status: string; waitingFor: string[] } }>(
        '{ draw(id: "clock") { status waitingFor } }',
      )
      const { draws } = await installation.client.data<{ draws: { id: string }[] }>(
        'query ($status: DrawStatus) { draws(status: $status) { id } }',
        { status: draw.status },
      )
      expect(draws.map(({ id }) => id)).toContain('clock')
      seen.push(`${draw.status} ${draw.waitingFor}`)
      now += MINUTE_MS
    }
    expect(seen).toEqual(['SCHEDULED ', 'OPEN ', 'CLOSING entropy'])
    const { draws } = await installation.client.data<{ draws: { id: string }[] }>('{ draws(status: CANCELLED) { id } }')
    expect(draws).toEqual([{ id: 'off' }])
  })
})

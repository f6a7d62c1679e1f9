import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { mintToken } from '../../src/graphql/token.js'
import { formatInstant } from '../../src/kernel/time.js'
import { lockAgainstBatches, makeKnown, saveSuppression } from '../../src/players/suppression.store.js'
import { within } from '../engine/recount.js'
import { suppress } from '../players/suppressions.js'
import { type ApiClient, SECRET, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { orderOf, type PrizeLine } from './instant-wins.js'

const PRIZE = 'rank name kind value quantity'
const WIN = `id name startsAt endsAt seedHash seed prizesLeft prizes { ${PRIZE} } defaultPrize { ${PRIZE} }`
const AWARD = `id instantWinId playerId position outcome prize { ${PRIZE} } awardedAt`
const CREATE = `mutation ($input: InstantWinInput!) { createInstantWin(input: $input) { ${WIN} } }`
const PLAY = `mutation ($id: ID!, $playerId: ID!) { playInstantWin(id: $id, playerId: $playerId) { ${AWARD} } }`
const LIST = `{ instantWins { ${WIN} } }`
const AWARDS = `query ($id: ID!, $playerId: ID, $first: Int, $after: String) {
  instantWinAwards(id: $id, playerId: $playerId, first: $first, after: $after) {
    nodes { ${AWARD} } pageInfo { hasNextPage endCursor } totalCount
  } }`

interface Award {
  id: string
  playerId: string
  position: number
  outcome: string
  prize: PrizeLine | null
}
interface Win {
  id: string
  seedHash: string
  seed: string | null
  prizesLeft: number
}
interface AwardsPage {
  instantWinAwards: {
    nodes: Award[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
    totalCount: number
  }
}

const MINUTE = 60_000
const PIECES = [
  { name: 'car', kind: 'CASH', value: '20000.00' },
  { name: 'spins', kind: 'FREE_SPINS', value: '10', quantity: 149 },
  { name: 'bonus', kind: 'BONUS', value: '5', quantity: 350 },
]

describe.each(ENGINES)('instant wins on $name', engine => {
  let installation: TestInstallation
  let second: TestNode
  let nodes: readonly [ApiClient, ApiClient]
  /** Of both nodes; null: as it is. */
  let frozen: number | null = null
  const clock = () => frozen ?? Date.now()
  beforeAll(async () => {
    installation = await install(engine, {}, clock)
    second = await startNode(installation.database.url, {}, clock)
    nodes = [installation.client, second.client]
  })
  afterAll(async () => {
    await second.stop()
    await installation.close()
  })

  const start = Date.now() - MINUTE
  const end = start + 30 * MINUTE
  const create = async (input: Record<string, unknown>): Promise<Win> => {
    const times = { startsAt: formatInstant(start), endsAt: formatInstant(end) }
    const draft = { name: 'Wheel', ...times, prizes: [{ name: 'car', kind: 'CASH' }], ...input }
    return (await nodes[0].data<{ createInstantWin: Win }>(CREATE, { input: draft })).createInstantWin
  }
  const play = async (id: string, playerId: string, node: 0 | 1 = 0): Promise<Award> =>
    (await nodes[node].data<{ playInstantWin: Award }>(PLAY, { id, playerId }, tokenOf('crm'))).playInstantWin
  const win = async (id: string): Promise<Win> =>
    (await nodes[1].data<{ instantWins: Win[] }>(LIST)).instantWins.find(win => win.id === id)!
  const refusal = async (query: string, variables: Record<string, unknown>, token?: string | Promise<string>) => {
    const { errors } = await nodes[0].graphql(query, variables, token)
    return errors === undefined ? 'none' : `${errors[0]!.extensions.code}: ${errors[0]!.message}`
  }
  const playing = (id: string, playerId: string, node: 0 | 1 = 0) =>
    play(id, playerId, node).then(
      award => award.outcome,
      (error: Error) => JSON.parse(error.message)[0].extensions.code as string,
    )
  async function awardsOf(id: string): Promise<Award[]> {
    const awards: Award[] = []
    for (let after: string | null = null; ; ) {
      const { instantWinAwards }: AwardsPage = await nodes[0].data<AwardsPage>(AWARDS, { id, first: 300, after })
      awards.push(...instantWinAwards.nodes)
      if (!instantWinAwards.pageInfo.hasNextPage) {
        expect(instantWinAwards.totalCount).toBe(awards.length)
        return awards
      }
      after = instantWinAwards.pageInfo.endCursor
    }
  }
  const at = async <T>(now: number, act: () => Promise<T>): Promise<T> => {
    frozen = now
    try {
      return await act()
    } finally {
      frozen = null
    }
  }

  test('1,000 players at once on two nodes: each piece is given once, in the order of the seed', async () => {
    const made = await create({ id: 'rush', prizes: PIECES, defaultPrize: { name: 'sticker', kind: 'MESSAGE' } })
    expect(made).toMatchObject({ id: 'rush', seed: null, prizesLeft: 500 })
    const told = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => play('rush', `rusher-${n}`, n % 2 === 0 ? 0 : 1)),
    )
    const awards = await awardsOf('rush')
    expect(awards.map(({ position }) => position)).toEqual(Array.from({ length: 1_000 }, (_, n) => 1_000 - n))
    expect(told.toSorted((a, b) => b.position - a.position)).toEqual(awards)
    expect(new Set(awards.map(({ playerId }) => playerId)).size).toBe(1_000)
    expect(awards.every(award => award.id === `rush:${award.position}`)).toBe(true)

    const { seed, seedHash, prizesLeft } = await at(end, () => win('rush'))
    expect(prizesLeft).toBe(0)
    expect(seedHash).toBe(made.seedHash)
    expect(createHash('sha256').update(Buffer.from(seed!, 'hex')).digest('hex')).toBe(seedHash)
    const order = orderOf(
      seed!,
      'rush',
      PIECES.map(({ name, quantity = 1 }) => ({ name, quantity })),
    )
    const expected = [...order.map(name => `PRIZE ${name}`), ...Array.from({ length: 500 }, () => 'DEFAULT sticker')]
    expect(awards.toReversed().map(({ outcome, prize }) => `${outcome} ${prize?.name}`)).toEqual(expected)
  })

  test('one player 50 times at once on two nodes: one award, told each time', async () => {
    await create({ id: 'again', prizes: [{ name: 'cap', kind: 'BONUS', quantity: 5 }] })
    const told = await Promise.all(Array.from({ length: 50 }, (_, n) => play('again', 'greedy', n % 2 === 0 ? 0 : 1)))
    expect(new Set(told.map(award => JSON.stringify(award))).size).toBe(1)
    expect(await awardsOf('again')).toEqual([told[0]])
    expect((await win('again')).prizesLeft).toBe(4)
    expect((await play('again', 'next')).position).toBe(2)
  })

  test('when the pieces are out there is the default prize, or none', async () => {
    await create({ id: 'none' })
    await create({ id: 'default', defaultPrize: { name: 'Danke!', kind: 'MESSAGE', quantity: 1 } })
    const car = { rank: 1, name: 'car', kind: 'CASH', value: '0.00', quantity: 1 }
    const thanks = { rank: 2, name: 'Danke!', kind: 'MESSAGE', value: '0.00', quantity: 1 }
    for (const [id, outcome, prize] of [
      ['none', 'NO_PRIZE', null],
      ['default', 'DEFAULT', thanks],
    ] as const) {
      expect(await play(id, 'a')).toMatchObject({ instantWinId: id, position: 1, outcome: 'PRIZE', prize: car })
      expect(await play(id, 'b', 1)).toMatchObject({ position: 2, outcome, prize })
      expect(await play(id, 'c')).toMatchObject({ position: 3, outcome, prize })
      expect((await win(id)).prizesLeft).toBe(0)
      const { instantWinAwards } = await nodes[0].data<AwardsPage>(AWARDS, { id, playerId: 'b' })
      expect(instantWinAwards).toMatchObject({ nodes: [{ position: 2, outcome, prize }], totalCount: 1 })
    }
  })

  test('it is open from its start to its end, exclusive; what was won is told afterwards too', async () => {
    await create({ id: 'times', defaultPrize: { name: 'Danke!', kind: 'MESSAGE' } })
    const variables = (playerId: string) => ({ id: 'times', playerId })
    expect(await at(start - 1, () => refusal(PLAY, variables('early')))).toBe(
      `CONFLICT: the instant win starts at ${formatInstant(start)}`,
    )
    const first = await at(start, () => play('times', 'first'))
    expect(first).toMatchObject({ position: 1, awardedAt: formatInstant(start) })
    expect(await at(end - 1, () => playing('times', 'last', 1))).toBe('DEFAULT')
    expect(await at(end, () => refusal(PLAY, variables('late')))).toBe(
      `CONFLICT: the instant win ended at ${formatInstant(end)}`,
    )
    expect(await at(end + MINUTE, () => play('times', 'first', 1))).toEqual(first)
    expect((await awardsOf('times')).map(({ playerId }) => playerId)).toEqual(['last', 'first'])
  })

  test('the seed is told to nobody before the end, and is nowhere in the clear', async () => {
    await create({ id: 'secret', prizes: PIECES })
    const seeds = (now: number, role: Role) =>
      at(now, async () => {
        const { instantWins } = await nodes[1].data<{ instantWins: Win[] }>(LIST, {}, tokenOf(role))
        return instantWins.find(({ id }) => id === 'secret')!.seed
      })
    for (const role of ['admin', 'crm', 'analyst', 'player'] as const) expect(await seeds(end - 1, role)).toBeNull()
    const told: (string | null)[] = []
    for (const role of ['admin', 'crm', 'analyst', 'player'] as const) told.push(await seeds(end, role))
    const seed = told[0]!
    expect(seed).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(told)).toEqual(new Set([seed]))
    const tables = await installation.database.query<{ name: string }>(
      `SELECT format('%I', table_name) AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    )
    expect(tables.map(({ name }) => name)).toContain('instant_win')
    const holding = async (text: string) => {
      const found: string[] = []
      for (const { name } of tables) {
        const rows = await installation.database.query(
          `SELECT FROM ${name} AS row WHERE position($1 IN row_to_json(row)::text) > 0 LIMIT 1`,
          [text],
        )
        if (rows.length > 0) found.push(name)
      }
      return found
    }
    expect(await holding(seed)).toEqual([])
    expect(await holding(Buffer.from(seed, 'hex').toString('base64'))).toEqual([])
    expect(await holding((await win('secret')).seedHash)).toEqual(['audit_log', 'instant_win'].toSorted())
  })

  test('its creation is in the audit log, once, without the seed', async () => {
    const { seedHash } = await create({ id: 'audited' })
    expect(await refusal(CREATE, { input: draftOf('audited') })).toBe(
      'CONFLICT: there is an instant win audited already',
    )
    const entries = await installation.database.query<{ actor: string; action: string; after: unknown }>(
      `SELECT actor, action, before, after::json AS after FROM audit_log WHERE subject = 'instantWin:audited'`,
    )
    const prize = { rank: 1, name: 'car', kind: 'CASH', value: '0.00', quantity: 1 }
    const times = { startsAt: formatInstant(start), endsAt: formatInstant(end) }
    const after = { id: 'audited', name: 'Wheel', ...times, seedHash, prizes: [prize], defaultPrize: null }
    expect(entries).toEqual([{ actor: 'admin-1', action: 'createInstantWin', before: null, after }])
  })

  const draftOf = (id: string) => ({
    id,
    name: 'Wheel',
    startsAt: formatInstant(start),
    endsAt: formatInstant(end),
    prizes: [{ name: 'car', kind: 'CASH' }],
  })

  describe('a suppressed player', () => {
    beforeAll(() => create({ id: 'left-alone', prizes: [{ name: 'cap', kind: 'BONUS', quantity: 1_000 }] }))
    const lift = (playerId: string) =>
      nodes[0].data('mutation ($id: ID!) { liftSuppression(playerId: $id, reason: "back") { id } }', { id: playerId })
    const waiting = (statement: string) =>
      within(10_000, async () => {
        const found = await installation.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
             AND query LIKE '%' || $1 || '%'`,
          [statement],
        )
        return found.length > 0
      })

    test('wins nothing, and is told nothing, until it is lifted', async () => {
      const before = await play('left-alone', 'had-one')
      for (const playerId of ['had-one', 'has-none']) {
        await suppress(nodes[0], { playerId })
        expect(await refusal(PLAY, { id: 'left-alone', playerId })).toBe('FORBIDDEN: the player is suppressed')
      }
      expect((await awardsOf('left-alone')).map(({ playerId }) => playerId)).toEqual(['had-one'])
      await lift('had-one')
      await lift('has-none')
      expect(await play('left-alone', 'had-one')).toEqual(before)
      expect((await play('left-alone', 'has-none')).position).toBe(before.position + 1)
    })

    test('wins nothing where the suppression commits first', async () => {
      let told: Promise<string> | undefined
      await second.db.transaction(async session => {
        await lockAgainstBatches(session, 'overtaken')
        told = playing('left-alone', 'overtaken')
        await waiting('lockShards')
        await makeKnown(session, 'overtaken')
        await saveSuppression(session, { playerId: 'overtaken', reason: 'race', until: null }, 'a test', Date.now())
      })
      expect(await told).toBe('FORBIDDEN')
      expect((await awardsOf('left-alone')).some(({ playerId }) => playerId === 'overtaken')).toBe(false)
    })

    test('keeps what it won first: the suppression waits for it', async () => {
      let told: Promise<string> | undefined
      let suppressing: Promise<unknown> | undefined
      let suppressed = false
      await second.db.transaction(async session => {
        await session.rows("SELECT FROM instant_win_count WHERE instant_win_id = 'left-alone' FOR UPDATE")
        told = playing('left-alone', 'faster')
        await waiting('takePositions')
        suppressing = suppress(nodes[1], { playerId: 'faster' }).then(() => {
          suppressed = true
        })
        await waiting('lockShards')
        expect(suppressed).toBe(false)
      })
      expect(await told).toBe('PRIZE')
      await suppressing
      expect(await playing('left-alone', 'faster', 1)).toBe('FORBIDDEN')
    })

    test('in any order: 200 players who play while they are suppressed', async () => {
      const players = Array.from({ length: 200 }, (_, n) => `racer-${n}`)
      const outcomes = await Promise.all(
        players.map(async (playerId, n) => {
          const [first] = await Promise.all([
            playing('left-alone', playerId, n % 2 === 0 ? 0 : 1),
            suppress(nodes[n % 3 === 0 ? 0 : 1], { playerId }),
          ])
          return { playerId, first, afterwards: await playing('left-alone', playerId) }
        }),
      )
      expect(new Set(outcomes.map(({ afterwards }) => afterwards))).toEqual(new Set(['FORBIDDEN']))
      const winners = outcomes.filter(({ first }) => first === 'PRIZE').map(({ playerId }) => playerId)
      const given = (await awardsOf('left-alone')).map(({ playerId }) => playerId)
      expect(given.filter(playerId => playerId.startsWith('racer-')).toSorted()).toEqual(winners.toSorted())
      expect(new Set(outcomes.map(({ first }) => first))).toEqual(new Set(['PRIZE', 'FORBIDDEN']))
    })
  })

  describe('roles', () => {
    beforeAll(() => create({ id: 'roles', prizes: [{ name: 'cap', kind: 'BONUS', quantity: 1_000 }] }))
    const codeOf = async (query: string, variables: Record<string, unknown>, token: Promise<string>) =>
      (await refusal(query, variables, token)).split(':')[0]

    test.each<[Role, Record<string, string>]>([
      [
        'admin',
        { create: 'none', play: 'none', playOther: 'none', list: 'none', all: 'none', own: 'none', other: 'none' },
      ],
      [
        'crm',
        { create: 'FORBIDDEN', play: 'none', playOther: 'none', list: 'none', all: 'none', own: 'none', other: 'none' },
      ],
      [
        'analyst',
        {
          create: 'FORBIDDEN',
          play: 'FORBIDDEN',
          playOther: 'FORBIDDEN',
          list: 'none',
          all: 'none',
          own: 'none',
          other: 'none',
        },
      ],
      [
        'player',
        {
          create: 'FORBIDDEN',
          play: 'none',
          playOther: 'FORBIDDEN',
          list: 'none',
          all: 'FORBIDDEN',
          own: 'none',
          other: 'FORBIDDEN',
        },
      ],
      [
        'ingest',
        {
          create: 'FORBIDDEN',
          play: 'FORBIDDEN',
          playOther: 'FORBIDDEN',
          list: 'FORBIDDEN',
          all: 'FORBIDDEN',
          own: 'FORBIDDEN',
          other: 'FORBIDDEN',
        },
      ],
    ])('%s', async (role, expected) => {
      const [own, other] = [`${role}-1`, 'somebody']
      expect({
        create: await codeOf(CREATE, { input: draftOf(`by-${role}`) }, tokenOf(role)),
        play: await codeOf(PLAY, { id: 'roles', playerId: own }, tokenOf(role)),
        playOther: await codeOf(PLAY, { id: 'roles', playerId: other }, tokenOf(role)),
        list: await codeOf(LIST, {}, tokenOf(role)),
        all: await codeOf(AWARDS, { id: 'roles' }, tokenOf(role)),
        own: await codeOf(AWARDS, { id: 'roles', playerId: own }, tokenOf(role)),
        other: await codeOf(AWARDS, { id: 'roles', playerId: other }, tokenOf(role)),
      }).toEqual(expected)
    })

    test('an analyst who is a player too plays for itself alone', async () => {
      const token = mintToken(SECRET, { sub: 'both', roles: ['analyst', 'player'], expiresInSeconds: 3600 })
      expect(await codeOf(PLAY, { id: 'roles', playerId: 'both' }, token)).toBe('none')
      expect(await codeOf(PLAY, { id: 'roles', playerId: 'somebody-else' }, token)).toBe('FORBIDDEN')
    })

    test('without a token nobody is let in', async () => {
      for (const query of [LIST, `mutation { playInstantWin(id: "roles", playerId: "a") { id } }`]) {
        expect(await codeOf(query, {}, Promise.resolve('none'))).toBe('UNAUTHENTICATED')
      }
    })
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['id', { id: 'a b' }, 'BAD_USER_INPUT: id must be 1 to 100 of A-Z a-z 0-9 _ . : -, got "a b"'],
    [
      'endsAt',
      { endsAt: '2020-01-01T00:00:00Z', startsAt: '2019-01-01T00:00:00Z' },
      'BAD_USER_INPUT: endsAt must lie ahead',
    ],
    ['prizes', { prizes: [] }, 'BAD_USER_INPUT: prizes must be 1 to 100, got 0'],
    [
      'quantity',
      { prizes: [{ name: 'a', kind: 'CASH', quantity: 0 }] },
      'BAD_USER_INPUT: prizes[0].quantity must be from 1 to 100000, got 0',
    ],
    ['kind', { prizes: [{ name: 'a', kind: 'CAR' }] }, 'BAD_USER_INPUT: '],
  ])('createInstantWin refuses a wrong %s', async (_, change, message) => {
    expect(await refusal(CREATE, { input: { ...draftOf('wrong'), ...change } })).toContain(message)
    expect(await win('wrong')).toBeUndefined()
  })

  test('what does not exist, and what nobody is called, is refused', async () => {
    await create({ id: 'real' })
    const missing = 'NOT_FOUND: there is no instant win of this id'
    expect(await refusal(PLAY, { id: 'unreal', playerId: 'a' })).toBe(missing)
    expect(await refusal(AWARDS, { id: 'unreal' })).toBe(missing)
    expect(await refusal(PLAY, { id: 'real', playerId: '' })).toMatch(/^BAD_USER_INPUT: playerId/)
    expect(await refusal(PLAY, { id: 'real', playerId: 'a\0' })).toMatch(/^BAD_USER_INPUT: playerId/)
    expect(await refusal(PLAY, { id: 'real', playerId: 'x'.repeat(201) })).toMatch(/^BAD_USER_INPUT: playerId/)
    for (const first of [0, 501]) expect(await refusal(AWARDS, { id: 'real', first })).toMatch(/^BAD_USER_INPUT: first/)
    for (const after of ['x', '-1', '1e3', '9'.repeat(12)]) {
      expect(await refusal(AWARDS, { id: 'real', after })).toMatch(/^BAD_USER_INPUT: after/)
    }
    expect(await awardsOf('real')).toEqual([])
  })
})

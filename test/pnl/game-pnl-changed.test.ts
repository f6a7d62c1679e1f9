import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { type ApiClient, Collected } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { activate, bet, GAME_PNL_CHANGED, type GameView, gamePnl, settle } from './pnl-world.js'

const EVERY_MS = 50

describe.each(ENGINES)('gamePnlChanged on $name, on two nodes', engine => {
  let installation: TestInstallation
  let client: ApiClient
  let other: TestNode
  const open: Collected<unknown>[] = []
  beforeEach(async () => {
    installation = await install(engine)
    client = installation.client
    other = await startNode(installation.database.url)
  })
  afterEach(async () => {
    for (const collected of open.splice(0)) await collected.close()
    await other.stop()
    await installation.close()
  })

  function follow(variables: Record<string, unknown> = {}, on: ApiClient = client, role: Role = 'analyst') {
    const collected = new Collected<GameView>(on.socket(role), GAME_PNL_CHANGED, variables)
    open.push(collected)
    return collected
  }
  const names = (items: readonly GameView[]) => items.map(({ game }) => game)

  test('tells of bets and settlements, here and on the other one', async () => {
    await client.send([bet('cup', 'b1', 'H', '2', '10')])
    const [here, there] = [follow(), follow({}, other.client)]
    for (const one of [here, there]) await one.until(({ length }) => length === 1)
    expect(here.items).toMatchObject([{ game: 'cup', bets: 1, openBets: 1, liability: '20.00', ggr: '10.00' }])
    await client.send([bet('cup', 'b2', 'D', '4', '20')])
    for (const one of [here, there]) await one.until(items => items.at(-1)!.openBets === 2)
    await other.client.send([settle('cup', 'b1', '20')])
    for (const one of [here, there]) {
      await one.until(items => items.at(-1)!.openBets === 1)
      expect(one.items.at(-1)).toEqual((await gamePnl(client, { games: ['cup'] })).nodes[0])
      const revisions = one.items.map(({ revision }) => revision)
      expect(revisions).toEqual([...new Set(revisions)].toSorted())
    }
  })

  test('gives each game as it is first, and only those that match', async () => {
    await client.send([
      bet('a', 'b1', 'H', '2'),
      bet('b', 'b2', 'H', '2'),
      { ...bet('c', 'b3', 'H', '2'), game_type: 'darts' },
    ])
    const [all, listed, typed, both] = [
      follow(),
      follow({ games: ['b', 'later', 'c'] }),
      follow({ gameType: 'darts' }),
      follow({ games: ['a', 'c', 'new'], gameType: 'darts' }),
    ] as const
    await all.until(({ length }) => length === 3)
    await listed.until(({ length }) => length === 2)
    for (const one of [typed, both]) await one.until(({ length }) => length === 1)
    // What comes later is followed too, also from the other node.
    await client.send([bet('later', 'b4', 'H', '2'), bet('a', 'b5', 'H', '2')])
    await other.client.send([{ ...bet('new', 'b6', 'H', '2'), game_type: 'darts' }])
    await all.until(items => names(items).includes('new'))
    for (const one of [typed, both]) await one.until(({ length }) => length === 2)
    await listed.until(({ length }) => length === 3)
    expect(names(all.items).toSorted()).toEqual(['a', 'a', 'b', 'c', 'later', 'new'])
    expect(names(listed.items).toSorted()).toEqual(['b', 'c', 'later'])
    for (const one of [typed, both]) expect(names(one.items)).toEqual(['c', 'new'])
  })

  test('skips states between two, and ends up with the newest one', async () => {
    await client.send([bet('busy', 'b0', 'H', '2', '1')])
    const busy = follow({ games: ['busy'] })
    await busy.until(({ length }) => length === 1)
    const startedAt = performance.now()
    for (let i = 1; i <= 60; i++) await (i % 2 ? client : other.client).send([bet('busy', `b${i}`, 'H', '2', '1')])
    await busy.until(items => items.at(-1)!.bets === 61)
    const tookMs = performance.now() - startedAt
    expect(busy.items.length).toBeGreaterThan(2)
    expect(busy.items.length).toBeLessThanOrEqual(2 + tookMs / EVERY_MS)
    const bets = busy.items.map(item => item.bets)
    expect(bets).toEqual([...new Set(bets)].toSorted((a, b) => a - b))
  })

  test('knows the type of a game as soon as any node was told of it', async () => {
    const untyped = { ...bet('late type', 'b1', 'H', '2', '10'), game_type: undefined }
    await client.send([untyped])
    for (const api of [client, other.client]) {
      expect((await gamePnl(api, { games: ['late type'] })).nodes).toMatchObject([{ gameType: null, bets: 1 }])
    }
    // It names the game and its type, and its bet is not known: nothing of the game itself moves.
    await other.client.send([{ ...settle('late type', 'unknown', '0'), game_type: 'darts' }])
    for (const api of [client, other.client]) {
      expect((await gamePnl(api, { games: ['late type'] })).nodes).toMatchObject([{ gameType: 'darts', bets: 1 }])
      expect((await gamePnl(api, { gameType: 'darts' })).nodes).toHaveLength(1)
    }
  })

  test('tells of a model that has become active', async () => {
    await client.send([bet('cup', 'b1', 'H', '2', '100')])
    const [here, there] = [follow(), follow({ games: ['cup'] }, other.client)]
    for (const one of [here, there]) await one.until(({ length }) => length === 1)
    await activate(installation, 50)
    for (const one of [here, there]) {
      await one.until(({ length }) => length === 2)
      expect(one.items).toMatchObject([{ expectedGgr: '0.00' }, { expectedGgr: '-100.00' }])
    }
  })

  test('tells what was written by none of the nodes', async () => {
    await client.send([bet('cup', 'b1', 'H', '2', '10')])
    const one = follow()
    await one.until(({ length }) => length === 1)
    await installation.database.query('UPDATE game_position SET bets = bets + 7, changes = changes + 1')
    await one.until(({ length }) => length === 2)
    expect(one.items[1]).toMatchObject({ bets: 8 })
  })

  test('is counted, and refused for other roles and for names that are none', async () => {
    await client.send([bet('cup', 'b1', 'H', '2', '10')])
    await follow({}, client, 'admin').until(({ length }) => length === 1)
    const metrics = await (await fetch(`${client.url}/metrics`)).text()
    expect(metrics).toMatch(/^tidemark_game_pnl_subscribers 1$/m)
    expect(metrics).toMatch(/^tidemark_game_pnl_frames_total 1$/m)
    for (const role of ['crm', 'ingest', 'player'] as const) {
      expect(JSON.stringify(await follow({}, client, role).end())).toContain('FORBIDDEN')
    }
    for (const [variables, problem] of [
      [{ games: ['cup', ''] }, 'games[1] must have 1 to 200 characters, without NUL, got \\"\\"'],
      [{ games: Array(5_001).fill('g') }, 'games may name at most 5000, got 5001'],
      [{ gameType: '' }, 'gameType must have 1 to 200 characters, without NUL, got \\"\\"'],
    ] as const) {
      expect(JSON.stringify(await follow(variables).end())).toContain(problem)
    }
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiClient } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { activate, bet, event, gamePnl, refusalOf, settle } from './pnl-world.js'

describe.each(ENGINES)('gamePnl on $name', engine => {
  let installation: TestInstallation
  let client: ApiClient
  beforeAll(async () => {
    installation = await install(engine)
    client = installation.client
  })
  afterAll(() => installation.close())

  test('tells where a game stands, from the first bet to the last settlement', async () => {
    await client.send([bet('cup', 'b1', 'H', '2', '10'), bet('cup', 'b2', 'D', '4', '20')])
    const [open] = (await gamePnl(client, { games: ['cup'] })).nodes
    expect(open).toMatchObject({ game: 'cup', gameType: 'football', competition: 'E0', bets: 2, turnover: '30.00' })
    expect(open).toMatchObject({ openBets: 2, openStake: '30.00', liability: '100.00', payouts: '0.00', ggr: '30.00' })
    // The implied chances leave something out, so they are taken as they are: nothing is kept.
    expect(open).toMatchObject({ expectedGgr: '0.00', waiting: 0 })
    expect(open!.revision).toMatch(/^\d{16}$/)
    await client.send([bet('cup', 'b3', 'A', '2', '70')])
    const [whole] = (await gamePnl(client, { games: ['cup'] })).nodes
    // 1/2 + 1/4 + 1/2 = 1.25, so a fifth of 100 is kept.
    expect(whole).toMatchObject({ bets: 3, openStake: '100.00', liability: '240.00', expectedGgr: '20.00' })
    expect(whole!.revision > open!.revision).toBe(true)
    expect(Date.parse(whole!.updatedAt)).toBeGreaterThanOrEqual(Date.parse(open!.updatedAt))
    await client.send([settle('cup', 'b1', '20'), settle('cup', 'b2', '0'), settle('cup', 'b3', '0')])
    const [over] = (await gamePnl(client, { games: ['cup'] })).nodes
    expect(over).toMatchObject({ bets: 3, turnover: '100.00', payouts: '20.00', ggr: '80.00', openBets: 0 })
    expect(over).toMatchObject({ openStake: '0.00', liability: '0.00', expectedGgr: '0.00' })
  })

  test('closes no bet by what has no effect: an event of a body that comes again under the same key', async () => {
    await client.send([bet('twice', 't1', 'H', '2', '10'), bet('twice', 't2', 'H', '2', '10')])
    const same = { event_id: 'same-settlement', timestamp: '2026-03-01T12:00:00Z' }
    const answer = await client.send([
      { ...settle('twice', 't1', '20'), ...same },
      { ...settle('twice', 't2', '0'), ...same },
    ])
    expect(answer).toMatchObject({ accepted: 1, duplicates: 1 })
    const [one] = (await gamePnl(client, { games: ['twice'] })).nodes
    expect(one).toMatchObject({ openBets: 1, openStake: '10.00', payouts: '20.00' })
    await client.send([settle('twice', 't2', '5')])
    const [none] = (await gamePnl(client, { games: ['twice'] })).nodes
    expect(none).toMatchObject({ openBets: 0, openStake: '0.00', payouts: '25.00' })
  })

  test('takes the newest quote of a selection, whichever lane wrote it', async () => {
    await client.send([
      bet('lanes', 'l1', 'H', '2', '40'),
      bet('lanes', 'l2', 'D', '4', '30'),
      bet('lanes', 'l3', 'A', '8', '30'),
    ])
    // The rows that other lanes would have written: an older quote, and a newer one.
    await installation.database.query(`INSERT INTO market_selection SELECT game, bet_market, selection, 99,
      CASE selection WHEN 'A' THEN 2 ELSE 1.5 END, quoted_at + CASE selection WHEN 'A' THEN 1 ELSE -1 END * interval '1 s',
      '0', 0, 0, NULL, NULL, NULL FROM market_selection WHERE game = 'lanes'`)
    const [game] = (await gamePnl(client, { games: ['lanes'] })).nodes
    expect(game).toMatchObject({ openStake: '100.00', expectedGgr: '20.00' })
  })

  test('puts the probability of the producer first, and knows bets without a market', async () => {
    await client.send([
      event('bet', 'own', {
        bet_id: 'o1',
        odds: '3',
        amount: '10',
        probability: 0.2,
        bet_market: '1X2',
        selection: 'H',
      }),
      event('bet', 'own', { bet_id: 'o2', odds: '3', amount: '10' }),
      event('bet', 'own', { amount: '5' }),
    ])
    const [game] = (await gamePnl(client, { games: ['own'] })).nodes
    expect(game).toMatchObject({ bets: 3, openBets: 2, liability: '60.00', expectedGgr: '4.00' })
  })

  test('takes the model that is active, from the moment on that it is', async () => {
    await client.send([bet('modelled', 'm1', 'H', '2', '100')])
    const [before] = (await gamePnl(client, { games: ['modelled'] })).nodes
    expect(before).toMatchObject({ expectedGgr: '0.00' })
    await activate(installation, 50)
    const [after] = (await gamePnl(client, { games: ['modelled'] })).nodes
    expect(after).toMatchObject({ expectedGgr: '-100.00' })
    expect(after!.revision > before!.revision).toBe(true)
    expect(after!.updatedAt > before!.updatedAt).toBe(true)
    await installation.database.query('DELETE FROM outcome_model')
  })

  test('comes in pages, by name, of all games or those asked for', async () => {
    await client.send([
      event('bet', undefined, { amount: '1' }),
      { ...bet('slot', 's1', 'x', '2'), game_type: 'slots' },
    ])
    const all = await gamePnl(client)
    expect(all.nodes.map(node => node.game)).toEqual(['cup', 'lanes', 'modelled', 'own', 'slot', 'twice'])
    expect(all).toMatchObject({ totalCount: 6, pageInfo: { hasNextPage: false, endCursor: 'twice' } })
    const first = await gamePnl(client, { first: 2 })
    expect(first).toMatchObject({ totalCount: 6, pageInfo: { hasNextPage: true, endCursor: 'lanes' } })
    const second = await gamePnl(client, { first: 2, after: 'lanes' })
    expect(second.nodes.map(node => node.game)).toEqual(['modelled', 'own'])
    expect(second.totalCount).toBe(6)
    expect((await gamePnl(client, { first: 9, after: 'own' })).totalCount).toBe(6)
    expect((await gamePnl(client, { gameType: 'slots' })).nodes.map(node => node.game)).toEqual(['slot'])
    const some = await gamePnl(client, { games: ['own', 'none', 'cup', 'slot'], gameType: 'football', first: 1 })
    expect(some).toMatchObject({ nodes: [{ game: 'cup' }], totalCount: 2, pageInfo: { hasNextPage: true } })
    expect(await gamePnl(client, { games: [] })).toMatchObject({ nodes: [], totalCount: 0 })
  })

  test('shows settlements whose bet has not come', async () => {
    await client.send([event('win', 'late', { bet_id: 'w', amount: '1' }), settle('late', 'w', '7')])
    expect((await gamePnl(client, { games: ['late'] })).nodes).toMatchObject([{ waiting: 1, payouts: '1.00' }])
    await client.send([bet('late', 'w', 'H', '2')])
    expect((await gamePnl(client, { games: ['late'] })).nodes).toMatchObject([
      { waiting: 0, payouts: '8.00', ggr: '2.00' },
    ])
    const metrics = await (await fetch(`${client.url}/metrics`)).text()
    expect(metrics).toMatch(/^tidemark_waiting_settlements 0$/m)
    expect(metrics).toMatch(/^tidemark_open_bets \d+$/m)
  })

  test.each([
    [{ first: 0 }, 'BAD_USER_INPUT: first must be from 1 to 500, got 0'],
    [{ first: 501 }, 'BAD_USER_INPUT: first must be from 1 to 500, got 501'],
    [{ games: ['cup', ''] }, 'BAD_USER_INPUT: games[1] must have 1 to 200 characters, without NUL, got ""'],
    [{ games: ['\0'] }, 'BAD_USER_INPUT: games[0] must have 1 to 200 characters, without NUL, got "\\u0000"'],
    [{ games: Array(5_001).fill('g') }, 'BAD_USER_INPUT: games may name at most 5000, got 5001'],
    [{ gameType: '' }, 'BAD_USER_INPUT: gameType must have 1 to 200 characters, without NUL, got ""'],
    [{ after: '' }, 'BAD_USER_INPUT: after must have 1 to 200 characters, without NUL, got ""'],
  ])('refuses %j', async (variables, problem) => {
    expect(await refusalOf(client, 'gamePnl', variables)).toBe(problem)
  })

  test('is for analysts and admins', async () => {
    for (const role of ['analyst', 'admin'] as const) expect(await refusalOf(client, 'gamePnl', {}, role)).toBe('taken')
    for (const role of ['crm', 'ingest', 'player'] as const) {
      expect(await refusalOf(client, 'gamePnl', {}, role)).toMatch(/^FORBIDDEN: /)
    }
  })
})

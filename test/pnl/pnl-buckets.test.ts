import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wholeBuckets } from '../../src/pnl/pnl-bucket.js'
import type { ApiClient } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { at, bet, event, pnl, refusalOf, settle } from './pnl-world.js'

const HOUR = { from: at(-30), to: at(90), grain: 'HOUR' }

describe.each(ENGINES)('pnl on $name', engine => {
  let installation: TestInstallation
  let client: ApiClient
  beforeAll(async () => {
    // The horizon stays where it is: what lies below it is another test's.
    installation = await install(engine)
    client = installation.client
    await client.send([
      bet('cup', 'b1', 'H', '2', '10', 0),
      bet('cup', 'b2', 'H', '2', '20', 0.5),
      bet('cup', 'b3', 'A', '2', '30', 1),
      settle('cup', 'b1', '20', 61),
      { ...event('bet', 'slot', { amount: '0.3' }, 1), game_type: 'slots', competition: 'casino' },
      { ...event('win', 'slot', { amount: '0.1' }, 1), game_type: 'slots', competition: 'casino' },
      event('bet', undefined, { amount: '4' }, 1),
      event('win', 'jackpot', { amount: '5' }, 1441),
      event('deposit', 'cup', { amount: '1000' }, 1),
    ])
  })
  afterAll(() => installation.close())
  const rows = async (filter: Record<string, unknown>) =>
    (await pnl(client, filter)).map(b => `${b.bucketStart.slice(8, 16)} ${b.game} ${b.bets} ${b.turnover} ${b.payouts}`)

  test('is by minute, then game, with type, competition and hold', async () => {
    const buckets = await pnl(client, { from: at(0), to: at(2) })
    expect(buckets).toMatchObject([
      { game: 'cup', gameType: 'football', competition: 'E0', bucketStart: '2026-06-20T14:30:00.000Z', bets: 2 },
      { game: null, gameType: null, competition: null, bucketStart: '2026-06-20T14:31:00.000Z', bets: 1, ggr: '4.00' },
      { game: 'cup', bucketStart: '2026-06-20T14:31:00.000Z', turnover: '30.00', holdPercent: 100 },
      {
        game: 'slot',
        gameType: 'slots',
        competition: 'casino',
        bets: 1,
        turnover: '0.30',
        payouts: '0.10',
        ggr: '0.20',
      },
    ])
    expect(buckets[3]!.holdPercent).toBeCloseTo(66.6667, 4)
  })

  test('is by hour and by day, and of all games together', async () => {
    expect(await rows(HOUR)).toEqual([
      '20T14:00 null 1 4.00 0.00',
      '20T14:00 cup 3 60.00 0.00',
      '20T14:00 slot 1 0.30 0.10',
      '20T15:00 cup 0 0.00 20.00',
    ])
    expect(await rows({ ...HOUR, perGame: false })).toEqual([
      '20T14:00 null 5 64.30 0.10',
      '20T15:00 null 0 0.00 20.00',
    ])
    const days = { from: at(0), to: at(2000), grain: 'DAY' }
    expect(await rows(days)).toEqual([
      '20T00:00 null 1 4.00 0.00',
      '20T00:00 cup 3 60.00 20.00',
      '20T00:00 slot 1 0.30 0.10',
      '21T00:00 jackpot 0 0.00 5.00',
    ])
    expect(await pnl(client, { ...days, perGame: false })).toMatchObject([
      { game: null, gameType: null, competition: null, ggr: '44.20', bets: 5 },
      { ggr: '-5.00', holdPercent: null },
    ])
  })

  test('is of the games, types and competitions that are asked for', async () => {
    const games = async (more: object) => (await pnl(client, { ...HOUR, ...more })).map(b => b.game)
    expect(await games({ games: ['slot', 'none'] })).toEqual(['slot'])
    expect(await games({ gameTypes: ['football', 'slots'] })).toEqual(['cup', 'slot', 'cup'])
    expect(await games({ competitions: ['casino'] })).toEqual(['slot'])
    expect(await games({ games: ['cup'], competitions: ['casino'] })).toEqual([])
    expect(await games({ games: [] })).toEqual([])
    expect(await rows({ ...HOUR, gameTypes: ['slots'], perGame: false })).toEqual(['20T14:00 null 1 0.30 0.10'])
  })

  test('rounds from and to outwards', async () => {
    expect(await rows({ from: at(59.9), to: at(60), grain: 'HOUR' })).toEqual(['20T15:00 cup 0 0.00 20.00'])
    const all = { from: '0000-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z', grain: 'DAY', perGame: false }
    expect((await rows(all)).length).toBe(2)
  })

  test.each([
    [
      { ...HOUR, to: at(-31) },
      'BAD_USER_INPUT: to must be later than from 2026-06-20T14:00:10.000Z, got "2026-06-20T13:59:10.000Z"',
    ],
    [{ ...HOUR, games: [''] }, 'BAD_USER_INPUT: games[0] must have 1 to 200 characters, without NUL, got ""'],
    [
      { ...HOUR, gameTypes: ['x', 'y\0'] },
      'BAD_USER_INPUT: gameTypes[1] must have 1 to 200 characters, without NUL, got "y\\u0000"',
    ],
    [{ ...HOUR, competitions: Array(5_001).fill('c') }, 'BAD_USER_INPUT: competitions may name at most 5000, got 5001'],
  ])('refuses %#', async (filter, problem) => {
    expect(await refusalOf(client, 'pnl', filter)).toBe(problem)
  })

  test('refuses more than 50,000 buckets, and gives as many', async () => {
    await installation.database.query(`INSERT INTO game_pane SELECT 'many', '2020-01-01Z'::timestamptz + i * interval '1 min',
      i % 3, 1, 1, 1 FROM generate_series(0, 50000) i`)
    const filter = { from: '2020-01-01T00:00:00Z', to: '2020-03-01T00:00:00Z' }
    expect(await refusalOf(client, 'pnl', filter)).toBe(
      'BAD_USER_INPUT: filter asks for more than 50000 buckets: ask for a shorter time, fewer games or a coarser grain',
    )
    expect((await pnl(client, { ...filter, from: '2020-01-01T00:01:00Z' })).length).toBe(50_000)
  })

  test('is for analysts and admins', async () => {
    for (const role of ['analyst', 'admin'] as const) expect(await refusalOf(client, 'pnl', HOUR, role)).toBe('taken')
    for (const role of ['crm', 'ingest', 'player'] as const) {
      expect(await refusalOf(client, 'pnl', HOUR, role)).toMatch(/^FORBIDDEN: /)
    }
  })
})

test('buckets are whole, and within what the database knows as time', () => {
  const t = (text: string) => Date.parse(text)
  expect(wholeBuckets(t('2026-01-01T10:00:00Z'), t('2026-01-01T11:00:00Z'), 'HOUR')).toEqual({
    from: t('2026-01-01T10:00:00Z'),
    to: t('2026-01-01T11:00:00Z'),
  })
  expect(wholeBuckets(t('2026-01-01T10:00:00.001Z'), t('2026-01-01T10:00:00.002Z'), 'DAY')).toEqual({
    from: t('2026-01-01T00:00:00Z'),
    to: t('2026-01-02T00:00:00Z'),
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatInstant, HOUR_MS, parseInstant } from '../../src/kernel/time.js'
import { foldLedger } from '../../src/pnl/game-ledger.store.js'
import { build } from '../e2e/support/build.js'
import { ENGINES } from '../support/engines.js'
import { run } from '../support/run-command.js'
import { install, type TestInstallation } from '../support/server.js'

beforeAll(build)

const TEN = parseInstant('2026-03-01T10:00:00Z')!
let ids = 0
const event = (hours: number, more: Record<string, string>) => ({
  event_id: `event-${++ids}`,
  player_id: 'ann',
  event_type: 'bet',
  amount: '10',
  timestamp: formatInstant(TEN + hours * HOUR_MS),
  ...more,
})

describe.each(ENGINES)('npm run reconcile of games on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine, { HORIZON_QUIET_SECONDS: '0' })
    await installation.client.send([
      event(0, { game: 'match', bet_id: 'open', odds: '2.5', bet_market: '1X2', selection: 'H' }),
      event(0, { game: 'match', bet_id: 'settled', odds: '3', bet_market: '1X2', selection: 'A' }),
      event(1, { event_type: 'settlement', bet_id: 'settled', amount: '30', result: 'won' }),
      event(1, { game: 'slot' }),
      event(1, {}),
      ...[1, 2, 3, 4, 5, 6].map(n =>
        event(2, { player_id: `p${n}`, event_type: 'settlement', bet_id: `unknown-${n}`, amount: '5', result: 'won' }),
      ),
      event(2, { player_id: 'p1', event_type: 'refund', bet_id: 'unknown-1', amount: '5' }),
      event(24, { game: 'late' }),
    ])
    await foldLedger(installation.node.db)
    // The first day is below it, the second one above.
    if (engine.name === 'timescaledb') {
      await installation.node.engine.upkeep.find(({ name }) => name === 'horizon')!.run()
      const [row] = await installation.database.query<{ at: Date }>('SELECT pane_start AS at FROM horizon')
      expect(row!.at.getTime()).toBe(TEN + 24 * HOUR_MS)
    }
  })
  afterAll(() => installation.close())

  const reconcile = (env: Record<string, string> = {}) =>
    run('reconcile', { DATABASE_URL: installation.database.url, ...env })
  const WAITING =
    '6 settlements wait for their bet: p1 unknown-1, p2 unknown-2, p3 unknown-3, p4 unknown-4, p5 unknown-5, ...'

  test('agrees, and tells who waits', async () => {
    expect(await reconcile()).toEqual({
      code: 0,
      lines: [
        WAITING,
        expect.stringMatching(
          /^OK: .*, 4 positions of games agree, 2 selections agree, 6 minutes of games agree, 6 hours of games agree, 4 days of games agree, 4 minutes of the house agree, 4 hours of the house agree$/,
        ),
      ],
      stderr: '',
    })
  })

  /** Where figures of the first day come from. */
  const below = async (grain: '1m' | '1h' | '1d') => {
    if (engine.name === 'postgresql') return grain === '1m' ? 'game_pane' : 'game_hour_pane'
    const [row] = await installation.database.query<{ name: string }>(
      `SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name) AS name
       FROM timescaledb_information.continuous_aggregates WHERE view_name = $1`,
      [`game_pnl_${grain}`],
    )
    return row!.name
  }

  /** Changes a column of a game's rows by hand, looks, and changes it back. */
  const linesWhen = async (table: string, column: string, where: string) => {
    const { database } = installation
    await database.query(`UPDATE ${table} SET ${column} = ${column} + 1 WHERE ${where}`)
    const { code, lines } = await reconcile()
    await database.query(`UPDATE ${table} SET ${column} = ${column} - 1 WHERE ${where}`)
    expect(code).toBe(1)
    expect(lines.at(-1)).toMatch(/^DIFFERENT: /)
    expect(lines.at(-2)).toBe(WAITING)
    return lines.slice(0, -2)
  }

  test.each([
    ['bets', 'bets 3, raw bets 2'],
    ['turnover', 'turnover 21, raw turnover 20'],
    ['payouts', 'payouts 31, raw payouts 30'],
    ['open_bets', 'open bets 2, raw open bets 1'],
    ['open_stake', 'open stake 11, raw open stake 10'],
    ['liability', 'liability 26, raw liability 25'],
    ['waiting', 'waiting 1, raw waiting 0'],
  ])('finds a position that is wrong: %s', async (column, told) => {
    expect(await linesWhen('game_position', column, "game = 'match'")).toEqual([`game match: summed ${told}`])
  })

  test('finds a selection that is wrong, and what waits for no game', async () => {
    const ofOneLane = "game = '' AND lane = (SELECT min(lane) FROM game_position WHERE game = '')"
    expect(await linesWhen('market_selection', 'open_liability', "selection = 'H'")).toEqual([
      'selection match 1X2 H: summed open liability 26, raw open liability 25',
    ])
    expect(await linesWhen('game_position', 'waiting', ofOneLane)).toEqual(['no game: summed waiting 7, raw waiting 6'])
  })

  test('finds buckets that are wrong, above and below the horizon', async () => {
    const late = "game = 'late'"
    const minute = 'minute 2026-03-02T10:00Z late: summed turnover 11, raw turnover 10'
    const hour = 'hour 2026-03-02T10Z late: summed turnover 11, raw turnover 10'
    const day = 'day 2026-03-02 late: summed turnover 11, raw turnover 10'
    expect(await linesWhen('game_pane', 'turnover', late)).toEqual([minute])
    expect(await linesWhen('game_hour_pane', 'turnover', late)).toEqual([hour, day])
    const slot = "game = 'slot'"
    const of = (line: string) => line.replace('-02', '-01').replace('T10', 'T11').replace('late', 'slot')
    expect(await linesWhen(await below('1m'), 'turnover', slot)).toEqual([of(minute)])
    const arePanes = engine.name === 'postgresql'
    expect(await linesWhen(await below('1h'), 'turnover', slot)).toEqual(arePanes ? [of(hour), of(day)] : [of(hour)])
    if (!arePanes) expect(await linesWhen(await below('1d'), 'turnover', slot)).toEqual([of(day)])
  })

  test.each([
    ['house_pane', 'minute 2026-03-01T10:00Z'],
    ['house_hour_pane', 'hour 2026-03-01T10Z'],
  ])('finds what is wrong in %s, below the horizon too', async (table, bucket) => {
    const first = `(pane_start, lane) = (SELECT pane_start, lane FROM ${table} ORDER BY 1, 2 LIMIT 1)`
    expect(await linesWhen(table, 'payouts', first)).toEqual([
      `${bucket} of the house: summed payouts 1, raw payouts 0`,
    ])
  })

  test('finds a game that is on no book, and one that is on the book alone', async () => {
    const { database } = installation
    await database.query("UPDATE game_position SET game = 'other' WHERE game = 'slot'")
    expect((await reconcile()).lines.slice(0, 2)).toEqual([
      'game other: summed bets 1, turnover 10, raw bets 0, turnover 0',
      'game slot: summed bets 0, turnover 0, raw bets 1, turnover 10',
    ])
    await database.query("UPDATE game_position SET game = 'slot' WHERE game = 'other'")
  })

  test('days whose events retention has dropped count as they are kept', async () => {
    await installation.database.query("DELETE FROM player_event WHERE occurred_at < '2026-03-02'")
    expect((await reconcile()).code).toBe(1)
    const { code, lines } = await reconcile({ RETENTION_DAYS: '30' })
    expect(lines).toEqual([WAITING, expect.stringMatching(/^OK: .*, 4 positions of games agree, .*, 1 days of games/)])
    expect(code).toBe(0)
  })
})

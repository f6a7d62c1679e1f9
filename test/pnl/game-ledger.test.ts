import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formatInstant, HOUR_MS, MINUTE_MS, parseInstant } from '../../src/kernel/time.js'
import type { GamePaneDelta } from '../../src/pnl/game-deltas.js'
import { addToLedger, foldLedger } from '../../src/pnl/game-ledger.store.js'
import { openDatabase } from '../../src/storage/database.js'
import { lockGamePanes } from '../../src/storage/game-panes-lock.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

const START = parseInstant('2026-03-01T10:00:00Z')!
const minute = (game: string, minutes: number, bets: number, turnover = 0n, payouts = 0n): GamePaneDelta => ({
  game,
  paneStart: START + minutes * MINUTE_MS,
  bets,
  turnover,
  payouts,
})

describe.each(ENGINES)('the ledger of games on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())
  beforeEach(async () => {
    await installation.database.query('TRUNCATE game_ledger, game_pane, game_hour_pane')
  })

  const add = (minutes: readonly GamePaneDelta[]) => addToLedger(installation.node.db, minutes)
  const fold = () => foldLedger(installation.node.db)
  const panes = (relation: string) =>
    installation.database.query<{ game: string; at: Date; bets: number }>(
      `SELECT game, pane_start AS at, sum(bets)::int AS bets, sum(turnover)::float8 AS turnover, sum(payouts)::float8 AS payouts
       FROM ${relation} GROUP BY 1, 2 ORDER BY 1, 2`,
    )
  const waiting = async () => (await installation.database.query('SELECT FROM game_ledger')).length

  test('is read with the tables before it is folded, and is in them afterwards', async () => {
    await installation.node.db.transaction(async session => {
      await addToLedger(session, [minute('a', 0, 2, 20_0000n, 5_0000n), minute('a', 61, 1, 1n)])
      await addToLedger(session, [minute('a', 0, -1, -10_0000n)])
    })
    const at = (hours: number, minutes = 0) => new Date(START + hours * HOUR_MS + minutes * MINUTE_MS)
    const ofMinutes = [
      { game: 'a', at: at(0), bets: 1, turnover: 10, payouts: 5 },
      { game: 'a', at: at(1, 1), bets: 1, turnover: 0.0001, payouts: 0 },
    ]
    const ofHours = [ofMinutes[0], { ...ofMinutes[1], at: at(1) }]
    for (const relation of ['game_pane_parts', 'game_pane']) {
      expect(await panes(relation)).toEqual(ofMinutes)
      await fold()
    }
    expect([await panes('game_hour_pane'), await panes('game_hour_pane_parts')]).toEqual([ofHours, ofHours])
    expect(await waiting()).toBe(0)
  })

  test('more than one fold takes, folded by several at once, is there once', async () => {
    const rows = Array.from({ length: 1_203 }, (_, n) => minute(`game-${n % 7}`, n % 3, 1, 2_0000n, 1_0000n))
    for (const row of rows) await add([row])
    const other = openDatabase({
      connectionString: installation.database.url,
      poolMax: 1,
      applicationName: 'other node',
      statementTimeoutMs: 0,
      onError: () => undefined,
    })
    await Promise.all([fold(), foldLedger(other), fold()])
    await other.close()
    expect(await waiting()).toBe(0)
    const counted = await panes('game_pane')
    expect(counted).toHaveLength(21)
    expect(counted.reduce((sum, { bets }) => sum + bets, 0)).toBe(rows.length)
  })

  test('a run of folds has an end: what is left is folded by the next', async () => {
    await installation.node.db.withSession(async session => {
      // As long as it is held, the job does not run.
      await session.rows("SELECT pg_advisory_lock(7420, hashtext('game-ledger'))")
      for (let n = 0; n < 250; n++) await add([minute('a', 0, 1)])
      await foldLedger(installation.node.db, 2)
      expect(await waiting()).toBe(50)
      expect(await panes('game_pane_parts')).toMatchObject([{ bets: 250 }])
      await session.rows("SELECT pg_advisory_unlock(7420, hashtext('game-ledger'))")
    })
    await fold()
    expect(await panes('game_pane')).toMatchObject([{ bets: 250 }])
  })

  test('what a batch has not committed is left to the next fold', async () => {
    await installation.node.db.withSession(async session => {
      await session.rows('BEGIN')
      await addToLedger(session, [minute('late', 0, 1)])
      await add([minute('early', 0, 1)])
      await fold()
      expect(await panes('game_pane')).toMatchObject([{ game: 'early' }])
      await session.rows('COMMIT')
    })
    await fold()
    expect(await panes('game_pane')).toMatchObject([{ game: 'early' }, { game: 'late' }])
  })

  test('what waits is counted by a metric', async () => {
    const metric = async () =>
      (await (await fetch(`${installation.client.url}/metrics`)).text()).match(
        /^tidemark_game_pnl_ledger_rows (.*)$/m,
      )?.[1]
    await installation.node.db.transaction(async session => {
      // As long as it is held, nobody folds.
      await lockGamePanes(session)
      await add([minute('a', 0, 1), minute('b', 0, 1)])
      await add([minute('a', 1, 1)])
      expect(await metric()).toBe('2')
    })
    await fold()
    expect(await metric()).toBe('0')
  })

  test('panes that a horizon has passed are left out of the tables; the hour that it cuts is whole', async () => {
    await installation.database.query('UPDATE horizon SET pane_start = $1', [formatInstant(START + 90 * MINUTE_MS)])
    await add([minute('a', 10, 1), minute('a', 70, 1), minute('a', 95, 1)])
    await fold()
    await installation.database.query("UPDATE horizon SET pane_start = 'epoch'")
    expect(await panes('game_pane')).toMatchObject([{ at: new Date(START + 95 * MINUTE_MS) }])
    expect(await panes('game_hour_pane')).toMatchObject([{ at: new Date(START + HOUR_MS), bets: 2 }])
  })

  test('is folded by a job within seconds', async () => {
    await add([minute('a', 0, 1)])
    await expect.poll(waiting, { timeout: 15_000 }).toBe(0)
    expect(await panes('game_pane')).toHaveLength(1)
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, formatInstant, MINUTE_MS } from '../../src/kernel/time.js'
import { foldLedger } from '../../src/pnl/game-ledger.store.js'
import { build } from '../e2e/support/build.js'
import { within } from '../engine/recount.js'
import { ENGINES, makeDatabase } from '../support/engines.js'
import { run } from '../support/run-command.js'
import { install, type TestInstallation } from '../support/server.js'

beforeAll(build)

const NOON = Date.UTC(2024, 2, 10, 12)
const events = Array.from({ length: 400 }, (_, n) => ({
  event_id: `event-${n}`,
  player_id: `player-${n % 20}`,
  event_type: n % 4 === 3 ? 'win' : 'bet',
  amount: `${n % 9}.5`,
  timestamp: formatInstant(NOON + n * MINUTE_MS),
  game_type: n % 2 === 0 ? 'slots' : undefined,
}))
/** 400 minutes in 80 panes, with three kinds of events each but for those without a win of their own. */
const GROUPS = new Set(
  events.map(e => `${Math.floor(Date.parse(e.timestamp) / (5 * MINUTE_MS))} ${e.event_type} ${e.game_type}`),
).size

describe.each(ENGINES)('npm run reconcile on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine, { HORIZON_QUIET_SECONDS: '0' })
    await installation.client.send(events)
  })
  afterAll(() => installation.close())

  const reconcile = (env: Record<string, string> = {}) =>
    run('reconcile', { DATABASE_URL: installation.database.url, ...env })
  const games =
    '0 positions of games agree, 0 selections agree, 400 minutes of games agree, 7 hours of games agree, 1 days of games agree, ' +
    '400 minutes of the house agree, 7 hours of the house agree'
  const AGREE = { code: 0, lines: [`OK: ${GROUPS} sums of panes agree, 20 players agree, ${games}`], stderr: '' }

  test('agrees', async () => {
    expect(await reconcile()).toEqual(AGREE)
  })

  test.runIf(engine.name === 'timescaledb')(
    'agrees below and above the horizon, and leaves out what waits for its refresh',
    async () => {
      const job = (name: string) => installation.node.engine.upkeep.find(upkeep => upkeep.name === name)!
      await job('horizon').run()
      expect(
        await installation.database.query("SELECT 1 FROM horizon WHERE pane_start > '2024-03-10T18:00:00Z'"),
      ).toHaveLength(1)
      expect(await reconcile()).toEqual(AGREE)
      await installation.database.query("INSERT INTO late_pane VALUES ('2024-03-10T12:00:00Z', now())")
      const { lines } = await reconcile()
      // The node's own job may have been quicker.
      expect([
        ['1 panes wait for a refresh and were left out', expect.stringMatching(/^OK: /)],
        AGREE.lines,
      ]).toContainEqual(lines)
      await within(15_000, async () => (await installation.database.query('SELECT FROM late_pane')).length === 0)
    },
  )

  /** To before all events, with the panes that its way forward has deleted. */
  const takeHorizonBack = async () => {
    const { database } = installation
    await foldLedger(installation.node.db)
    await database.query(
      'INSERT INTO player_pane SELECT p.* FROM history.player_activity_5m p, horizon h WHERE p.pane_start < h.pane_start',
    )
    for (const [table, aggregate, width] of [
      ['game_pane', '1m', '1 minute'],
      ['game_hour_pane', '1h', '1 hour'],
    ]) {
      await database.query(
        `INSERT INTO ${table} SELECT game, bucket_start, -1, bets, turnover, payouts FROM history.game_pnl_${aggregate}, horizon
         WHERE bucket_start < date_bin('${width}', pane_start, 'epoch')`,
      )
    }
    await database.query("UPDATE horizon SET pane_start = 'epoch'")
  }

  test('finds a pane that was tampered with, one that is missing, and one without events', async () => {
    const at = formatInstant(NOON + 395 * MINUTE_MS)
    const old = formatInstant(NOON - 900 * DAY_MS)
    const { database } = installation
    if (engine.name === 'timescaledb') await takeHorizonBack()
    expect(await reconcile()).toEqual(AGREE)
    const [before] = await database.query<{ turnover: string; amount: string; events: number }>(
      `SELECT sum(turnover)::text AS turnover, sum(amount)::text AS amount, sum(event_count)::int AS events FROM player_pane
       WHERE pane_start = $1 AND event_type = 'bet' AND game_type = 'slots'`,
      [at],
    )
    await database.query(
      `UPDATE player_pane SET turnover = turnover + 0.0001 WHERE ctid = (
         SELECT ctid FROM player_pane WHERE pane_start = $1 AND event_type = 'bet' AND game_type = 'slots' LIMIT 1)`,
      [at],
    )
    await database.query("DELETE FROM player_pane WHERE player_id = 'player-0' AND pane_start = '2024-03-10T12:00:00Z'")
    await database.query(
      "INSERT INTO player_pane VALUES ('ghost', date_bin('5 minutes', $1::timestamptz, 'epoch'), 'bet', '', 7, 7, 0, 1)",
      [old],
    )
    const { code, lines } = await reconcile()
    expect(code).toBe(1)
    const raw = `amount ${Number(before!.amount)}, turnover ${Number(before!.turnover)}, payouts 0`
    expect(lines).toContain(
      `2024-03-10T18:35Z bet slots: summed ${before!.events} events, amount ${Number(before!.amount)}, turnover ${(Number(before!.turnover) + 0.0001).toFixed(4)}, payouts 0, raw ${before!.events} events, ${raw}`,
    )
    expect(lines.filter(line => line.startsWith('2024-03-10T12:00Z bet slots: '))).toHaveLength(1)
    expect(lines).toContain('2021-09-22T12:00Z bet: summed 1 events, amount 7, turnover 7, payouts 0, raw nothing')
    expect(lines).toContain('player ghost: summed 1 events, amount 7, turnover 7, payouts 0, raw nothing')
    expect(lines.at(-1)).toBe(`DIFFERENT: 3 of ${GROUPS + 1} sums of panes differ, 3 of 21 players differ, ${games}`)
    // With retention on, sums from before the oldest event are history whose events have been dropped.
    const retained = await reconcile({ RETENTION_DAYS: '30' })
    expect(retained.lines.at(-1)).toBe(
      `DIFFERENT: 2 of ${GROUPS} sums of panes differ, 2 of 20 players differ, ${games}`,
    )
  })

  test('shows the first 20 of many', async () => {
    await installation.database.query('UPDATE player_pane SET amount = amount + 1')
    const { code, lines } = await reconcile()
    expect(code).toBe(1)
    expect(lines).toHaveLength(21)
  })
})

describe.each(ENGINES)('npm run migrate on $name', engine => {
  test('says what it applied, then that there is nothing; reconcile waits for it', async () => {
    const database = await makeDatabase(engine)
    try {
      const env = { DATABASE_URL: database.url }
      expect(await run('reconcile', env)).toMatchObject({
        code: 1,
        lines: ['this database has no tables yet: npm run migrate makes them'],
      })
      const first = await run('migrate', env)
      expect(first.code).toBe(0)
      expect(first.lines[0]).toMatch(engine.name === 'timescaledb' ? /^TimescaleDB .* Community/ : /^PostgreSQL/)
      expect(first.lines.slice(1, 3)).toEqual(['applied 0001_foundation.sql', 'applied 0002_vip.sql'])
      const second = await run('migrate', env)
      expect(second).toMatchObject({ code: 0, lines: [first.lines[0], 'nothing to apply'] })
      expect(await run('reconcile', env)).toMatchObject({
        code: 0,
        lines: [expect.stringMatching(/^OK: 0 sums of panes agree, 0 players agree, 0 positions of games agree/)],
      })
      await database.query("UPDATE schema_migration SET checksum = 'another' WHERE number = 1")
      expect(await run('migrate', env)).toMatchObject({
        code: 1,
        stderr: 'migration 0001_foundation.sql was changed after it had been applied: add a new file instead\n',
      })
    } finally {
      await database.drop()
    }
  })
})

test('without DATABASE_URL both use the embedded PostgreSQL of DATA_DIR', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-command-'))
  try {
    const migrated = await run('migrate', { DATA_DIR: dataDir })
    expect(migrated.lines).toContain('applied 0001_foundation.sql')
    expect(migrated.code).toBe(0)
    expect(await run('reconcile', { DATA_DIR: dataDir })).toMatchObject({ code: 0 })
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('a wrong setting is named', async () => {
  expect(await run('migrate', { PORT: 'many' })).toMatchObject({ code: 1, stderr: expect.stringMatching(/^PORT: /) })
})

import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DAY_MS, formatInstant, HOUR_MS, MINUTE_MS, parseInstant } from '../../src/kernel/time.js'
import { foldLedger } from '../../src/pnl/game-ledger.store.js'
import { lockGamePanes } from '../../src/storage/game-panes-lock.js'
import { build } from '../e2e/support/build.js'
import { chunksOf } from '../oracle/real-data.js'
import { madeBets } from '../pnl/made-bets.js'
import { sortAndReplay, type WireEvent } from '../pnl/sort-and-replay.js'
import { ENGINES } from '../support/engines.js'
import { run as runCommand } from '../support/run-command.js'
import { install, startNode, type TestInstallation } from '../support/server.js'
import { expectPnlRecount } from './pnl-recount.js'
import { expectRecount, within } from './recount.js'

const TIMESCALE = ENGINES.filter(engine => engine.name === 'timescaledb')
if (TIMESCALE.length === 0) test.skip('horizon: only TimescaleDB has one, skipped', () => undefined)

const APPEARS_WITHIN_MS = 15_000
const START = parseInstant('2026-03-01T10:00:00Z')!
const timeOf = (event: WireEvent): number => parseInstant(event.timestamp)!

let ids = 0
const event = (minutes: number, more: Partial<WireEvent>): WireEvent => ({
  event_id: `event-${++ids}`,
  player_id: 'a',
  event_type: 'bet',
  amount: '10',
  timestamp: formatInstant(START + minutes * MINUTE_MS),
  ...more,
})
const clock = (at: number): WireEvent =>
  event((at - START) / MINUTE_MS, { player_id: 'clock', amount: '1', game: 'clock' })

describe.each(TIMESCALE)('the horizon and the PnL of games on $name', engine => {
  let installation: TestInstallation
  beforeAll(build)
  beforeEach(async () => {
    installation = await install(engine, { HORIZON_QUIET_SECONDS: '0', INGEST_BATCH_EVENTS_MAX: '100' })
  })
  afterEach(() => installation.close())

  const run = (name: string) => installation.node.engine.upkeep.find(upkeep => upkeep.name === name)!.run()
  const send = (events: readonly WireEvent[], path = '/events') => installation.client.send(events, path)

  const horizon = async (): Promise<number> => {
    const [row] = await installation.database.query<{ at: Date }>('SELECT pane_start AS at FROM horizon')
    return row!.at.getTime()
  }

  const read = (view: string, game: string) =>
    installation.database.query<{ at: Date; bets: number; turnover: number; payouts: number }>(
      `SELECT bucket_start AS at, bets::int, turnover::float8, payouts::float8 FROM ${view} WHERE game = $1 ORDER BY 1`,
      [game],
    )

  const below = async () => {
    const [row] = await installation.database.query(
      `SELECT (SELECT count(*)::int FROM game_pane p, horizon h WHERE p.pane_start < h.pane_start) AS minutes,
         (SELECT count(*)::int FROM game_hour_pane p, horizon h
          WHERE p.pane_start < date_bin('1 hour', h.pane_start, 'epoch')) AS hours`,
    )
    return row
  }

  test('buckets behind it come from the aggregates, one that it cuts from its panes', async () => {
    const at = START + 43 * HOUR_MS + 25 * MINUTE_MS
    await send([
      event(0, { game: 'm' }),
      event(24 * 60, { game: 'm' }),
      event(42 * 60, { game: 'm' }),
      event(43 * 60, { game: 'm' }),
      event(43 * 60 + 26, { game: 'm' }),
      clock(at),
    ])
    await run('horizon')
    expect(await horizon()).toBe(at)
    expect(await below()).toEqual({ minutes: 0, hours: 0 })
    const history = async (relation: string) =>
      (await installation.database.query(`SELECT FROM history.${relation} WHERE game = 'm'`)).length
    expect([await history('game_pnl_1m'), await history('game_pnl_1h'), await history('game_pnl_1d')]).toEqual([
      4, 3, 2,
    ])
    expect((await read('game_pnl_1h', 'm')).map(row => row.bets)).toEqual([1, 1, 1, 2])
    expect((await read('game_pnl_1d', 'm')).map(row => row.bets)).toEqual([1, 1, 3])
    await expectPnlRecount(installation.database)
  })

  test('a settlement far below it moves its minute, hour and day within seconds by itself', async () => {
    await send([event(0, { game: 'm', bet_id: 'b', odds: '2' }), clock(START + 60 * HOUR_MS)])
    await run('horizon')
    await send([event(61, { event_type: 'settlement', bet_id: 'b', amount: '20' })])
    const payouts = async (view: string) => (await read(view, 'm')).reduce((sum, row) => sum + row.payouts, 0)
    for (const view of ['game_pnl_1d', 'game_pnl_1h', 'game_pnl_1m']) {
      await within(APPEARS_WITHIN_MS, async () => (await payouts(view)) === 20)
    }
    // Corrected, and in an hour of its own.
    await send([event(200, { event_type: 'settlement', bet_id: 'b', amount: '5' })])
    await within(APPEARS_WITHIN_MS, async () => (await payouts('game_pnl_1d')) === 5)
    expect((await read('game_pnl_1h', 'm')).map(row => row.payouts)).toEqual([0, 20, -15])
    await expectPnlRecount(installation.database)
  })

  test.each(['game_pane', 'game_hour_pane'])('it stays where it is while %s and its aggregate differ', async table => {
    await send([event(0, { game: 'm' }), event(1, { game: 'n' }), clock(START + 5 * HOUR_MS)])
    await foldLedger(installation.node.db)
    const shift = (by: number) =>
      installation.database.query(
        `UPDATE ${table} SET turnover = turnover + CASE game WHEN 'm' THEN $1 ELSE -$1::int END WHERE game IN ('m', 'n')`,
        [by],
      )
    await shift(1)
    await run('horizon')
    expect(await horizon()).toBe(0)
    await shift(-1)
    await run('horizon')
    expect(await horizon()).toBe(START + 5 * HOUR_MS)
  })

  test('a fold that has seen the horizon before is over before panes are dropped', async () => {
    await send([event(0, { game: 'm' }), clock(START + 5 * HOUR_MS)])
    await foldLedger(installation.node.db)
    const moving = await installation.node.db.transaction(async session => {
      await lockGamePanes(session)
      const moving = run('horizon')
      await within(APPEARS_WITHIN_MS, async () => (await horizon()) === START + 5 * HOUR_MS)
      await session.rows(
        `INSERT INTO game_pane (game, pane_start, lane, bets, turnover, payouts) VALUES ('late', $1, -1, 1, 1, 0)`,
        [formatInstant(START)],
      )
      return { moving }
    })
    await moving.moving
    expect(await below()).toEqual({ minutes: 0, hours: 0 })
  })

  test('moved far under writers who send late, corrected and duplicate events on both sides of it', async () => {
    // Lives of bets over three days. What arrives is late by nothing, by hours or by days.
    const events = madeBets(11, 700).map(made => ({
      ...made,
      timestamp: formatInstant(START + (timeOf(made) - START) * 24),
    }))
    const delays = [0, 0, 0, 0, 20 * MINUTE_MS, 3 * HOUR_MS, 30 * HOUR_MS]
    const arrivals = events
      .map((made, i) => ({ made, at: timeOf(made) + delays[i % delays.length]! }))
      .sort((a, b) => a.at - b.at)
    const sent: WireEvent[] = []
    const clocks: WireEvent[] = []
    const horizons: number[] = []
    for (const part of chunksOf(arrivals, Math.ceil(arrivals.length / 9))) {
      const fresh = part.map(({ made }) => made)
      const again = sent.filter((_, i) => i % 13 === horizons.length)
      const half = Math.floor(fresh.length / 2)
      await Promise.all([
        send([...fresh.slice(0, half), ...again], '/events?stream=left'),
        send([...again, ...fresh.slice(half)].reverse(), '/events?stream=right'),
        run('horizon'),
        run('refresh-late'),
        foldLedger(installation.node.db),
      ])
      sent.push(...fresh)
      // Past minutes, hours and days, and into the middle of an hour.
      const now = Math.floor(part.at(-1)!.at / (5 * MINUTE_MS)) * 5 * MINUTE_MS
      const ticks = [clock(now), clock(now)]
      clocks.push(...ticks)
      await Promise.all(ticks.map((tick, i) => send([tick], `/events?stream=${i === 0 ? 'left' : 'right'}`)))
      await run('horizon')
      horizons.push(await horizon())
      await run('refresh-late')
      await expectPnlRecount(installation.database)
    }
    expect(new Set(horizons).size).toBeGreaterThan(5)
    expect(horizons.at(-1)! - START).toBeGreaterThan(3 * DAY_MS)
    expect(horizons.filter(at => at % HOUR_MS !== 0).length).toBeGreaterThan(3)
    // And all of it once more, below.
    const answers = await Promise.all(chunksOf(events, 200).map(body => send(body)))
    expect(answers.every(({ accepted }) => accepted === 0)).toBe(true)
    await expectPnlRecount(installation.database)
    await expectRecount(installation.database)
    expect(await below()).toEqual({ minutes: 0, hours: 0 })
    await expectReplay([...sent, ...clocks])
    const reconciled = await runCommand('reconcile', { DATABASE_URL: installation.database.url })
    expect(reconciled).toMatchObject({ code: 0, stderr: '' })
    expect(reconciled.lines.at(-1)).toMatch(/^OK: .* days of games agree, .* hours of the house agree$/)
  })

  const expectReplay = async (events: readonly WireEvent[]) => {
    const days = await installation.database.query<{ game: string; bets: string; turnover: string; payouts: string }>(
      `SELECT game, sum(bets)::text AS bets, trunc(sum(turnover) * 10000)::text AS turnover,
         trunc(sum(payouts) * 10000)::text AS payouts
       FROM game_pnl_1d GROUP BY 1 HAVING (sum(bets), sum(turnover), sum(payouts)) <> (0, 0, 0) ORDER BY 1`,
    )
    const replayed = [...sortAndReplay(events)]
      .map(([game, { bets, turnover, payouts }]) => ({
        game,
        bets: String(bets),
        turnover: String(turnover),
        payouts: String(payouts),
      }))
      .filter(({ bets, turnover, payouts }) => `${bets}${turnover}${payouts}` !== '000')
      .sort((a, b) => (a.game < b.game ? -1 : 1))
    expect(days).toEqual(replayed)
    expect(days.map(({ game }) => game)).toContain('')
  }

  test('each aggregate has one refresh policy, which stays above what retention drops', async () => {
    const policies = () =>
      installation.database.query<{ name: string; days: number }>(
        `SELECT hypertable_name AS name, (extract(epoch FROM (config->>'start_offset')::interval) / 86400)::float8 AS days
         FROM timescaledb_information.jobs
         WHERE proc_name = 'policy_refresh_continuous_aggregate' ORDER BY 1`,
      )
    const names = ['game_pnl_1d', 'game_pnl_1h', 'game_pnl_1m', 'player_activity_5m']
    expect(await policies()).toEqual(names.map(name => ({ name, days: 7 })))
    const other = await startNode(installation.database.url, { HORIZON_QUIET_SECONDS: '0', RETENTION_DAYS: '7' })
    await other.stop()
    expect(await policies()).toEqual(names.map(name => ({ name, days: 6 })))
  })

  test('what retention has dropped stays in the buckets, whatever is refreshed behind it', async () => {
    const { database } = installation
    const now = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const ago = (days: number) => event((now - days * DAY_MS - START) / MINUTE_MS, { game: 'm' })
    await send([ago(60), ago(5), ago(4), clock(now)])
    await run('horizon')
    const node = await startNode(database.url, { HORIZON_QUIET_SECONDS: '0', RETENTION_DAYS: '9' })
    try {
      const jobs = await database.query<{ id: number }>(
        `SELECT job_id AS id FROM timescaledb_information.jobs
         WHERE proc_name IN ('policy_retention', 'policy_refresh_continuous_aggregate') ORDER BY proc_name DESC, job_id`,
      )
      expect(jobs).toHaveLength(5)
      for (const { id } of jobs) await database.query(`CALL run_job(${id})`)
      expect((await database.query("SELECT FROM player_event WHERE game = 'm'")).length).toBe(2)
      // Marked before its events went, and found by the job afterwards.
      await database.query('INSERT INTO late_pane VALUES ($1, now())', [formatInstant(now - 60 * DAY_MS)])
      await run('refresh-late')
      expect(await database.query('SELECT FROM late_pane')).toEqual([])
      for (const view of ['game_pnl_1m', 'game_pnl_1h', 'game_pnl_1d']) {
        expect(
          (await read(view, 'm')).map(row => row.bets),
          view,
        ).toEqual([1, 1, 1])
      }
      const env = { DATABASE_URL: database.url, RETENTION_DAYS: '9' }
      expect(await runCommand('reconcile', env)).toMatchObject({ code: 0 })
    } finally {
      await node.stop()
    }
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatMoney, type Money, parseMoney } from '../../src/kernel/money.js'
import { formatInstant, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { allEntries, difference, lineOf, oracleLineOf, SAME } from '../vip/entries.js'
import { type OracleEvent, type OraclePolicy, oracleEntries } from '../vip/oracle.js'
import { expectRecount, within } from './recount.js'

const TIMESCALE = ENGINES.filter(engine => engine.name === 'timescaledb')
if (TIMESCALE.length === 0) test.skip('horizon: only TimescaleDB has one, skipped', () => undefined)

const APPEARS_WITHIN_MS = 15_000
const NOON = Date.UTC(2024, 2, 10, 12)
const HOUR_POLICY: OraclePolicy = {
  id: 'hour',
  threshold: 1_000n * 10_000n,
  windowMs: HOUR_MS,
  slideMs: 30 * MINUTE_MS,
  eventTypes: ['bet'],
}

let ids = 0
const bet = (playerId: string, minutes: number, amount: number): OracleEvent => ({
  eventId: `event-${++ids}`,
  playerId,
  eventType: 'bet',
  amount: BigInt(Math.round(amount * 10_000)),
  occurredAt: NOON + minutes * MINUTE_MS,
  sessionId: 's',
})
const wireOf = (e: OracleEvent) => ({
  event_id: e.eventId,
  player_id: e.playerId,
  event_type: e.eventType,
  amount: formatMoney(e.amount),
  timestamp: formatInstant(e.occurredAt),
  session_id: e.sessionId,
  game: 'crash-1',
  game_type: 'crash',
})

describe.each(TIMESCALE)('the horizon on $name', engine => {
  let installation: TestInstallation
  let sent: OracleEvent[]
  beforeEach(async () => {
    installation = await install(engine, { HORIZON_QUIET_SECONDS: '0', INGEST_BATCH_EVENTS_MAX: '500' })
    sent = []
  })
  afterEach(() => installation.close())

  const run = (name: string) => installation.node.engine.upkeep.find(upkeep => upkeep.name === name)!.run()
  const savePolicy = (threshold = '1000') =>
    installation.client.data(
      'mutation ($t: Decimal!) { saveVipPolicy(input: { id: "hour", name: "Hour", threshold: $t }) { version } }',
      {
        t: threshold,
      },
    )

  const send = async (events: OracleEvent[], path = '/events') => {
    sent.push(...events)
    return installation.client.send(events.map(wireOf), path)
  }

  const horizon = async (): Promise<number> => {
    const [row] = await installation.database.query<{ at: Date }>('SELECT pane_start AS at FROM horizon')
    return row!.at.getTime()
  }

  const turnoverOf = async (playerId: string): Promise<Money> => {
    const { player } = await installation.client.data<{ player: { activity: { turnover: string } } }>(
      `query ($id: ID!, $at: DateTime!) { player(id: $id) { activity(window: "P1D", at: $at) { turnover } } }`,
      { id: playerId, at: formatInstant(NOON + 3 * HOUR_MS) },
    )
    return parseMoney(player.activity.turnover) as Money
  }

  const leaderOf = async (from: number, to: number) => {
    const { leaderboard } = await installation.client.data<{ leaderboard: { playerId: string; amount: string }[] }>(
      `query ($from: DateTime!, $to: DateTime!) { leaderboard(from: $from, to: $to, first: 1) { playerId amount } }`,
      { from: formatInstant(from), to: formatInstant(to) },
    )
    return leaderboard[0]
  }

  const expectEntries = async () => {
    const found = (await allEntries(installation.client)).map(entry => lineOf(entry, { crossing: true }))
    const expected = oracleEntries([HOUR_POLICY], sent).map(entry => oracleLineOf(entry, { crossing: true }))
    expect(difference(found, expected)).toEqual(SAME)
    expect(found.length).toBeGreaterThan(0)
  }

  test('panes behind it are gone, and their figures stay', async () => {
    await send([bet('a', 0, 600), bet('a', 7, 100), bet('b', 1, 50), bet('clock', 120, 1)])
    await run('horizon')
    expect(await horizon()).toBe(NOON + 2 * HOUR_MS)
    const panes = await installation.database.query('SELECT player_id FROM player_pane')
    expect(panes).toEqual([{ player_id: 'clock' }])
    expect(await turnoverOf('a')).toBe(7_000_000n)
    expect(await leaderOf(NOON, NOON + HOUR_MS)).toEqual({ playerId: 'a', amount: '700.00' })
    await expectRecount(installation.database)
  })

  test('a late event below it is decided exactly at once, and its figures follow within seconds by themselves', async () => {
    await savePolicy()
    await send([bet('a', 0, 600), bet('a', 59, 400), bet('b', 1, 999), bet('clock', 120, 1)])
    await run('horizon')
    const late = [bet('a', 30, 0.0001), bet('b', 1, 1), bet('b', 1, 1), bet('new', 40, 5_000)]
    await send([...late, late[0]!])
    await expectEntries()
    await within(APPEARS_WITHIN_MS, async () => (await turnoverOf('a')) === 10_000_001n)
    await within(APPEARS_WITHIN_MS, async () => (await leaderOf(NOON, NOON + HOUR_MS))?.playerId === 'new')
    await within(APPEARS_WITHIN_MS, async () => (await marked()) === 0)
    await expectRecount(installation.database)
  })

  test('two refreshes at once wait for each other', async () => {
    await send([bet('a', 0, 600), bet('clock', 60 * 24 * 30, 1)])
    await run('horizon')
    for (let round = 0; round < 8; round++) {
      await send(Array.from({ length: 40 }, (_, n) => bet(`p${n}`, 400 * (round + 1) + 7 * n, 1)))
      // The node's own job is a third.
      const first = run('refresh-late')
      await run('refresh-late')
      await expectRecount(installation.database)
      await first
    }
  })

  const marked = async (): Promise<number> => {
    const [row] = await installation.database.query<{ n: number }>('SELECT count(*)::int AS n FROM late_pane')
    return row!.n
  }

  test('a policy made right after a late event below it finds who is above', async () => {
    // The watermark stands inside the pane after the horizon: its windows are open, and begin below the horizon.
    await send([bet('a', 0, 600), bet('clock', 20, 1)])
    await run('horizon')
    expect(await horizon()).toBe(NOON + 20 * MINUTE_MS)
    for (let round = 0; round < 5; round++) {
      const player = `late-${round}`
      await send([bet(player, 3, 5_000)])
      await savePolicy(String(1_000 + round))
      const entries = await allEntries(installation.client, { playerId: player })
      expect(entries.map(entry => [entry.windowStart, entry.amount]).sort()).toEqual([
        [formatInstant(NOON - 30 * MINUTE_MS), '5000.00'],
        [formatInstant(NOON), '5000.00'],
      ])
    }
  })

  test('it moves on under two writers who send late events and resend on both sides of it', async () => {
    await savePolicy()
    const players = 30
    let moves = 0
    for (let round = 0; round < 6; round++) {
      const around = (n: number) => round * 60 - 120 + ((n * 37) % 180)
      const events = Array.from({ length: 1_500 }, (_, n) => bet(`player-${n % players}`, around(n), 1 + (n % 60)))
      const again = sent.filter((_, i) => i % 17 === round)
      const before = await horizon()
      // The same events by both: each stands once.
      const [left, right] = await Promise.all([
        installation.client.send([...events, ...again].map(wireOf), '/events?stream=left'),
        installation.client.send([...again, ...events].reverse().map(wireOf), '/events?stream=right'),
        run('horizon'),
      ])
      sent.push(...events)
      expect(left.accepted + right.accepted).toBe(events.length)
      expect(left.duplicates + right.duplicates).toBe(events.length + 2 * again.length)
      await run('horizon')
      if ((await horizon()) > before) moves++
    }
    expect(moves).toBeGreaterThan(3)
    await run('refresh-late')
    await expectRecount(installation.database)
    const [below] = await installation.database.query<{ panes: number; touches: number }>(
      `SELECT (SELECT count(*)::int FROM player_pane p, horizon h WHERE p.pane_start < h.pane_start) AS panes,
         (SELECT count(*)::int FROM pane_touch t, horizon h WHERE t.pane_start < h.pane_start) AS touches`,
    )
    expect(below).toEqual({ panes: 0, touches: 0 })
    const found = (await allEntries(installation.client)).map(entry => lineOf(entry, { crossing: false }))
    const expected = oracleEntries([HOUR_POLICY], sent).map(entry => oracleLineOf(entry, { crossing: false }))
    expect(difference(found, expected)).toEqual(SAME)
    expect(found.length).toBeGreaterThan(players)
  })
})

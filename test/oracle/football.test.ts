import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Money, parseMoney } from '../../src/kernel/money.js'
import { DAY_MS, formatInstant, parseInstant } from '../../src/kernel/time.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { realData } from './real-data.js'

interface Football {
  events: number
  bets: number
  turnover: string
  payouts: string
  by_competition: { competition: string; bets: number; turnover: string; payouts: string }[]
}

interface Wire {
  player_id: string
  event_type: string
  amount: string
  timestamp: string
}

interface Slots {
  spins: number
  events: number
  turnover: string
  payouts: string
}

const PIECES_MAX = 300
const money = (text: string): Money => parseMoney(text) as Money
const football = realData<Football>('football')
const slots = realData<Slots>('slots')

describe.skipIf(football === null).each(ENGINES)('twelve years of football on $name', engine => {
  const { lines, gzip, expected } = football ?? { lines: [], gzip: Buffer.alloc(0), expected: {} as Football }
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
    const response = await installation.client.post('/events', gzip, { 'content-encoding': 'gzip' })
    expect(await response.json()).toEqual({ accepted: expected.events, duplicates: 0, rejectedCount: 0, rejected: [] })
  })
  afterAll(() => installation.close())

  const pieces = async (): Promise<number> => {
    const [row] = await installation.database.query<{ n: number }>(
      engine.name === 'timescaledb'
        ? "SELECT count(*)::int AS n FROM timescaledb_information.chunks WHERE hypertable_name = 'player_event'"
        : "SELECT count(*)::int AS n FROM pg_inherits WHERE inhparent = 'player_event'::regclass",
    )
    return row!.n
  }

  const totals = async (relation: 'player_event' | 'player_activity_5m') => {
    const [row] = await installation.database.query<{ turnover: string; payouts: string }>(
      `SELECT sum(turnover)::text AS turnover, sum(payouts)::text AS payouts FROM ${relation}`,
    )
    return { turnover: money(row!.turnover), payouts: money(row!.payouts) }
  }

  /** Turnover and payouts of one player in (at - 366 days, at], by hand. */
  const yearOf = (playerId: string, to: number) => {
    const year = { turnover: 0n, payouts: 0n, eventCount: 0 }
    for (const line of lines) {
      const wire = JSON.parse(line) as Wire
      const at = parseInstant(wire.timestamp)!
      if (wire.player_id !== playerId || at >= to || at < to - 366 * DAY_MS) continue
      if (wire.event_type === 'bet') year.turnover += money(wire.amount)
      else year.payouts += money(wire.amount)
      year.eventCount++
    }
    return year
  }

  test('turnover and payouts, from the events and from their sums', async () => {
    const sums = { turnover: money(expected.turnover), payouts: money(expected.payouts) }
    expect(await totals('player_event')).toEqual(sums)
    expect(await totals('player_activity_5m')).toEqual(sums)
  })

  /** Only the bets name their competition; a settlement names it by its game. */
  test('bets, turnover and payouts by competition', async () => {
    const rows = await installation.database.query<{
      competition: string
      bets: number
      turnover: string
      payouts: string
    }>(
      `SELECT split_part(game, ':', 1) AS competition, count(competition)::int AS bets, sum(turnover)::text AS turnover,
         sum(payouts)::text AS payouts
       FROM player_event GROUP BY 1 ORDER BY 1`,
    )
    const exact = (row: { competition: string; bets: number; turnover: string; payouts: string }) => ({
      competition: row.competition,
      bets: row.bets,
      turnover: money(row.turnover),
      payouts: money(row.payouts),
    })
    expect(rows.map(exact)).toEqual(expected.by_competition.map(exact))
  })

  test(`fewer than ${PIECES_MAX} chunks or partitions`, async () => {
    expect(await pieces()).toBeGreaterThan(100)
    expect(await pieces()).toBeLessThan(PIECES_MAX)
  })

  test.each(['2003-11-30T00:00:00Z', '2010-01-01T00:00:00Z', '2015-06-01T00:00:00Z'])(
    'the year of a player up to %s is there at once',
    async at => {
      const { client } = installation
      const { player } = await client.data<{
        player: { activity: { turnover: string; payouts: string; eventCount: number; windowEnd: string } }
      }>(
        `query ($at: DateTime!) { player(id: "punter_072") { activity(window: "P366D", at: $at) {
           turnover payouts eventCount windowEnd } } }`,
        { at },
      )
      const { turnover, payouts, eventCount, windowEnd } = player.activity
      expect(windowEnd).toBe(formatInstant(parseInstant(at)!))
      const year = yearOf('punter_072', parseInstant(at)!)
      expect(year.eventCount).toBeGreaterThan(0)
      expect({ turnover: money(turnover), payouts: money(payouts), eventCount }).toEqual(year)
    },
  )

  test('the leaderboard of a week of 2008', async () => {
    const [from, to] = ['2008-03-15T00:00:00Z', '2008-03-22T00:00:00Z']
    const { leaderboard } = await installation.client.data<{ leaderboard: { playerId: string; amount: string }[] }>(
      `query ($from: DateTime!, $to: DateTime!) { leaderboard(metric: NET_LOSS, from: $from, to: $to, first: 500) {
         playerId amount } }`,
      { from, to },
    )
    const lost = new Map<string, bigint>()
    for (const line of lines) {
      const { player_id: player, event_type: type, amount, timestamp } = JSON.parse(line) as Wire
      if (timestamp < from || timestamp >= to) continue
      lost.set(player, (lost.get(player) ?? 0n) + (type === 'bet' ? money(amount) : -money(amount)))
    }
    const byLoss = [...lost].sort(([a, x], [b, y]) => (y > x ? 1 : y < x ? -1 : a < b ? -1 : 1)).slice(0, 500)
    expect(byLoss.length).toBeGreaterThan(50)
    expect(leaderboard.map(row => [row.playerId, money(row.amount)])).toEqual(byLoss)
  })

  test('sent again, everything is a duplicate and no figure moves', async () => {
    expect(await installation.client.send(lines)).toMatchObject({
      accepted: 0,
      duplicates: expected.events,
      rejectedCount: 0,
    })
    const sums = { turnover: money(expected.turnover), payouts: money(expected.payouts) }
    expect(await totals('player_event')).toEqual(sums)
    expect(await totals('player_activity_5m')).toEqual(sums)
  })
})

describe.skipIf(slots === null).each(ENGINES)('10,000 spins on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  test('turnover, payouts and what came back of a hundred', async () => {
    const { lines, expected } = slots!
    expect(await installation.client.send(lines)).toMatchObject({ accepted: expected.events, duplicates: 0 })
    const rows = await installation.database.query<{ spins: number; turnover: string; payouts: string }>(
      `SELECT (sum(event_count) FILTER (WHERE event_type = 'bet'))::int AS spins, sum(turnover)::text AS turnover,
         sum(payouts)::text AS payouts
       FROM player_activity_5m WHERE game_type = 'slots'`,
    )
    expect(rows.map(row => ({ ...row, turnover: money(row.turnover), payouts: money(row.payouts) }))).toEqual([
      { spins: expected.spins, turnover: money(expected.turnover), payouts: money(expected.payouts) },
    ])
  })
})

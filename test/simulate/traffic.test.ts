import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../src/campaigns/filter/filter.js'
import { FilterEvent } from '../../src/campaigns/filter/filter-event.js'
import type { PlayerEvent } from '../../src/events/player-event.js'
import { readEvent } from '../../src/events/read-event.js'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/kernel/time.js'
import { readSeeds } from '../../src/simulate/seeds.js'
import { makeTraffic, TRAFFIC_EVENTS_MAX, type TrafficOptions } from '../../src/simulate/traffic.js'
import type { WireEvent } from '../../src/simulate/wire-event.js'

const START = Date.parse('2025-11-03T10:00:00Z')
const OPTIONS: TrafficOptions = { seed: 1, players: 500, startAt: START, eventsPerSecond: 50 }

const RULES = {
  clock: () => START + HOUR_MS,
  aheadMs: 0,
  retentionMs: 0,
  baseCurrency: 'EUR',
  nameEvent: () => expect.unreachable('every event has an id'),
}

function eventsOf(options: TrafficOptions, durationMs: number, stepMs = MINUTE_MS): WireEvent[] {
  const traffic = makeTraffic(options)
  const events: WireEvent[] = []
  for (let at = START + stepMs; at <= START + durationMs; at += stepMs) events.push(...traffic.next(at))
  return events
}

function taken(event: WireEvent): PlayerEvent {
  const read = readEvent(JSON.parse(JSON.stringify(event)), 0, RULES)
  if ('code' in read) throw new Error(read.message)
  return read
}

const hour = eventsOf(OPTIONS, HOUR_MS)
const amounts = (type: WireEvent['event_type']): number[] =>
  hour.filter(event => event.event_type === type).map(event => event.amount!)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function turnoverOf(events: readonly WireEvent[]): Map<string, number> {
  const turnover = new Map<string, number>()
  for (const { event_type, player_id, amount } of events) {
    if (event_type === 'bet') turnover.set(player_id, (turnover.get(player_id) ?? 0) + amount!)
  }
  return turnover
}

describe('simulated traffic', () => {
  it('repeats with its seed, however often it is asked', () => {
    const once = eventsOf(OPTIONS, MINUTE_MS)
    expect(eventsOf(OPTIONS, MINUTE_MS, 100)).toEqual(once)
    expect(eventsOf({ ...OPTIONS, seed: 2 }, MINUTE_MS)).not.toEqual(once)
  })

  it('has the rate that was asked for', () => {
    expect(hour.length / 3600 / 50).toBeCloseTo(1, 1)
    const fast = eventsOf({ ...OPTIONS, players: 100, eventsPerSecond: 2_000 }, 10 * SECOND_MS, SECOND_MS)
    expect(fast.length / 20_000).toBeCloseTo(1, 1)
  })

  it('goes forward in time and stays before the instant that was asked for', () => {
    const traffic = makeTraffic(OPTIONS)
    let last = START
    for (let until = START + SECOND_MS; until < START + MINUTE_MS; until += SECOND_MS) {
      for (const event of traffic.next(until)) {
        const at = Date.parse(event.timestamp)
        expect(at).toBeGreaterThanOrEqual(last)
        expect(at).toBeLessThan(until)
        last = at
      }
    }
    expect(traffic.next(last)).toEqual([])
  })

  it('gives the rest of a long pause with the next call', () => {
    const traffic = makeTraffic(OPTIONS)
    expect(traffic.next(START + HOUR_MS)).toHaveLength(TRAFFIC_EVENTS_MAX)
    expect(traffic.next(START + HOUR_MS)).toEqual(hour.slice(TRAFFIC_EVENTS_MAX, 2 * TRAFFIC_EVENTS_MAX))
  })

  it('is all valid, with ids of its own', () => {
    expect(hour.slice(0, 30_000).map(taken)).toHaveLength(30_000)
    expect(new Set(hour.map(event => event.event_id)).size).toBe(hour.length)
  })

  it('is made of sessions: login first, each win after its bet, logout last', () => {
    const sessions = new Map<string, WireEvent[]>()
    for (const event of hour) {
      const known = sessions.get(event.session_id)
      if (known === undefined) sessions.set(event.session_id, [event])
      else known.push(event)
    }
    expect(sessions.size).toBeGreaterThan(1_000)
    for (const events of sessions.values()) {
      expect(new Set(events.map(event => event.player_id)).size).toBe(1)
      const types = events.map(event => event.event_type)
      expect(types.indexOf('login')).toBe(0)
      expect(types.lastIndexOf('login')).toBe(0)
      if (types.includes('logout')) expect(types.indexOf('logout')).toBe(types.length - 1)
      events.forEach((event, at) => {
        if (event.event_type !== 'win') return
        expect(events[at - 1]).toMatchObject({ event_type: 'bet', round_id: event.round_id, game: event.game })
      })
    }
  })

  it('has one session of a player at a time', () => {
    const playing = new Map<string, string>()
    for (const event of hour) {
      if (event.event_type === 'login') {
        if (playing.has(event.player_id)) expect.unreachable(`${event.player_id} plays already`)
        playing.set(event.player_id, event.session_id)
      }
      if (playing.get(event.player_id) !== event.session_id) expect.unreachable(`${event.session_id} is not open`)
      if (event.event_type === 'logout') playing.delete(event.player_id)
    }
  })

  it('spreads over game types, markets and event types', () => {
    const kinds = (of: (event: WireEvent) => string | undefined) => [...new Set(hour.map(of))].filter(Boolean).sort()
    expect(kinds(event => event.event_type)).toEqual(['bet', 'deposit', 'login', 'logout', 'progress', 'win'])
    expect(kinds(event => event.game_type)).toEqual(['blackjack', 'crash', 'roulette', 'slots', 'sports'])
    expect(kinds(event => event.game).length).toBeGreaterThan(8)
    expect(kinds(event => event.market).length).toBeGreaterThan(4)
    const sports = hour.filter(event => event.game_type === 'sports' && event.event_type === 'bet')
    for (const bet of sports)
      expect(bet).toMatchObject({ competition: expect.any(String), selection: expect.any(String) })
  })

  it('ends each session with what it staked and won', () => {
    const totals = new Map<string, { rounds: number; staked: number; won: number }>()
    let ends = 0
    for (const { session_id, event_type, event_name, amount = 0, data } of hour) {
      const total = totals.get(session_id) ?? { rounds: 0, staked: 0, won: 0 }
      totals.set(session_id, total)
      if (event_type === 'bet') total.rounds++
      if (event_type === 'bet') total.staked += amount
      if (event_type === 'win') total.won += amount
      if (event_name !== 'session_end') continue
      ends++
      expect(data!.rounds).toBe(total.rounds)
      expect(data!.staked).toBeCloseTo(total.staked)
      expect(data!.won).toBeCloseTo(total.won)
    }
    expect(ends).toBeGreaterThan(1_000)
  })

  it('has events that the sample campaigns find true, a few a minute each', () => {
    for (const { id, game, eventName, filter } of readSeeds().campaigns) {
      const compiled = compileFilter(filter)
      if (game === 'harbor' || compiled.usesPlayer) continue
      const shown = hour.filter(event => event.game === game && event.event_name === eventName)
      const matches = shown.filter(event => compiled.matches(new FilterEvent(taken(event), null))).length
      expect(matches, id).toBeGreaterThan(20)
      expect(matches, id).toBeLessThan(1_200)
    }
  })

  it('has stakes with a heavy tail', () => {
    const stakes = amounts('bet').sort((a, b) => a - b)
    const median = stakes[stakes.length >> 1]!
    expect(median).toBeGreaterThan(0.3)
    expect(median).toBeLessThan(3)
    expect(stakes.at(-1)! / median).toBeGreaterThan(200)
    const players = [...turnoverOf(hour).values()].sort((a, b) => b - a)
    const share = sum(players.slice(0, players.length / 100)) / sum(players)
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.9)
  })

  it('pays back less than is staked, but not much less', () => {
    const returned = sum(amounts('win')) / sum(amounts('bet'))
    expect(returned).toBeGreaterThan(0.75)
    expect(returned).toBeLessThan(1.2)
  })

  for (const [players, eventsPerSecond] of [
    [500, 50],
    [200, 20],
    [1_000, 100],
  ] as const) {
    it(`has VIPs soon and some more within the hour: ${players} players, ${eventsPerSecond} events/s`, () => {
      const vips = (durationMs: number) => {
        const turnover = turnoverOf(eventsOf({ ...OPTIONS, players, eventsPerSecond }, durationMs))
        return [...turnover.values()].filter(stake => stake > 1_000).length
      }
      expect(vips(3 * MINUTE_MS)).toBeGreaterThanOrEqual(1)
      const within = vips(20 * MINUTE_MS)
      expect(within).toBeGreaterThanOrEqual(2)
      expect(within).toBeLessThan(players / 10)
    })
  }

  it('works for one player, and refuses none', () => {
    expect(eventsOf({ ...OPTIONS, players: 1, eventsPerSecond: 5 }, 10 * MINUTE_MS).length).toBeGreaterThan(2_500)
    expect(() => makeTraffic({ ...OPTIONS, players: 0 })).toThrow('players must be at least 1, got 0')
    expect(() => makeTraffic({ ...OPTIONS, eventsPerSecond: 0 })).toThrow('eventsPerSecond must be above 0, got 0')
  })
})

import { describe, expect, it } from 'vitest'
import { readEventLine } from '../../src/events/read-event.js'
import { BenchLoad } from '../../src/simulate/bench-load.js'

const AT = Date.parse('2025-11-03T10:00:00.123Z')
const OPTIONS = { seed: 1, prefix: 'run.1', players: 100_000 }
const RULES = {
  clock: () => AT,
  aheadMs: 0,
  retentionMs: 0,
  baseCurrency: 'EUR',
  nameEvent: () => expect.unreachable('every event has an id'),
}

function eventsOf(load: BenchLoad, lines: number) {
  const text = load.body(lines, AT).toString('utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const event = readEventLine(line, index, RULES)
      if ('code' in event) throw new Error(`${event.message}: ${line}`)
      return event
    })
}

describe("the benchmark's load", () => {
  it('repeats with its seed', () => {
    expect(new BenchLoad(OPTIONS).body(100, AT)).toEqual(new BenchLoad(OPTIONS).body(100, AT))
    expect(new BenchLoad(OPTIONS).body(100, AT)).not.toEqual(new BenchLoad({ ...OPTIONS, seed: 2 }).body(100, AT))
  })

  it('is valid, with unique ids, in bodies of any size', () => {
    const load = new BenchLoad(OPTIONS)
    const ids = new Set<string>()
    for (const lines of [1, 2, 500, 8_192, 20_000]) {
      const events = eventsOf(load, lines)
      expect(events).toHaveLength(lines)
      for (const event of events) {
        ids.add(event.eventId)
        expect(event.occurredAt).toBe(AT)
        expect(event.sessionId!.slice(1)).toBe(event.playerId.slice(1))
      }
    }
    expect(ids.size).toBe(load.made)
    expect(ids).toContain('run.1-000000000000')
    expect(ids).toContain(`run.1-${String(load.made - 1).padStart(12, '0')}`)
  })

  it('is of all players, mostly bets and wins, with a heavy tail', () => {
    const events = eventsOf(new BenchLoad({ ...OPTIONS, players: 1_000 }), 20_000)
    const players = new Set(events.map(event => event.playerId))
    expect(players.size).toBe(1_000)
    expect(players).toContain('p0000999')
    const share = (type: string) => events.filter(event => event.eventType === type).length / events.length
    expect(share('bet')).toBeCloseTo(0.65, 1)
    expect(share('win')).toBeCloseTo(0.32, 1)
    expect(share('deposit')).toBeGreaterThan(0)
    const stakes = events.filter(event => event.eventType === 'bet').map(event => Number(event.amount))
    stakes.sort((a, b) => a - b)
    expect(stakes.at(-1)! / stakes[stakes.length >> 1]!).toBeGreaterThan(30)
  })

  it('refuses what would not fit into its lines', () => {
    expect(() => new BenchLoad({ ...OPTIONS, players: 0 })).toThrow('players must be from 1 to 10000000, got 0')
    expect(() => new BenchLoad({ ...OPTIONS, players: 1e8 })).toThrow('players')
    expect(() => new BenchLoad({ ...OPTIONS, prefix: 'a"b' })).toThrow('prefix')
    expect(eventsOf(new BenchLoad({ ...OPTIONS, prefix: 'p0s0' }), 3)[2]!.eventId).toBe('p0s0-000000000002')
  })
})

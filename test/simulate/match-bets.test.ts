import { describe, expect, it } from 'vitest'
import { readEvent } from '../../src/events/read-event.js'
import { HOUR_MS, SECOND_MS } from '../../src/kernel/time.js'
import { Match, SELECTIONS } from '../../src/simulate/match.js'
import { MatchBets } from '../../src/simulate/match-bets.js'
import { Random } from '../../src/simulate/random.js'
import type { WireEvent } from '../../src/simulate/wire-event.js'

const START = Date.parse('2026-11-03T10:00:00Z')
const OPTIONS = { seed: 1, players: 500, startAt: START, betsPerSecond: 20, matches: 6 }
const RULES = {
  clock: () => START + HOUR_MS,
  aheadMs: 0,
  retentionMs: 0,
  baseCurrency: 'EUR',
  nameEvent: () => expect.unreachable('every event has an id'),
}

function eventsOf(stepMs: number, untilMs = HOUR_MS): WireEvent[] {
  const bets = new MatchBets(OPTIONS)
  const events: WireEvent[] = []
  for (let at = START + stepMs; at <= START + untilMs; at += stepMs) events.push(...bets.next(at))
  return events
}

const hour = eventsOf(60 * SECOND_MS)
const placed = hour.filter(event => event.event_type === 'bet')
const settled = hour.filter(event => event.event_type === 'settlement')

describe('simulated bets on matches', () => {
  it('repeat with their seed, however often they are asked for, in the order of their time', () => {
    const minute = eventsOf(60 * SECOND_MS, 60 * SECOND_MS)
    expect(eventsOf(SECOND_MS, 60 * SECOND_MS)).toEqual(minute)
    expect(minute).toEqual(hour.slice(0, minute.length))
    expect(hour.map(event => event.timestamp)).toEqual(hour.map(event => event.timestamp).toSorted())
  })

  it('are valid, each with an id and odds, and settled once, later, by whom placed it, at those odds', () => {
    for (const [index, event] of hour.entries()) {
      const read = readEvent(JSON.parse(JSON.stringify(event)), index, RULES)
      if ('code' in read) expect.unreachable(read.message)
    }
    expect(new Set(hour.map(event => event.event_id)).size).toBe(hour.length)
    const bets = new Map(placed.map(bet => [bet.bet_id, bet]))
    expect(bets.size).toBe(placed.length)
    expect(new Set(settled.map(event => event.bet_id)).size).toBe(settled.length)
    for (const { bet_id, player_id, timestamp, result, amount } of settled) {
      const bet = bets.get(bet_id)!
      expect(bet.odds).toBeGreaterThan(1)
      expect(player_id).toBe(bet.player_id)
      expect(timestamp > bet.timestamp).toBe(true)
      const wanted = result === 'won' ? bet.amount! * bet.odds! : result === 'void' ? bet.amount! : 0
      expect(amount).toBeCloseTo(wanted, 6)
    }
  })

  it('end: what is open is of the matches that are played', () => {
    const closed = new Set(settled.map(({ bet_id }) => bet_id))
    const open = placed.filter(({ bet_id }) => !closed.has(bet_id))
    expect(new Set(open.map(bet => bet.game)).size).toBeLessThanOrEqual(OPTIONS.matches)
    expect(settled.length / placed.length).toBeGreaterThan(0.95)
    expect(new Set(settled.map(({ result }) => result))).toEqual(new Set(['won', 'lost', 'void']))
  })
})

describe('a simulated match', () => {
  it('has odds with a margin, at which about as many selections win as they say', () => {
    const random = new Random('matches')
    let expected = 0
    let won = 0
    for (let n = 0; n < 3_000; n++) {
      const match = new Match(n, START, random)
      for (const share of [0.1, 0.5, 0.8]) {
        const at = START + (match.endsAt - START) * share
        const odds = SELECTIONS.map(selection => match.oddsAt(at, selection))
        if (odds.some(value => value === null)) continue
        const overround = odds.reduce<number>((sum, value) => sum + 1 / value!, 0)
        expect(overround).toBeGreaterThan(1.03)
        expect(overround).toBeLessThan(1.1)
        expected += 1 / odds[0]! / overround
        won += match.winner === 'home' ? 1 : 0
      }
    }
    expect(won / expected).toBeCloseTo(1, 1)
  })
})

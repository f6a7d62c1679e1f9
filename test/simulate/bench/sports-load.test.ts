import { describe, expect, it } from 'vitest'
import type { PlayerEvent } from '../../../src/events/player-event.js'
import { readEventLine } from '../../../src/events/read-event.js'
import { parseMoney } from '../../../src/kernel/money.js'
import { PositionFrames } from '../../../src/simulate/bench/pnl/position-frames.js'
import { SportsLoad } from '../../../src/simulate/bench/pnl/sports-load.js'

const AT = Date.parse('2026-11-03T10:00:00.123Z')
const OPTIONS = { prefix: 'run', players: 1_000, games: 50, openBets: 500 }
const RULES = {
  clock: () => AT,
  aheadMs: 0,
  retentionMs: 0,
  baseCurrency: 'EUR',
  nameEvent: () => expect.unreachable('every event has an id'),
}

function eventsOf(body: Buffer): PlayerEvent[] {
  const lines = body.toString('utf8').trimEnd().split('\n')
  return lines.map((line, index) => {
    const event = readEventLine(line, index, RULES)
    if ('code' in event) throw new Error(`${event.message}: ${line}`)
    return event
  })
}

describe("the benchmark's sports bets", () => {
  it('are valid, in all games, with odds that have a margin, each event once', () => {
    const load = new SportsLoad(OPTIONS)
    const bets = eventsOf(load.newBets(20_000, AT))
    expect(new Set(bets.map(bet => bet.eventId)).size).toBe(20_000)
    expect(new Set(bets.map(bet => bet.betId)).size).toBe(20_000)
    expect(new Set(bets.map(bet => bet.game)).size).toBe(OPTIONS.games)
    expect(new Set(bets.map(bet => bet.playerId)).size).toBe(OPTIONS.players)
    expect(bets.map((_, n) => load.gameOf(n))).toEqual(bets.map(bet => bet.game))
    const ofGame = bets.filter(bet => bet.game === bets[0]!.game)
    const odds = ['home', 'draw', 'away'].map(name => Number(ofGame.find(bet => bet.selection === name)!.odds) / 10_000)
    const overround = odds.reduce((sum, value) => sum + 1 / value, 0)
    expect(overround).toBeGreaterThan(1.02)
    expect(overround).toBeLessThan(1.1)
  })

  it('are settled once each, the oldest first, by the player who placed them, at their odds', () => {
    const load = new SportsLoad(OPTIONS)
    const events = Array.from({ length: 20 }, () => eventsOf(load.mixed(200, AT))).flat()
    const bets = new Map(events.filter(event => event.eventType === 'bet').map(bet => [bet.betId, bet]))
    const settlements = events.filter(event => event.eventType === 'settlement')
    expect(settlements.map(({ betId }) => betId)).toEqual([...bets.keys()].slice(0, settlements.length))
    expect(bets.size - settlements.length).toBe(load.open)
    expect(load.open).toBe(600)
    for (const { betId, playerId, result, amount } of settlements) {
      const bet = bets.get(betId)!
      expect(playerId).toBe(bet.playerId)
      expect(amount).toBe(result === 'won' ? (bet.amount * bet.odds!) / 10_000n : parseMoney('0'))
    }
    const won = settlements.filter(({ result }) => result === 'won').length / settlements.length
    expect(won).toBeGreaterThan(0.25)
    expect(won).toBeLessThan(0.42)
  })

  it('go on behind those that are in the database already', () => {
    const load = new SportsLoad(OPTIONS, 1_000)
    const [bet, settlement] = eventsOf(load.mixed(2, AT))
    expect([bet!.betId, settlement!.betId]).toEqual(['run-000000001000', 'run-000000000000'])
  })
})

describe('frames of positions', () => {
  it('answer for as many bets as they say, oldest first', async () => {
    const frames = new PositionFrames(['a', 'b'])
    for (const at of [70, 80, 90]) frames.sent('a', at)
    frames.sent('not watched', 90)
    frames.arrived({ game: 'a', bets: 0 }, 95)
    frames.arrived({ game: 'a', bets: 2 }, 100)
    frames.arrived({ game: 'a', bets: 2 }, 101)
    expect(frames.tookMs).toEqual([30, 20])
    await expect(frames.all(10)).rejects.toThrow('1 bets were in no frame 10 ms after the last one')
    frames.arrived({ game: 'a', bets: 3 }, 102)
    await frames.all(10)
    expect(frames.tookMs).toEqual([30, 20, 12])
    expect(frames.frames).toBe(4)
  })
})

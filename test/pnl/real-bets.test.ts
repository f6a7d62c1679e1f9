import { beforeAll, describe, expect, it } from 'vitest'
import { DAY_MS, formatInstant } from '../../src/kernel/time.js'
import { advance } from '../../src/pnl/bet-book.js'
import { impliedForecast, type SettledMarket, scoreOf } from '../../src/pnl/forecast.js'
import { trainOutcomeModel } from '../../src/pnl/outcome-model.js'
import { ggr, moneyOfExpected, type Position, positionOf, sum } from '../../src/pnl/position.js'
import { realData, shuffled } from '../oracle/real-data.js'
import { eventOf, Ledger, money, type Wire } from './ledger.js'

interface Figures {
  readonly bets: number
  readonly turnover: string
  readonly payouts: string
  readonly ggr: string
}
interface Football extends Figures {
  readonly by_competition: (Figures & { competition: string; expected_ggr_before_kickoff: string })[]
  readonly implied_probability: { log_loss: number; brier_3class: number }
  readonly implied_probability_by_season: { season: string; fixtures: number; log_loss: number; brier_3class: number }[]
}

const football = realData<Football>('football')
const slots = realData<Omit<Figures, 'bets'> & { spins: number }>('slots')
const bustabit = realData<{ by_day: (Figures & { day: string })[] }>('bustabit')

const wiresOf = (data: { lines: readonly string[] } | null): Wire[] =>
  (data?.lines ?? []).map(line => JSON.parse(line) as Wire)
const figures = (position: Position) => {
  const { bets, turnover, payouts } = position
  return { bets, turnover, payouts, ggr: ggr(position) }
}
const expectedFigures = ({ bets, turnover, payouts, ggr }: Figures) => ({
  bets,
  turnover: money(turnover),
  payouts: money(payouts),
  ggr: money(ggr),
})

describe.skipIf(football === null)('twelve years of football', () => {
  const wires = wiresOf(football)
  const competitionOf = (game: string) => game.slice(0, game.indexOf(':'))
  const expected = football?.expected as Football
  const before = new Ledger()
  const markets: (SettledMarket & { season: string })[] = []

  beforeAll(() => {
    for (const wire of wires) if (wire.event_type === 'bet') before.add(eventOf(wire))
    const won = new Map(
      wires.filter(wire => wire.result !== undefined).map(wire => [wire.bet_id, wire.result === 'won']),
    )
    const games = new Map<string, Wire[]>()
    for (const wire of wires) {
      if (wire.event_type === 'bet') games.set(wire.game, [...(games.get(wire.game) ?? []), wire])
    }
    for (const [game, bets] of games) {
      markets.push({
        at: eventOf(bets[0]!).occurredAt,
        season: bets[0]!.season!,
        gameType: 'football',
        competition: competitionOf(game),
        selections: bets.map(bet => ({ odds: money(bet.odds!), won: won.get(bet.bet_id)! })),
      })
    }
  })

  it.each(['in the order of the file', 'in any order'])('ends with the figures of each competition, %s', order => {
    const ledger = new Ledger()
    for (const wire of order === 'in any order' ? shuffled(wires, 7) : wires) ledger.add(eventOf(wire))
    const total = ledger.total()
    expect(figures(total)).toEqual(expectedFigures(expected))
    expect(total).toMatchObject({ openBets: 0, openStake: 0n, liability: 0n })
    expect(ledger.expected()).toBe(0n)
    for (const one of expected.by_competition) {
      expect(figures(ledger.total(game => competitionOf(game) === one.competition))).toEqual(expectedFigures(one))
    }
  })

  it('expects before kick-off what was computed outside', () => {
    for (const one of expected.by_competition) {
      const sum = before.expected(game => competitionOf(game) === one.competition)
      expect(moneyOfExpected(sum)).toBe(money(one.expected_ggr_before_kickoff))
    }
  })

  it.each(['2003-12-20', '2009-02-01', '2012-09-15', '2015-05-23'])(
    'replayed up to %s 14:00 is what a count gives',
    day => {
      const until = `${day}T14:00:00Z`
      const ledger = new Ledger()
      const past = wires.filter(wire => wire.timestamp <= until)
      for (const wire of shuffled(past, 11)) ledger.add(eventOf(wire))
      const settled = new Set(past.filter(wire => wire.event_type === 'settlement').map(wire => wire.bet_id))
      const open = past.filter(wire => wire.event_type === 'bet' && !settled.has(wire.bet_id))
      expect(open.length).toBeGreaterThan(0)
      let liability = 0
      let expectation = 0
      for (const bet of open) {
        const book = open
          .filter(other => other.game === bet.game)
          .reduce((all, other) => all + 1 / Number(other.odds), 0)
        liability += Number(bet.amount) * Number(bet.odds)
        expectation += Number(bet.amount) - (1 / Number(bet.odds) / book) * Number(bet.amount) * Number(bet.odds)
      }
      const total = ledger.total()
      expect(total.openBets).toBe(open.length)
      expect(Number(total.liability) / 1e8).toBeCloseTo(liability, 8)
      expect(Number(moneyOfExpected(ledger.expected())) / 1e4).toBeCloseTo(expectation, 4)
    },
  )

  it('scores the bookmaker as was computed outside, by season', () => {
    for (const { season, fixtures, log_loss, brier_3class } of expected.implied_probability_by_season) {
      const played = markets.filter(market => market.season === season)
      expect(played.length).toBe(fixtures)
      const score = scoreOf(played, impliedForecast)
      expect(Math.abs(score.logLoss - log_loss)).toBeLessThanOrEqual(1e-6)
      expect(Math.abs(score.brier - brier_3class)).toBeLessThanOrEqual(1e-6)
    }
    const all = scoreOf(markets, impliedForecast)
    expect(Math.abs(all.logLoss - expected.implied_probability.log_loss)).toBeLessThanOrEqual(1e-6)
    expect(Math.abs(all.brier - expected.implied_probability.brier_3class)).toBeLessThanOrEqual(1e-6)
  })

  it('trains a model on the seasons up to 2012/13 and says how it does on the later ones', () => {
    const laterFrom = Math.min(...markets.filter(({ season }) => season === '1314').map(({ at }) => at))
    const started = performance.now()
    const { model: _, ...report } = trainOutcomeModel(markets, laterFrom)!
    console.log('football, seasons 2013/14 and 2014/15:', report, `${Math.round(performance.now() - started)} ms`)
    expect([report.trainedOn, report.evaluatedOn]).toEqual([17_480, 3_652])
    const baseline = scoreOf(
      markets.filter(({ at }) => at >= laterFrom),
      impliedForecast,
    )
    expect([report.baselineLogLoss, report.baselineBrier]).toEqual([baseline.logLoss, baseline.brier])
    expect(report.active).toBe(report.logLoss < report.baselineLogLoss)
    expect(Math.abs(report.logLoss - report.baselineLogLoss)).toBeLessThan(0.02)
  })
})

describe.skipIf(slots === null)('a slot', () => {
  it('keeps what it kept', () => {
    const ledger = new Ledger()
    for (const wire of wiresOf(slots)) ledger.add(eventOf(wire))
    const { spins, turnover, payouts, ggr } = slots!.expected
    expect(figures(ledger.total())).toEqual(expectedFigures({ bets: spins, turnover, payouts, ggr }))
    expect(ggr).toBe('393.8')
  })
})

describe.skipIf(bustabit === null)('a crash game', () => {
  it('keeps by day what it kept: wins of bets count on their own day, in any order', () => {
    const ledger = new Ledger()
    const days = new Map<string, Position>()
    for (const wire of shuffled(wiresOf(bustabit), 3)) {
      const event = eventOf(wire)
      const { state, change } = advance(ledger.bets.get(event.betId!) ?? null, event)
      ledger.bets.set(event.betId!, state!)
      const day = formatInstant(Math.floor(event.occurredAt / DAY_MS) * DAY_MS).slice(0, 10)
      days.set(day, days.has(day) ? sum(days.get(day)!, positionOf(change)) : positionOf(change))
    }
    const expected = bustabit!.expected.by_day.map(day => [day.day, expectedFigures(day)])
    expect([...days].toSorted().map(([day, position]) => [day, figures(position)])).toEqual(expected)
  })
})

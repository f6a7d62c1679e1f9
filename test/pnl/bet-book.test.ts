import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bet, type BetEvent, statusOf } from '../../src/pnl/bet.js'
import { advance } from '../../src/pnl/bet-book.js'
import { NO_POSITION, type Position, positionOf, sum } from '../../src/pnl/position.js'
import { shuffled } from '../oracle/real-data.js'
import { Ledger, money } from './ledger.js'

const event = (eventType: string, occurredAt: number, amount: string, more: Partial<BetEvent> = {}): BetEvent => ({
  eventId: `${eventType}-${occurredAt}`,
  eventType,
  amount: money(amount),
  occurredAt,
  game: 'cup',
  betId: 'b1',
  betMarket: null,
  selection: null,
  odds: null,
  probability: null,
  result: null,
  ...more,
})
const bet = (at: number, stake = '10', more: Partial<BetEvent> = {}) =>
  event('bet', at, stake, { odds: money('2.5'), ...more })
const settlement = (at: number, payout: string, result: string) => event('settlement', at, payout, { result })

function arrivals(...events: BetEvent[]): { position: Position; state: Bet | null; shares: [bigint, bigint][] } {
  let state: Bet | null = null
  let position = NO_POSITION
  const shares: [bigint, bigint][] = []
  for (const one of events) {
    const step = advance(state, one)
    state = step.state
    position = sum(position, positionOf(step.change))
    shares.push([step.change.contribution.turnover, step.change.contribution.payouts])
  }
  return { position, state, shares }
}
const units = (amount: string) => money(amount)
const closed = (turnover: string, payouts: string, bets = 1): Position => ({
  ...NO_POSITION,
  bets,
  turnover: units(turnover),
  payouts: units(payouts),
})

describe('a bet', () => {
  it('is open with odds: what it may cost is stake times odds, to the last digit', () => {
    const { position, state } = arrivals(bet(1, '10.0001', { odds: money('2.3333') }))
    expect(position).toEqual({
      bets: 1,
      turnover: 100_001n,
      payouts: 0n,
      openBets: 1,
      openStake: 100_001n,
      liability: 100_001n * 23_333n,
    })
    expect(statusOf(state!)).toBe('open')
  })

  it('without odds counts and is not open', () => {
    const { position, state } = arrivals(bet(1, '10', { odds: null }), event('win', 2, '12'))
    expect(position).toEqual(closed('10', '12'))
    expect(statusOf(state!)).toBe('counted')
  })

  it('without an id counts at once and keeps nothing', () => {
    const { position, state } = arrivals(bet(1, '10', { betId: null }), {
      ...settlement(2, '25', 'won'),
      betId: null,
    })
    expect(position).toEqual(closed('10', '25'))
    expect(state).toBeNull()
  })

  it.each(['won', 'lost', 'void', 'cashout', 'half_won', 'half_lost'])(
    'is closed by %s, which pays its amount',
    result => {
      expect(arrivals(bet(1), settlement(2, '7.5', result)).position).toEqual(closed('10', '7.5'))
    },
  )

  it('that is settled before it comes opens nothing; until then the settlement waits', () => {
    const { state, shares } = arrivals(settlement(2, '25', 'won'))
    expect(shares).toEqual([[0n, 0n]])
    expect(statusOf(state!)).toBe('waiting')
    const both = arrivals(settlement(2, '25', 'won'), bet(1))
    expect(both.position).toEqual(closed('10', '25'))
    expect(both.shares).toEqual([
      [0n, 0n],
      [units('10'), units('25')],
    ])
  })

  it('follows the newest settlement by its own time, not by arrival, and moves by the difference', () => {
    const corrected = arrivals(bet(1), settlement(2, '25', 'won'), settlement(3, '0', 'lost'))
    expect(corrected.shares[2]).toEqual([0n, units('-25')])
    const late = arrivals(bet(1), settlement(3, '0', 'lost'), settlement(2, '25', 'won'))
    expect(late.shares[2]).toEqual([0n, 0n])
    expect(late.position).toEqual(corrected.position)
  })

  it('is given back by a refund, which a newer settlement may replace', () => {
    expect(arrivals(bet(1), event('refund', 2, '10')).position).toEqual(closed('10', '10'))
    expect(arrivals(settlement(3, '25', 'won'), event('refund', 2, '10'), bet(1)).position).toEqual(closed('10', '25'))
  })

  it.each([
    ['last', [bet(1), settlement(2, '25', 'won'), event('win', 3, '1'), event('rollback', 4, '0')]],
    ['first', [event('rollback', 4, '0'), event('win', 3, '1'), settlement(2, '25', 'won'), bet(1)]],
    ['of an open one', [bet(1), event('rollback', 4, '0')]],
  ])('is as if it had never been after a rollback (%s)', (_, events) => {
    const { position, state } = arrivals(...events)
    expect(position).toEqual(NO_POSITION)
    expect(statusOf(state!)).toBe('cancelled')
  })

  it('sent twice counts once; the earliest stands', () => {
    const { position, shares } = arrivals(bet(2, '10'), bet(3, '99'), bet(1, '8'))
    expect(shares).toEqual([
      [units('10'), 0n],
      [0n, 0n],
      [units('-2'), 0n],
    ])
    expect(position).toMatchObject({
      bets: 1,
      openBets: 1,
      openStake: units('8'),
      liability: units('8') * money('2.5'),
    })
  })

  it.each<Partial<BetEvent>>([
    { odds: money('3') },
    { probability: 0.5 },
    { betMarket: '1X2' },
    { selection: 'H' },
    { amount: money('11') },
  ])('that an earlier one corrects is closed as it was and opened as it is: %o', earlier => {
    const first = advance(null, bet(2))
    const { closes, opens } = advance(first.state, bet(1, '10', earlier)).change
    expect(closes).toEqual(first.change.opens)
    const { amount: stake = money('10'), ...rest } = earlier
    expect(opens).toEqual({ ...first.change.opens, stake, ...rest })
    expect(advance(first.state, bet(1)).change).toMatchObject({ closes: null, opens: null })
  })

  it('leaves its state the same object where nothing changed', () => {
    const { state } = arrivals(bet(1), settlement(3, '0', 'lost'))
    for (const again of [bet(1), bet(2), settlement(3, '0', 'lost'), settlement(2, '25', 'won')]) {
      expect(advance(state, again).state).toBe(state)
    }
    expect(structuredClone(state)).toEqual(state)
  })

  it('counts in its own game what a settlement without a game pays', () => {
    const ledger = new Ledger()
    for (const one of [{ ...settlement(2, '25', 'won'), game: null }, bet(1)]) ledger.add(one)
    expect(ledger.games.get('cup')?.position).toEqual(closed('10', '25'))
  })
})

const TYPES = ['bet', 'bet', 'win', 'settlement', 'settlement', 'refund', 'rollback', 'deposit'] as const
const anyEvent = fc
  .record({
    eventType: fc.constantFrom(...TYPES),
    betId: fc.constantFrom('a', 'b', 'c', 'd', 'e', null),
    occurredAt: fc.integer({ min: 0, max: 6 }),
    eventId: fc.integer({ min: 0, max: 40 }),
    amount: fc.integer({ min: 0, max: 30 }),
    odds: fc.option(fc.integer({ min: 10_000, max: 50_000 })),
    probability: fc.option(fc.constantFrom(0.25, 0.5)),
  })
  .map((drawn): BetEvent => {
    const { eventType, betId, occurredAt, amount, odds, probability } = drawn
    return event(eventType, occurredAt, String(amount), {
      eventId: `e${drawn.eventId}`,
      betId,
      game: betId !== null && betId < 'c' ? 'cup' : 'league',
      odds: odds === null ? null : BigInt(odds),
      probability,
      result: 'won',
    })
  })

/** Sorts what was stored by (occurredAt, eventId) and replays it, knowing nothing of arrivals and differences. */
function replay(stored: readonly BetEvent[], game: string): Position {
  const sorted = stored
    .filter(one => one.game === game)
    .toSorted((a, b) => a.occurredAt - b.occurredAt || (a.eventId < b.eventId ? -1 : 1))
  let [bets, turnover, payouts, openBets, openStake, liability] = [0, 0n, 0n, 0, 0n, 0n]
  for (const one of sorted.filter(({ betId }) => betId === null)) {
    if (one.eventType === 'bet') [bets, turnover] = [bets + 1, turnover + one.amount]
    if (['win', 'settlement', 'refund'].includes(one.eventType)) payouts += one.amount
  }
  for (const id of new Set(sorted.map(({ betId }) => betId).filter(betId => betId !== null))) {
    const life = sorted.filter(({ betId }) => betId === id)
    if (life.some(({ eventType }) => eventType === 'rollback')) continue
    for (const { amount } of life.filter(({ eventType }) => eventType === 'win')) payouts += amount
    const placed = life.find(({ eventType }) => eventType === 'bet')
    if (placed === undefined) continue
    bets++
    turnover += placed.amount
    const closing = life.findLast(({ eventType }) => eventType === 'settlement' || eventType === 'refund')
    if (closing !== undefined) payouts += closing.amount
    else if (placed.odds !== null) {
      openBets++
      openStake += placed.amount
      liability += placed.amount * placed.odds
    }
  }
  return { bets, turnover, payouts, openBets, openStake, liability }
}

describe('any order of bets, settlements, resettlements, duplicates, refunds and rollbacks', () => {
  it('gives after every arrival what sorting and replaying gives', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), fc.integer(), (events, seed) => {
        const ledger = new Ledger()
        const stored = new Map<string, BetEvent>()
        for (const one of shuffled(events, seed)) {
          const key = `${one.occurredAt} ${one.eventId}`
          if (!stored.has(key)) ledger.add(one)
          stored.set(key, stored.get(key) ?? one)
          for (const game of ['cup', 'league']) {
            const expected = replay([...stored.values()], game)
            const known = ledger.games.get(game)
            expect(known?.position ?? NO_POSITION).toEqual(expected)
            const open = [...(known?.open.values() ?? [])]
            expect(open.length).toBe(expected.openBets)
            expect(open.reduce((total, { stake }) => total + stake, 0n)).toBe(expected.openStake)
          }
        }
      }),
      { numRuns: 300, seed: 20_261_121 },
    )
  })

  it('ends the same whichever way the same events arrive', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyEvent, { maxLength: 40, selector: one => `${one.occurredAt} ${one.eventId}` }),
        fc.integer(),
        (events, seed) => {
          const [one, other] = [new Ledger(), new Ledger()]
          for (const each of events) one.add(each)
          for (const each of shuffled(events, seed)) other.add(each)
          for (const game of ['cup', 'league']) {
            expect(other.games.get(game)?.position ?? NO_POSITION).toEqual(one.games.get(game)?.position ?? NO_POSITION)
          }
          expect(new Map([...other.bets].sort())).toEqual(new Map([...one.bets].sort()))
        },
      ),
      { numRuns: 300, seed: 20_261_121 },
    )
  })
})

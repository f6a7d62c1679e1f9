import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { counts, distanceToNextTicket, milestonesBetween, tickets } from '../../src/draws/ticket-rule.js'
import { formatMoney, type Money, parseMoney } from '../../src/kernel/money.js'
import { realData } from '../oracle/real-data.js'

const money = (text: string): Money => parseMoney(text) as Money
const rule = (stakePerTicket: string | null, maxTicketsPerPlayer: number | null = null) => ({
  stakePerTicket: stakePerTicket === null ? null : money(stakePerTicket),
  maxTicketsPerPlayer,
})

describe('tickets', () => {
  test.each([
    ['0', 0, 0, '10'],
    ['9.9999', 0, 0, '0.0001'],
    ['10', 0, 1, '10'],
    ['19.9999', 0, 1, '0.0001'],
    ['20', 3, 5, '10'],
    ['25.5', 3, 5, '4.5'],
  ])('of a stake of %s and %i granted are %i, and the next is %s away', (stake, granted, count, distance) => {
    const account = { stakeTotal: money(stake), granted }
    expect(tickets(rule('10'), account)).toBe(count)
    expect(distanceToNextTicket(rule('10'), account)).toBe(money(distance))
  })

  test('are at most as many as the draw allows, and then no stake brings another', () => {
    const account = { stakeTotal: money('69.9'), granted: 2 }
    expect(tickets(rule('10', 9), account)).toBe(8)
    expect(distanceToNextTicket(rule('10', 9), account)).toBe(money('0.1'))
    expect(tickets(rule('10', 8), account)).toBe(8)
    expect(distanceToNextTicket(rule('10', 8), account)).toBeNull()
    expect(tickets(rule('10', 1), account)).toBe(1)
  })

  test('are at most a million where the draw says nothing, whatever was staked or granted', () => {
    const account = { stakeTotal: money('999999999999999999999'), granted: 5 }
    expect(tickets(rule('0.0001'), account)).toBe(1_000_000)
    expect(distanceToNextTicket(rule('0.0001'), account)).toBeNull()
    expect(tickets(rule('0.0001'), { stakeTotal: money('99.9998'), granted: 1 })).toBe(999_999)
    expect(tickets(rule(null), { stakeTotal: 0n, granted: Number.MAX_SAFE_INTEGER })).toBe(1_000_000)
  })

  test('come from grants alone without stakePerTicket', () => {
    const account = { stakeTotal: money('500'), granted: 4 }
    expect(tickets(rule(null), account)).toBe(4)
    expect(distanceToNextTicket(rule(null), account)).toBeNull()
  })

  test('grow by exactly one when the distance is staked, and not before', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 20n),
        fc.bigInt(1n, 10n ** 15n),
        fc.nat(1_000),
        fc.option(fc.integer({ min: 1, max: 1_000_000 })),
        (stakeTotal, stakePerTicket, granted, maxTicketsPerPlayer) => {
          const any = { stakePerTicket, maxTicketsPerPlayer }
          const now = tickets(any, { stakeTotal, granted })
          const distance = distanceToNextTicket(any, { stakeTotal, granted })
          if (distance === null) return now === (maxTicketsPerPlayer ?? 1_000_000)
          const then = (more: Money) => tickets(any, { stakeTotal: stakeTotal + more, granted })
          return distance > 0n && then(distance - 1n) === now && then(distance) === now + 1
        },
      ),
      { numRuns: 2_000, seed: 1 },
    )
  })
})

describe('milestones', () => {
  const all = [1, 10, 50, 100]

  test.each([
    [0, 0, []],
    [0, 1, [1]],
    [1, 1, []],
    [1, 9, []],
    [9, 10, [10]],
    [0, 100, [1, 10, 50, 100]],
    [10, 99, [50]],
    [100, 1_000_000, []],
  ])('from %i to %i tickets are %j', (before, after, reached) => {
    expect(milestonesBetween(before, after, all)).toEqual(reached)
  })

  test('are reached once each, however the way is cut into steps', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 })
    fc.assert(
      fc.property(steps, growth => {
        let count = 0
        const reached = growth.flatMap(more => {
          const before = count
          count += more
          return milestonesBetween(before, count, all)
        })
        expect(reached).toEqual(all.filter(milestone => milestone <= count))
      }),
      { numRuns: 500, seed: 2 },
    )
  })
})

describe('an event counts', () => {
  const draw = {
    opensAt: 1_000,
    drawsAt: 2_000,
    eventTypes: ['bet', 'deposit'],
    game: 'crash',
    gameType: null,
    optInRequired: false,
    stakePerTicket: 10_000n,
  }
  const event = { eventType: 'bet', game: 'crash', gameType: 'slots', occurredAt: 1_500 }

  test.each([
    ['as it is', {}, {}, true],
    ['at opensAt', {}, { occurredAt: 1_000 }, true],
    ['not before', {}, { occurredAt: 999 }, false],
    ['to the millisecond before drawsAt', {}, { occurredAt: 1_999 }, true],
    ['not at drawsAt', {}, { occurredAt: 2_000 }, false],
    ['with any of the types', {}, { eventType: 'deposit' }, true],
    ['not with another type', {}, { eventType: 'win' }, false],
    ['not with another game', {}, { game: 'Crash' }, false],
    ['not without a game', {}, { game: null }, false],
    ['with any game where none is named', { game: null }, { game: null }, true],
    ['with the game type', { gameType: 'slots' }, {}, true],
    ['not with another game type', { gameType: 'live' }, {}, false],
    ['not without a game type', { gameType: 'slots' }, { gameType: null }, false],
    ['not where tickets are granted only', { stakePerTicket: null }, {}, false],
  ])('%s', (_, drawn, happened, expected) => {
    expect(counts({ ...draw, ...drawn }, { ...event, ...happened }, null)).toBe(expected)
  })

  test.each([
    [null, false],
    [1_501, false],
    [1_500, true],
    [1, true],
  ])('with an opt-in at %j where one is required: %j', (optedInAt, expected) => {
    expect(counts({ ...draw, optInRequired: true }, event, optedInAt)).toBe(expected)
    expect(counts(draw, event, optedInAt)).toBe(true)
  })
})

interface Expected {
  draw: {
    stake_per_ticket: string
    tickets_total: number
    players_with_tickets: number
    milestones: Record<string, number>
    top: { player_id: string; tickets: number; stake_total: string; distance_to_next: string }[]
  }
}

const bustabit = realData<Expected>('bustabit')

test.skipIf(bustabit === null)('real bets make the tickets, milestones and distances that others computed', () => {
  const { lines, expected } = bustabit!
  const draw = expected.draw
  const step = rule(draw.stake_per_ticket)
  const stakes = new Map<string, Money>()
  const reached = new Map<string, number>()
  for (const line of lines) {
    const { player_id, event_type, amount } = JSON.parse(line)
    if (event_type !== 'bet') continue
    const before = stakes.get(player_id) ?? 0n
    const after = before + money(amount)
    stakes.set(player_id, after)
    const [from, to] = [before, after].map(stakeTotal => tickets(step, { stakeTotal, granted: 0 }))
    for (const milestone of milestonesBetween(from!, to!, [1, 10, 50, 100])) {
      reached.set(String(milestone), (reached.get(String(milestone)) ?? 0) + 1)
    }
  }
  const wallets = [...stakes].map(([player_id, stakeTotal]) => ({
    player_id,
    tickets: tickets(step, { stakeTotal, granted: 0 }),
    stake_total: formatMoney(stakeTotal, 0),
    distance_to_next: formatMoney(distanceToNextTicket(step, { stakeTotal, granted: 0 })!, 0),
  }))
  wallets.sort((a, b) => b.tickets - a.tickets || (a.player_id < b.player_id ? -1 : 1))
  expect(wallets.reduce((sum, wallet) => sum + wallet.tickets, 0)).toBe(draw.tickets_total)
  expect(wallets.filter(wallet => wallet.tickets > 0).length).toBe(draw.players_with_tickets)
  expect(Object.fromEntries(reached)).toEqual(draw.milestones)
  expect(wallets.slice(0, 20)).toEqual(draw.top)
})

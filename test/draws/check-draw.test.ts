import { describe, expect, test } from 'vitest'
import { checkDraw, type DrawDraft, type PrizeDraft, rulesOf } from '../../src/draws/draw.js'
import { AMOUNT_MAX } from '../../src/kernel/money.js'
import { refusalOf } from './refusal.js'

const prize: PrizeDraft = { name: 'A car', kind: 'CASH', value: 100_000_000n, quantity: 1 }
const draft: DrawDraft = {
  id: 'easter-2024',
  name: 'Easter',
  opensAt: 1_000,
  drawsAt: 2_000,
  game: null,
  gameType: null,
  eventTypes: ['bet'],
  stakePerTicket: 100_000n,
  maxTicketsPerPlayer: null,
  optInRequired: false,
  winsPerPlayer: 1,
  milestones: [1, 10, 50, 100],
  prizes: [prize],
  defaultPrize: null,
  entropyLabel: null,
}
const many = <T>(count: number, item: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => item(n))

describe('a draw', () => {
  test.each<[string, Partial<DrawDraft>]>([
    ['as it is', {}],
    ['with ids of every kind', { id: 'A.z_0:-' }],
    ['of a millisecond', { opensAt: 1_999 }],
    ['with everything', { game: 'crash', gameType: 'slots', entropyLabel: 'drand quicknet round 12345678' }],
    ['of grants alone', { stakePerTicket: null, eventTypes: ['bet', 'bet'] }],
    ['with the smallest step and cap', { stakePerTicket: 1n, maxTicketsPerPlayer: 1 }],
    ['with the highest bounds', { maxTicketsPerPlayer: 1_000_000, winsPerPlayer: 100, stakePerTicket: AMOUNT_MAX }],
    ['with milestones in any order, above its cap, or none', { milestones: [50, 1], maxTicketsPerPlayer: 5 }],
    ['without milestones', { milestones: [] }],
    ['with 50 milestones', { milestones: many(50, n => n + 1) }],
    ['with 100 prizes', { prizes: many(100, () => prize) }],
    ['with 100,000 pieces', { prizes: [prize, { ...prize, quantity: 99_999 }] }],
    ['with a message for a prize', { defaultPrize: { name: 'Danke!', kind: 'MESSAGE', value: 0n, quantity: 1 } }],
    ['with 20 event types', { eventTypes: many(20, n => `type ${n}`) }],
  ])('is taken %s', (_, change) => {
    expect(() => checkDraw({ ...draft, ...change })).not.toThrow()
  })

  test.each<[string, string, Partial<DrawDraft>]>([
    ['id', 'must be 1 to 100 of A-Z a-z 0-9 _ . : -, got ""', { id: '' }],
    ['id', 'must be 1 to 100 of A-Z a-z 0-9 _ . : -, got "a\\nb"', { id: 'a\nb' }],
    ['id', 'must be 1 to 100', { id: 'x'.repeat(101) }],
    ['name', 'must have 1 to 200 characters, got " "', { name: ' ' }],
    ['name', 'must have 1 to 200 characters', { name: 'x'.repeat(201) }],
    ['name', 'holds a character that cannot be stored', { name: 'a\0' }],
    ['game', 'must have 1 to 200 characters, got ""', { game: '' }],
    ['gameType', 'holds a character that cannot be stored', { gameType: '\ud800' }],
    ['drawsAt', 'must be later than opensAt 1970-01-01T00:00:02.000Z, got "1970', { opensAt: 2_000 }],
    ['drawsAt', 'must be later than opensAt', { opensAt: 2_001 }],
    ['eventTypes', 'must name 1 to 20 event types, got 0', { eventTypes: [] }],
    ['eventTypes', 'must name 1 to 20 event types, got 21', { eventTypes: many(21, n => `type ${n}`) }],
    ['eventTypes', 'must have 1 to 200 characters, got ""', { eventTypes: ['bet', ''] }],
    ['stakePerTicket', 'must be above 0 and at most 1000000000000, got "0.00"', { stakePerTicket: 0n }],
    ['stakePerTicket', 'got "-0.0001"', { stakePerTicket: -1n }],
    ['stakePerTicket', 'must be above 0', { stakePerTicket: AMOUNT_MAX + 1n }],
    ['maxTicketsPerPlayer', 'must be from 1 to 1000000, got 0', { maxTicketsPerPlayer: 0 }],
    ['maxTicketsPerPlayer', 'must be from 1 to 1000000, got 1000001', { maxTicketsPerPlayer: 1_000_001 }],
    ['maxTicketsPerPlayer', 'must be from 1 to 1000000, got 1.5', { maxTicketsPerPlayer: 1.5 }],
    ['winsPerPlayer', 'must be from 1 to 100, got 0', { winsPerPlayer: 0 }],
    ['winsPerPlayer', 'must be from 1 to 100, got 101', { winsPerPlayer: 101 }],
    ['milestones', 'may be at most 50, got 51', { milestones: many(51, n => n + 1) }],
    ['milestones', 'must be from 1 to 1000000, got 0', { milestones: [1, 0] }],
    ['milestones', 'must be from 1 to 1000000, got 1000001', { milestones: [1_000_001] }],
    ['milestones', 'must differ from each other, got 10', { milestones: [10, 1, 10] }],
    ['prizes', 'must be 1 to 100, got 0', { prizes: [] }],
    ['prizes', 'must be 1 to 100, got 101', { prizes: many(101, () => prize) }],
    ['prizes', 'may be at most 100000 pieces in all, got 100001', { prizes: [prize, { ...prize, quantity: 100_000 }] }],
    ['prizes[1].name', 'must have 1 to 200 characters, got ""', { prizes: [prize, { ...prize, name: '' }] }],
    ['prizes[0].value', 'must be from 0 to 1000000000000, got "-0.0001"', { prizes: [{ ...prize, value: -1n }] }],
    ['prizes[0].value', 'must be from 0', { prizes: [{ ...prize, value: AMOUNT_MAX + 1n }] }],
    ['prizes[0].quantity', 'must be from 1 to 100000, got 0', { prizes: [{ ...prize, quantity: 0 }] }],
    ['prizes[0].quantity', 'got 100001', { prizes: [{ ...prize, quantity: 100_001 }] }],
    ['defaultPrize.name', 'must have 1 to 200 characters', { defaultPrize: { ...prize, name: '' } }],
    ['defaultPrize.value', 'must be from 0', { defaultPrize: { ...prize, value: -1n } }],
    ['entropyLabel', 'must have 1 to 500 characters, got ""', { entropyLabel: '' }],
    ['entropyLabel', 'must have 1 to 500 characters', { entropyLabel: 'x'.repeat(501) }],
  ])('is refused for %s: it %s', (field, problem, change) => {
    const refusal = refusalOf(() => checkDraw({ ...draft, ...change }))
    expect(refusal.code).toBe('BAD_USER_INPUT')
    expect(refusal.details).toEqual({ field })
    expect(refusal.message.startsWith(`${field} `)).toBe(true)
    expect(refusal.message).toContain(problem)
  })

  test('has its milestones in order and its prizes ranked, the default prize last', () => {
    const defaultPrize = { ...prize, name: '5 spins' }
    const rules = rulesOf({ ...draft, milestones: [100, 2, 10], prizes: [prize, prize], defaultPrize })
    expect(rules.milestones).toEqual([2, 10, 100])
    expect(rules.prizes.map(({ rank }) => rank)).toEqual([1, 2])
    expect(rules.defaultPrize).toEqual({ ...defaultPrize, rank: 3 })
    expect(rulesOf(draft).defaultPrize).toBeNull()
  })
})

import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type PrizeDraft, ranked } from '../../src/draws/draw.js'
import {
  checkInstantWin,
  closedAt,
  type InstantWin,
  type InstantWinDraft,
  prizesLeft,
} from '../../src/draws/instant-win.js'
import { orderPieces, wonAt } from '../../src/draws/instant-win-order.js'
import { orderOf } from './instant-wins.js'
import { refusalOf } from './refusal.js'

const prize = (name: string, quantity = 1): PrizeDraft => ({ name, kind: 'CASH', value: 10_000n, quantity })
const draft: InstantWinDraft = {
  id: 'wheel',
  name: 'Wheel',
  startsAt: 1_000,
  endsAt: 2_000,
  prizes: [prize('car'), prize('phone', 3), prize('cap', 20)],
  defaultPrize: null,
}
const NOW = 1_500

describe('an instant win', () => {
  test.each<[string, Partial<InstantWinDraft>]>([
    ['as it is', {}],
    ['that starts later', { startsAt: NOW + 1 }],
    ['of a millisecond', { startsAt: NOW, endsAt: NOW + 1 }],
    ['of 100,000 pieces', { prizes: [prize('cap', 100_000)] }],
    ['with a default prize', { defaultPrize: prize('sticker') }],
  ])('is taken %s', (_, change) => {
    expect(() => checkInstantWin({ ...draft, ...change }, NOW)).not.toThrow()
  })

  test.each<[string, string, Partial<InstantWinDraft>]>([
    ['id', 'must be 1 to 100 of A-Z a-z 0-9 _ . : -, got "a b"', { id: 'a b' }],
    ['id', 'must be 1 to 100', { id: 'x'.repeat(101) }],
    ['name', 'must have 1 to 200 characters, got ""', { name: '' }],
    [
      'endsAt',
      'must be later than startsAt 1970-01-01T00:00:02.000Z, got "1970-01-01T00:00:02.000Z"',
      { startsAt: 2_000 },
    ],
    ['endsAt', 'must lie ahead of now, 1970-01-01T00:00:01.500Z, got "1970-01-01T00:00:01.500Z"', { endsAt: NOW }],
    ['prizes', 'must be 1 to 100, got 0', { prizes: [] }],
    ['prizes', 'may be at most 100000 pieces in all, got 100001', { prizes: [prize('a', 100_000), prize('b')] }],
    ['prizes[1].quantity', 'must be from 1 to 100000, got 0', { prizes: [prize('a'), prize('b', 0)] }],
    ['prizes[0].name', 'must have 1 to 200 characters, got " "', { prizes: [prize(' ')] }],
    ['prizes[0].value', 'must be from 0 to', { prizes: [{ ...prize('a'), value: -1n }] }],
    ['defaultPrize.name', 'must have 1 to 200 characters', { defaultPrize: prize('') }],
  ])('is refused for its %s: %s', (field, problem, change) => {
    const refusal = refusalOf(() => checkInstantWin({ ...draft, ...change }, NOW))
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } })
    expect(refusal.message.startsWith(`${field} ${problem}`)).toBe(true)
  })

  test('is open from its start to its end, exclusive', () => {
    const rules = { ...draft, ...ranked(draft) }
    expect([1_000, 1_999].map(now => closedAt(rules, now))).toEqual([null, null])
    expect(closedAt(rules, 999)).toMatchObject({
      code: 'CONFLICT',
      message: 'the instant win starts at 1970-01-01T00:00:01.000Z',
    })
    expect(closedAt(rules, 2_000)).toMatchObject({
      code: 'CONFLICT',
      message: 'the instant win ended at 1970-01-01T00:00:02.000Z',
    })
  })

  test.each([
    [0, 24],
    [1, 23],
    [24, 0],
    [1_000, 0],
  ])('has after %i plays %i pieces left', (played, left) => {
    const win: InstantWin = { ...draft, ...ranked(draft), seedHash: '', sealedSeed: Buffer.alloc(0), played }
    expect(prizesLeft(win)).toBe(left)
  })
})

/** How often it paused, and what came of it. */
function ordered(seed: Uint8Array, id: string, prizes: readonly PrizeDraft[]): { pauses: number; order: Uint8Array } {
  const steps = orderPieces(seed, id, ranked({ prizes, defaultPrize: null }).prizes)
  for (let pauses = 0; ; pauses++) {
    const step = steps.next()
    if (step.done === true) return { pauses, order: step.value }
  }
}

describe('the order of the pieces', () => {
  test.each([
    [[prize('car')]],
    [draft.prizes],
    [[prize('a', 700), prize('b', 2_000), prize('c', 300)]],
    [Array.from({ length: 100 }, (_, n) => prize(`prize ${n}`, n + 1))],
  ])('is what the seed says', prizes => {
    for (let round = 0; round < 5; round++) {
      const seed = randomBytes(32)
      const names = [...ordered(seed, 'wheel-ü', prizes).order].map(rank => prizes[rank - 1]!.name)
      expect(names).toEqual(orderOf(seed.toString('hex'), 'wheel-ü', prizes))
    }
  })

  test('another seed and another id give another one', () => {
    const [seed, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const orders = [
      ordered(seed, 'a', draft.prizes),
      ordered(other, 'a', draft.prizes),
      ordered(seed, 'b', draft.prizes),
    ]
    expect(new Set(orders.map(({ order }) => order.join())).size).toBe(3)
  })

  test('of 100,000 pieces is computed in many steps', () => {
    const { order, pauses } = ordered(Buffer.alloc(32, 3), 'a', [prize('car'), prize('cap', 99_999)])
    expect(order.length).toBe(100_000)
    expect(order.filter(rank => rank === 1).length).toBe(1)
    expect(pauses).toBeGreaterThan(100)
  })

  test('puts a piece anywhere with the same chance', () => {
    const tenths = new Array<number>(10).fill(0)
    const rounds = 5_000
    for (let round = 0; round < rounds; round++) {
      const seed = Buffer.alloc(32)
      seed.writeUInt32BE(round)
      const at = ordered(seed, 'a', [prize('car'), prize('cap', 9)]).order.indexOf(1)
      tenths[at]!++
    }
    // Nine degrees of freedom: above 33.7 once in ten thousand seeds, and these are always the same.
    const expected = rounds / 10
    expect(tenths.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)).toBeLessThan(33.7)
  })

  test('a position past the last piece gets the default prize, or none', () => {
    const rules = { ...draft, ...ranked({ prizes: [prize('car')], defaultPrize: prize('sticker') }) }
    const order = Uint8Array.of(1)
    expect(wonAt(rules, order, 1)).toEqual({ outcome: 'PRIZE', prize: rules.prizes[0] })
    expect(wonAt(rules, order, 2)).toEqual({ outcome: 'DEFAULT', prize: rules.defaultPrize })
    expect(wonAt({ ...rules, defaultPrize: null }, order, 2)).toEqual({ outcome: 'NO_PRIZE', prize: null })
  })
})

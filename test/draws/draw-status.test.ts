import { describe, expect, test } from 'vitest'
import type { Draw, DrawStatus } from '../../src/draws/draw.js'
import {
  checkCancellable,
  checkEntropy,
  checkExecutable,
  checkTakesTickets,
  checkUpdatable,
  isReadyToDraw,
  statusAt,
} from '../../src/draws/draw-status.js'
import { refusalOf } from './refusal.js'

type State = Pick<
  Draw,
  'id' | 'status' | 'opensAt' | 'drawsAt' | 'createdAt' | 'entropyLabel' | 'entropy' | 'entriesHash'
>
const draw: State = {
  id: 'easter',
  status: 'SCHEDULED',
  opensAt: 1_000,
  drawsAt: 2_000,
  createdAt: 500,
  entropyLabel: null,
  entropy: null,
  entriesHash: null,
}
const frozen = { status: 'CLOSING', entriesHash: 'ab' } as const
const labelled = { ...frozen, entropyLabel: 'drand' } as const
const code = (act: () => unknown) => refusalOf(act).code
const NOW = 1_500

describe('the status', () => {
  test.each<[Partial<State>, number, DrawStatus]>([
    [{}, 999, 'SCHEDULED'],
    [{}, 1_000, 'OPEN'],
    [{ status: 'OPEN' }, 1_999, 'OPEN'],
    [{ status: 'OPEN' }, 2_000, 'CLOSING'],
    [{}, 2_000, 'CLOSING'],
    [{ createdAt: 2_000 }, 2_000, 'OPEN'],
    [{ createdAt: 1_999 }, 2_000, 'CLOSING'],
    [{ createdAt: 9_000 }, 99_000, 'OPEN'],
    [{ status: 'CLOSING' }, 0, 'CLOSING'],
    [{ status: 'DRAWN' }, 5_000, 'DRAWN'],
    [{ status: 'CANCELLED' }, 5_000, 'CANCELLED'],
  ])('of %j at %i is %s', (change, now, status) => {
    expect(statusAt({ ...draw, ...change }, now)).toBe(status)
  })
})

/** What is allowed: in SCHEDULED, OPEN, CLOSING, DRAWN, CANCELLED. */
const STATUSES: DrawStatus[] = ['SCHEDULED', 'OPEN', 'CLOSING', 'DRAWN', 'CANCELLED']
const at = (status: DrawStatus) => ({ ...draw, status })
const nowIn = (status: DrawStatus) => (status === 'SCHEDULED' ? 500 : 1_500)

describe.each<[string, (draw: State, now: number) => unknown, DrawStatus[]]>([
  ['updated', checkUpdatable, ['SCHEDULED']],
  ['given tickets', checkTakesTickets, ['SCHEDULED', 'OPEN']],
  ['cancelled', checkCancellable, ['SCHEDULED', 'OPEN', 'CLOSING']],
  ['executed by force', (d, now) => checkExecutable(d, true, now), ['SCHEDULED', 'OPEN', 'CLOSING', 'DRAWN']],
  ['executed before drawsAt', (d, now) => checkExecutable(d, false, now), ['DRAWN']],
  ['executed after it', d => checkExecutable(d, false, 2_000), ['SCHEDULED', 'OPEN', 'CLOSING', 'DRAWN']],
])('a draw is %s', (_, check, allowed) => {
  test.each(STATUSES)('or not, when it is %s', status => {
    if (allowed.includes(status)) return void check(at(status), nowIn(status))
    const refusal = refusalOf(() => check(at(status), nowIn(status)))
    expect(refusal).toMatchObject({ code: 'CONFLICT', details: { status } })
    expect(refusal.message).toContain(`draw easter is ${status}: `)
  })
})

test('a draw is updated to the last moment before it opens', () => {
  expect(() => checkUpdatable(draw, 999)).not.toThrow()
  expect(code(() => checkUpdatable(draw, 1_000))).toBe('CONFLICT')
})

test('a replay of history takes tickets until it is executed', () => {
  expect(() => checkTakesTickets({ ...draw, createdAt: 5_000 }, 9_000)).not.toThrow()
  expect(code(() => checkTakesTickets(draw, 9_000))).toBe('CONFLICT')
})

test('a draw that has been made is executed again without effect', () => {
  expect(checkExecutable(at('DRAWN'), false, 9_000)).toBe(false)
  expect(checkExecutable(at('CLOSING'), false, 9_000)).toBe(true)
})

describe('the outcome', () => {
  test.each<[Partial<State>, boolean]>([
    [{ status: 'CLOSING' }, false],
    [frozen, true],
    [labelled, false],
    [{ ...labelled, entropy: 'x' }, true],
    [{ ...frozen, status: 'DRAWN' }, false],
  ])('of %j is certain: %j', (change, ready) => {
    expect(isReadyToDraw({ ...draw, ...change })).toBe(ready)
  })

  test('is not cancelled once it is certain', () => {
    expect(() => checkCancellable({ ...draw, ...labelled }, 3_000)).not.toThrow()
    for (const certain of [frozen, { ...labelled, entropy: 'x' }]) {
      const refusal = refusalOf(() => checkCancellable({ ...draw, ...certain }, 3_000))
      expect(refusal.message).toBe('draw easter is CLOSING: it is being drawn and cannot be cancelled any more')
    }
  })
})

describe('entropy', () => {
  test('is taken once, when the entries are frozen; the same again changes nothing', () => {
    expect(checkEntropy({ ...draw, ...labelled }, '8f3a', NOW)).toBe(true)
    expect(checkEntropy({ ...draw, ...labelled, entropy: '8f3a' }, '8f3a', NOW)).toBe(false)
    expect(checkEntropy({ ...draw, ...labelled, entropy: '8f3a', status: 'DRAWN' }, '8f3a', NOW)).toBe(false)
  })

  test.each<[string, Partial<State>, string]>([
    ['another one', { ...labelled, entropy: '8f3a' }, 'its entropy has been provided, and cannot be changed'],
    ['before the close', { entropyLabel: 'drand', status: 'OPEN' }, 'its entropy is taken once its entries are frozen'],
    ['before the entries are frozen', { entropyLabel: 'drand', status: 'CLOSING' }, 'once its entries are frozen'],
    ['of a cancelled draw', { ...labelled, status: 'CANCELLED' }, 'once its entries are frozen'],
    ['without a label', frozen, 'it has no entropyLabel, so it takes no entropy'],
  ])('is refused: %s', (_, change, problem) => {
    const refusal = refusalOf(() => checkEntropy({ ...draw, ...change }, 'other', NOW))
    expect(refusal.code).toBe('CONFLICT')
    expect(refusal.message).toContain(problem)
  })

  test.each(['', ' ', 'a\n', 'a\nb', ' a', 'a\u00a0', 'a\u007f', 'a\0', '\ud800', 'x'.repeat(501)])(
    'is not %j',
    value => {
      const refusal = refusalOf(() => checkEntropy({ ...draw, ...labelled }, value, NOW))
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'value' } })
    },
  )
})

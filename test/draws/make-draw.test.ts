import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Candidates } from '../../src/draws/candidates.js'
import { awardMessage, awardOf, makeDraw } from '../../src/draws/make-draw.js'
import { drawnBy, drawnSlowly, drawRules, entriesWith, gathered, prizesOf, seedOf } from './drawn.js'

const anyDraw = fc.record({
  counts: fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 60 })), { maxLength: 30 }),
  quantities: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
  winsPerPlayer: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 8 })),
  hasDefault: fc.boolean(),
  seed: fc.nat().map(seedOf),
  entropy: fc.constantFrom('', 'drand 8f3a'),
})

describe('a draw', () => {
  test('is what comes of all tickets in one sorted list', () => {
    fc.assert(
      fc.property(anyDraw, ({ counts, quantities, winsPerPlayer, hasDefault, ...chance }) => {
        const rules = drawRules(quantities, winsPerPlayer, hasDefault)
        const entries = entriesWith(counts)
        expect(drawnBy(rules, entries, chance)).toEqual(drawnSlowly(rules, entries, chance))
      }),
      { numRuns: 300, seed: 5 },
    )
  })

  test('hears every entry: a prize each time its turn comes, up to its wins, or exactly one answer', () => {
    fc.assert(
      fc.property(anyDraw, ({ counts, quantities, winsPerPlayer, hasDefault, ...chance }) => {
        const rules = drawRules(quantities, winsPerPlayer, hasDefault)
        const entries = entriesWith(counts)
        const awards = drawnBy(rules, entries, chance)
        const wins = awards.filter(({ outcome }) => outcome === 'PRIZE')
        const pieces = quantities.reduce((sum, quantity) => sum + quantity, 0)
        const drawn = counts.reduce((sum, count) => sum + Math.min(count, winsPerPlayer), 0)
        expect(wins.length).toBe(Math.min(pieces, drawn))
        expect(wins.map(({ prize }) => prize!.rank)).toEqual(
          prizesOf(quantities)
            .flatMap(({ rank, quantity }) => Array<number>(quantity).fill(rank))
            .slice(0, wins.length),
        )
        expect(wins.map(({ position }) => position)).toEqual(wins.map((_, at) => at + 1))
        for (const { entryId, tickets } of entries) {
          const own = awards.filter(award => award.entryId === entryId)
          const numbers = own.map(({ ticket }) => ticket.number)
          expect(new Set(numbers).size).toBe(numbers.length)
          expect(numbers.every(number => number >= 1 && number <= tickets)).toBe(true)
          const prizes = own.filter(({ outcome }) => outcome === 'PRIZE').length
          expect(prizes).toBeLessThanOrEqual(winsPerPlayer)
          expect(own.length).toBe(Math.max(1, prizes))
        }
      }),
      { numRuns: 200, seed: 6 },
    )
  })

  const rules = drawRules([1, 20, 300], 3, true)
  const entries = entriesWith(Array.from({ length: 700 }, (_, n) => 1 + ((n * 37) % 11)))
  const chance = { seed: seedOf('resumed'), entropy: 'x' }
  const whole = drawnBy(rules, entries, chance)

  test('comes in chunks, with pauses before them', () => {
    const held = gathered(entries)
    const chunks = [...makeDraw(rules, held, chance, { awardsAChunk: 50, ticketsAStep: 500 })]
    const tickets = entries.reduce((sum, entry) => sum + entry.tickets, 0)
    const pauses = chunks.findIndex(chunk => chunk.length > 0)
    expect(pauses).toBeGreaterThan(tickets / 500 - 2)
    const filled = chunks.slice(pauses).filter(chunk => chunk.length > 0)
    expect(filled.slice(0, -1).every(chunk => chunk.length === 50)).toBe(true)
    expect(filled.at(-1)!.length).toBeGreaterThan(0)
    expect(filled.flat().map(award => awardOf(held, award))).toEqual(whole)
  })

  test('goes on after any position', () => {
    for (const at of [0, 1, 49, 320, 321, 322, whole.length - 1, whole.length]) {
      const after = whole[at - 1]?.position ?? 0
      expect(drawnBy(rules, entries, chance, { after })).toEqual(whole.slice(at))
    }
  })

  test('is the same when the tickets are too many to be held at once', () => {
    for (const ticketsHeldMax of [30, 400, 1_600]) {
      expect(drawnBy(rules, entries, chance, { ticketsHeldMax })).toEqual(whole)
    }
  })

  test('of nobody has no awards', () => {
    expect(drawnBy(rules, [], chance)).toEqual([])
  })

  test('tells the player what it has', () => {
    expect(awardMessage(prizesOf([1])[0]!)).toBe('Prize 1')
    expect(awardMessage(null)).toBe('Better luck next time')
  })
})

describe('the order of tickets', () => {
  /** Values that begin alike, to the last bit of what is compared first, and the same ones. */
  const value = fc.tuple(
    fc.constantFrom('\0\0\0', '\x7f\xff\xff', '\x80\0\0', '\xff\xff\xff'),
    fc.constantFrom('\0', '\x01', '\x03', '\x04', '\xfc', '\xff'),
    fc.constantFrom('\0', '\x01', '\xff').map(tail => tail.padStart(12, '\0')),
  )

  test('is by value, then as they were added', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), values => {
        const tickets = values.map((parts, entry) => ({ entry, number: entry * 3 + 1, bytes: parts.join('') }))
        const candidates = new Candidates(tickets.length)
        for (const { entry, ...ticket } of tickets) candidates.add(entry, ticket)
        const ranked = [...candidates.ranked()]
          .flatMap(places => [...(places ?? [])])
          .map(place => ({
            entry: candidates.entryAt(place),
            ...candidates.ticketAt(place),
          }))
        const sorted = tickets.toSorted((a, b) => {
          const order = Buffer.compare(Buffer.from(b.bytes, 'latin1'), Buffer.from(a.bytes, 'latin1'))
          return order === 0 ? a.entry - b.entry : order
        })
        expect(ranked).toEqual(sorted)
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  test('is of no more tickets than there is room for', () => {
    const candidates = new Candidates(1)
    candidates.add(0, { number: 1, bytes: '\0'.repeat(16) })
    expect(() => candidates.add(0, { number: 2, bytes: '\0'.repeat(16) })).toThrow('more than 1 tickets')
    expect(() => new Candidates(2 ** 23 + 1)).toThrow('too many to be held at once')
  })
})

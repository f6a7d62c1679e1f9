import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bestTickets, seedHashOf, TicketValues, ticketValue } from '../../src/draws/ticket-value.js'
import { seedOf, uuid } from './drawn.js'

const SEED = Buffer.from(Array.from({ length: 32 }, (_, n) => n))
const ENTRY = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'

/** As DESIGN.md says it, with node's own HMAC. */
const slowValue = (seed: Uint8Array, drawId: string, entropy: string, entryId: string, number: number): string =>
  uuid(createHmac('sha256', seed).update(`${drawId}\n${entropy}\n${entryId}\n${number}`, 'utf8').digest('hex'))

describe('the value of a ticket', () => {
  // Computed with Python's hmac.
  test.each([
    ['', 1, '97ff86f6-a65d-d7d9-4e1a-2e8640d53750'],
    ['', 1_000_000, '692a1db2-6140-04ae-d833-16b2cd604225'],
    ['drand 8f3a … é', 7, '17bfd52c-9f65-d94f-dd6d-f37ccd7f12de'],
  ])('with the entropy %j and the number %i is %s', (entropy, number, value) => {
    expect(ticketValue(SEED, 'easter', entropy, ENTRY, number)).toBe(value)
  })

  test("is node's HMAC, for any draw, entropy, entry and number", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.string({ unit: 'grapheme', maxLength: 100 }),
        fc.string({ unit: 'grapheme', maxLength: 500 }),
        fc.uuid(),
        fc.integer({ min: 1, max: 1_000_000 }),
        (seed, drawId, entropy, entryId, number) => {
          const values = new TicketValues(seed, drawId, entropy)
          values.best(ENTRY, 11, 1)
          const value = uuid(Buffer.from(values.of(entryId, number), 'latin1').toString('hex'))
          expect(value).toBe(slowValue(seed, drawId, entropy, entryId, number))
        },
      ),
      { numRuns: 500, seed: 3 },
    )
  })

  test('takes a seed of 32 bytes and an id of an entry', () => {
    expect(() => new TicketValues(Buffer.alloc(31), 'easter', '')).toThrow('a seed has 32 bytes, not 31')
    expect(() => new TicketValues(SEED, 'easter', '').best(`${ENTRY}0`, 1, 1)).toThrow('not the id of an entry')
  })

  test('is bound by the hash of the seed', () => {
    expect(seedHashOf(SEED)).toBe('630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd')
  })
})

describe('the best tickets', () => {
  test('of an entry are known', () => {
    expect(bestTickets(SEED, 'easter', '', ENTRY, 1_234, 3)).toEqual([
      { number: 459, value: 'fffb4470-af3c-ff84-2a91-6dad687d1268' },
      { number: 398, value: 'ffc98851-5208-179c-ce81-a6cfd28c12ab' },
      { number: 1_218, value: 'ffc60760-946d-a93f-b6ee-f80e46d8d4bc' },
    ])
  })

  test('are the first of all when they are sorted', () => {
    const entry = fc.record({ name: fc.nat(), tickets: fc.integer({ min: 1, max: 1_200 }), count: fc.nat(100) })
    fc.assert(
      fc.property(entry, ({ name, tickets, count }) => {
        const seed = seedOf(name)
        const all = Array.from({ length: tickets }, (_, at) => ({
          number: at + 1,
          value: slowValue(seed, 'easter', 'x', ENTRY, at + 1),
        })).toSorted((a, b) => (a.value > b.value ? -1 : 1))
        expect(bestTickets(seed, 'easter', 'x', ENTRY, tickets, count + 1)).toEqual(all.slice(0, count + 1))
      }),
      { numRuns: 60, seed: 4 },
    )
  })
})

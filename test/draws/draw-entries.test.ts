import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { DrawEntries, EntriesHash, entryIdOf } from '../../src/draws/draw-entries.js'
import { entriesWith, gathered, seedOf } from './drawn.js'

const LOW = '00000000-0000-0000-0000-000000000001'
const HIGH = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

describe('the id of an entry', () => {
  test('is known', () => {
    expect(entryIdOf(Buffer.alloc(32, 7), 'spieler-ß')).toBe('f05c39ad-e94c-74e0-edb3-f47200646845')
  })

  test('differs between players and between draws', () => {
    const ids = ['draw 1', 'draw 2'].flatMap(draw => ['a', 'b', 'aa'].map(player => entryIdOf(seedOf(draw), player)))
    expect(new Set(ids).size).toBe(6)
  })

  test('needs a key of 32 bytes', () => {
    expect(() => entryIdOf(Buffer.alloc(16), 'a')).toThrow('a pseudonym key has 32 bytes, not 16')
  })
})

describe('the hash of the entries', () => {
  test.each<[[string, number][], string]>([
    [[], 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [
      [
        [LOW, 3],
        [HIGH, 1_000_000],
      ],
      '85a5684dd92d7a495b720d1c438b1969ccbe8bc6a7ad236415fbe08c00209f18',
    ],
  ])('of %j is %s', (entries, expected) => {
    const hash = new EntriesHash()
    for (const [entryId, tickets] of entries) hash.add(entryId, tickets)
    expect(hash.digest()).toBe(expected)
  })

  test('is that of all lines, however many', () => {
    const entries = entriesWith(Array.from({ length: 5_000 }, (_, n) => n + 1))
    const hash = new EntriesHash()
    for (const { entryId, tickets } of entries) hash.add(entryId, tickets)
    const text = entries.map(({ entryId, tickets }) => `${entryId} ${tickets}\n`).join('')
    expect(hash.digest()).toBe(createHash('sha256').update(text).digest('hex'))
  })
})

describe('the entries of a draw', () => {
  test('are held as they were added', () => {
    const entries = entriesWith(Array.from({ length: 3_000 }, (_, n) => 1 + ((n * 7_919) % 1_000_000)))
    const held = gathered(entries)
    expect(held.size).toBe(3_000)
    expect(held.ticketsTotal).toBe(entries.reduce((sum, { tickets }) => sum + tickets, 0))
    entries.forEach((entry, at) => {
      expect({ entryId: held.idAt(at), tickets: held.ticketsAt(at) }).toEqual(entry)
    })
  })

  test.each([
    ['twice', LOW, 1, 'entry 00000000-0000-0000-0000-000000000001 comes after 00000000'],
    ['out of order', LOW.replace('1', '0'), 1, 'comes after'],
    ['in capitals', HIGH.toUpperCase(), 1, 'not the id of an entry'],
    ['without a ticket', HIGH, 0, 'has 0 tickets'],
    ['with half a ticket', HIGH, 1.5, 'has 1.5 tickets'],
    ['with too many tickets', HIGH, 1_000_001, 'has 1000001 tickets'],
  ])('are not added %s', (_, entryId, tickets, problem) => {
    const entries = new DrawEntries()
    entries.add(LOW, 1)
    expect(() => entries.add(entryId, tickets)).toThrow(problem)
    expect(entries.size).toBe(1)
  })
})

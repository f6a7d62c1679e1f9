import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EntriesHash, EntryNames, entryIdOf } from '../../src/draws/draw-entries.js'
import { Entrants, type FrozenEntries } from '../../src/draws/entrants.js'
import { ENTRIES_A_PAGE, entriesOf, pagesOf } from '../../src/draws/entry-pages.js'
import { uuidForm } from '../../src/draws/ticket-value.js'
import { entriesWith, gathered, seedOf } from './drawn.js'

const KEY = seedOf('pseudonyms')

/** As the database sends them. */
const pageOf = (players: readonly (readonly [string, number])[]): Buffer =>
  Buffer.concat(
    players.flatMap(([playerId, tickets]) => {
      const id = Buffer.from(playerId, 'utf8')
      const [length, count] = [Buffer.alloc(2), Buffer.alloc(4)]
      length.writeUInt16BE(id.length)
      count.writeUInt32BE(tickets)
      return [length, id, count]
    }),
  )

const ended = <T>(steps: Generator<null, T>): T => {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

function frozen(players: readonly (readonly [string, number])[], playersAPage: number): FrozenEntries {
  const entrants = new Entrants(KEY, players.length)
  for (let i = 0; i < players.length; i += playersAPage) ended(entrants.add(pageOf(players.slice(i, i + playersAPage))))
  return ended(entrants.freeze())
}

describe('the players of a draw', () => {
  const anyPlayers = fc.uniqueArray(
    fc.tuple(fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }), fc.integer({ min: 1, max: 1_000_000 })),
    {
      maxLength: 60,
      selector: ([id]) => id,
    },
  )

  test('are known by the same names one by one and all at once', () => {
    const names = new EntryNames(KEY)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), playerId => {
        const bytes = Buffer.alloc(20)
        names.write(bytes, 4, Buffer.from(playerId, 'utf8'))
        expect(uuidForm(bytes.subarray(4))).toBe(entryIdOf(KEY, playerId))
      }),
      { seed: 3 },
    )
  })

  test('are entries by their names, which tell the database whose they are', () => {
    fc.assert(
      fc.property(anyPlayers, fc.integer({ min: 1, max: 20 }), (players, playersAPage) => {
        const sorted = players
          .map(([playerId, tickets]) => ({ entryId: entryIdOf(KEY, playerId), playerId, tickets }))
          .toSorted((a, b) => (a.entryId < b.entryId ? -1 : 1))
        const { entries, entriesHash, playerOf } = frozen(players, playersAPage)
        const hash = new EntriesHash()
        for (const { entryId, tickets } of sorted) hash.add(entryId, tickets)
        expect(entriesHash).toBe(hash.digest())
        expect(entries.ticketsTotal).toBe(players.reduce((sum, [, tickets]) => sum + tickets, 0))
        sorted.forEach(({ entryId, playerId, tickets }, index) => {
          expect([entries.idAt(index), entries.ticketsAt(index)]).toEqual([entryId, tickets])
          expect(playerOf(index)).toBe(playerId)
        })
      }),
      { numRuns: 200, seed: 4 },
    )
  })

  test('are sorted when they are many', () => {
    const players = Array.from({ length: 50_000 }, (_, n) => [`p${n}`, 1 + (n % 7)] as const)
    const { entries } = frozen(players, 5_000)
    expect(entries.size).toBe(50_000)
    for (let i = 1; i < entries.size; i++) expect(entries.idAt(i - 1) < entries.idAt(i)).toBe(true)
  })

  test('are no more than they were counted as', () => {
    expect(() =>
      ended(
        new Entrants(KEY, 1).add(
          pageOf([
            ['a', 1],
            ['b', 1],
          ]),
        ),
      ),
    ).toThrow('more than 1 players')
  })
})

describe('pages of entries', () => {
  test('hold all of them, in order', () => {
    const entries = entriesWith(Array.from({ length: 2 * ENTRIES_A_PAGE + 1 }, (_, n) => 1 + (n % 1_000_000)))
    const pages = [...pagesOf(gathered(entries))]
    expect(pages.map(page => page.page)).toEqual([0, 1, 2])
    expect(pages.map(page => page.firstEntryId)).toEqual([0, 1, 2].map(n => entries[n * ENTRIES_A_PAGE]!.entryId))
    expect(pages.flatMap(page => [...entriesOf(page)])).toEqual(entries)
    expect([...entriesOf(pages[0]!, entries[9]!.entryId)][0]).toEqual(entries[10])
    expect([...pagesOf(gathered([]))]).toEqual([])
  })
})

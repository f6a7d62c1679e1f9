import { describe, expect, it } from 'vitest'
import { durationText, entryOf, isoOf, withDurationsInWords } from '../../src/console/admin/durations.js'
import { differences } from '../../src/console/admin/json-diff.js'
import { readRows } from '../../src/console/admin/read-rows.js'

describe('durations', () => {
  it.each([
    ['PT5M', '5', 'minutes', '5 minutes'],
    ['PT1M', '1', 'minutes', '1 minute'],
    ['PT30M', '30', 'minutes', '30 minutes'],
    ['PT1H', '1', 'hours', '1 hour'],
    ['PT1H30M', '90', 'minutes', '90 minutes'],
    ['PT60M', '1', 'hours', '1 hour'],
    ['PT120S', '2', 'minutes', '2 minutes'],
    ['P1D', '24', 'hours', '24 hours'],
    ['P1DT30M', '1470', 'minutes', '1470 minutes'],
    ['PT0S', '0', 'minutes', '0 minutes'],
  ])('reads %s as %s %s', (iso, count, unit, text) => {
    expect(entryOf(iso)).toEqual({ count, unit })
    expect(durationText(iso)).toBe(text)
  })

  it.each(['P', 'PT', 'P1DT', 'P1M', '1H', 'PT1.5H', 'PT90S', ''])('leaves %j as it is', iso => {
    expect(entryOf(iso)).toBeNull()
    expect(durationText(iso)).toBe(iso)
  })

  it.each([
    ['45', 'minutes', 'PT45M'],
    ['2', 'hours', 'PT2H'],
    ['007', 'hours', 'PT7H'],
  ] as const)('writes %s %s as %s', (count, unit, iso) => {
    expect(isoOf({ count, unit })).toBe(iso)
  })

  it.each(['', '1.5', '-1', '1e3', '1234567', ' 1'])('writes no %j', count => {
    expect(isoOf({ count, unit: 'hours' })).toBeNull()
  })

  it('says those of a message in words, and leaves other words alone', () => {
    expect(withDurationsInWords('window must be a multiple of the slide PT30M, got "PT45M"')).toBe(
      'window must be a multiple of the slide 30 minutes, got 45 minutes',
    )
    expect(withDurationsInWords('id must be 1 to 100 of A-Z a-z, got "Plan P"')).toBe(
      'id must be 1 to 100 of A-Z a-z, got "Plan P"',
    )
  })
})

describe('differences', () => {
  it('are the keys whose values are not the same, under their paths', () => {
    const before = { id: 'p', threshold: '10', window: { length: 'PT1H', slide: 'PT30M' }, types: ['bet'] }
    const after = { id: 'p', threshold: '20', window: { length: 'PT2H', slide: 'PT30M' }, types: ['bet', 'win'] }
    expect(differences(before, after)).toEqual([
      { key: 'threshold', before: '10', after: '20' },
      { key: 'window.length', before: 'PT1H', after: 'PT2H' },
      { key: 'types', before: '["bet"]', after: '["bet","win"]' },
    ])
  })

  it('tell what was not there from what is', () => {
    expect(differences(null, { id: 'a', enabled: false, until: null })).toEqual([
      { key: 'id', before: null, after: 'a' },
      { key: 'enabled', before: null, after: 'false' },
    ])
    expect(differences({ reason: { by: 'x' } }, { reason: null })).toEqual([
      { key: 'reason.by', before: 'x', after: null },
    ])
  })

  it('are none of the same value, or of one that is no object', () => {
    expect(differences({ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2 }] } })).toEqual([])
    expect(differences('x', 'x')).toEqual([])
    expect(differences(1, 2)).toEqual([{ key: '', before: '1', after: '2' }])
  })
})

describe('rows that are read anew', () => {
  /** A list of numbers, the highest first, and how it was asked for. */
  const listOf = (length: number) => {
    const asked: number[] = []
    const readPage = async (first: number, after: string | null) => {
      asked.push(first)
      const begin = after === null ? 0 : Number(after)
      const nodes = Array.from({ length: Math.min(first, length - begin) }, (_, i) => length - begin - i)
      const end = begin + nodes.length
      return { nodes, pageInfo: { hasNextPage: end < length, endCursor: String(end) }, totalCount: length }
    }
    return { asked, readPage }
  }

  it('are as many as wanted, in requests that the server takes', async () => {
    const { asked, readPage } = listOf(2_000)
    const read = await readRows(readPage, 1_200, () => false)
    expect(read.nodes).toEqual(Array.from({ length: 1_200 }, (_, i) => 2_000 - i))
    expect(read).toMatchObject({ fresh: 0, hasMore: true, totalCount: 2_000 })
    expect(asked).toEqual([500, 500, 200])
  })

  it('are those behind the fresh ones, which are counted', async () => {
    const read = await readRows(listOf(100).readPage, 50, row => row > 90)
    expect(read.nodes).toEqual(Array.from({ length: 50 }, (_, i) => 90 - i))
    expect(read).toMatchObject({ fresh: 10, hasMore: true })
    const all = await readRows(listOf(55).readPage, 50, row => row > 5)
    expect(all).toEqual({ nodes: [5, 4, 3, 2, 1], fresh: 50, hasMore: false, totalCount: 55 })
  })

  it('are not looked for behind a thousand fresh ones', async () => {
    const { asked, readPage } = listOf(100_000)
    expect(await readRows(readPage, 50, row => row > 10)).toMatchObject({ nodes: null, fresh: 1_050 })
    expect(asked).toEqual([50, 500, 500])
  })
})

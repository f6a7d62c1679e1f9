import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SettledMarket } from '../../src/pnl/forecast.js'
import { NewestMarkets } from '../../src/pnl/newest-markets.js'

const market = (at: number): SettledMarket => ({ at, gameType: null, competition: null, selections: [] })

test('the newest markets remain, whatever the order and the pages', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(50), { maxLength: 9 })), fc.integer({ min: 1, max: 12 }), (pages, max) => {
      const newest = new NewestMarkets(max)
      for (const page of pages) newest.add(page.map(market))
      const expected = pages.flat().toSorted((a, b) => b - a)
      const kept = newest.all().map(({ at }) => at)
      expect(kept.toSorted((a, b) => b - a)).toEqual(expected.slice(0, max))
    }),
  )
})

import { describe, expect, test } from 'vitest'
import { readOptions, SECTIONS } from '../../../src/simulate/bench/options.js'
import { formatTable, quantile } from '../../../src/simulate/bench/report.js'

describe('options of the bench', () => {
  test('without any are all sections', () => {
    expect(readOptions([])).toMatchObject({ sections: new Set(SECTIONS), seconds: 20, players: 100_000, topRate: null })
  })

  test('name sections and change figures', () => {
    const options = readOptions(['latency', 'ingest', '--seconds=7', '--rate=50000', '--no-variants'])
    expect(options).toMatchObject({ seconds: 7, topRate: 50_000, variants: false })
    expect([...options.sections]).toEqual(['latency', 'ingest'])
  })

  test.each([
    [['sleep'], 'there is no section sleep'],
    [['--seconds=0'], '--seconds must be a whole number from 1 to 3600, got 0'],
    [['--seconds=soon'], '--seconds must be a whole number from 1 to 3600, got soon'],
    [['--fast'], '--fast'],
  ])('%s is refused by name', (args, message) => {
    expect(() => readOptions(args)).toThrow(message)
  })
})

describe('the table', () => {
  test('lines figures up and says whether a target was met', () => {
    const table = formatTable([
      { name: 'ingest', value: 81_234.6, unit: 'events/s', target: { atLeast: 40_000 }, ratio: '0.4' },
      { name: 'p50', value: 12.34, unit: 'ms', target: { atMost: 10 } },
    ])
    expect(table.split('\n')).toEqual([
      'what    figure  unit      target         to bare (>= 0.3)',
      '------  ------  --------  -------------  ----------------',
      'ingest  81,235  events/s  >= 40,000 met  0.4',
      'p50       12.3  ms        <= 10 MISSED',
    ])
  })

  test('takes quantiles by rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1)
    expect([0.5, 0.95, 0.99, 1].map(share => quantile(values, share))).toEqual([50, 95, 99, 100])
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })
})

import { describe, expect, it } from 'vitest'
import { fitLogistic, type LogisticRow, sigmoid } from '../../src/pnl/logistic-fit.js'

const row = (x: number, won: boolean, offset = 0): LogisticRow => ({ columns: [0, 1], values: [1, x], offset, won })

/** What is least has no slope. */
function slopes(rows: readonly LogisticRow[], penalties: readonly number[], weights: readonly number[]): number[] {
  return penalties.map((penalty, i) =>
    rows.reduce((total, { columns, values, offset, won }) => {
      const z = columns.reduce((sum, column, k) => sum + weights[column]! * values[k]!, offset)
      return total + (sigmoid(z) - Number(won)) * (values[columns.indexOf(i)] ?? 0)
    }, penalty * weights[i]!),
  )
}

describe('a logistic fit', () => {
  it.each<[string, LogisticRow[]]>([
    ['of ordinary rows', Array.from({ length: 200 }, (_, i) => row((i % 17) - 8, (i * 7) % 17 > 8 === i % 3 > 0))],
    ['of rows that a line separates', Array.from({ length: 100 }, (_, i) => row(i - 49.5, i >= 50))],
    ['of rows that all contradict their offsets', Array.from({ length: 500 }, (_, i) => row(i % 5, false, 13))],
    ['of one row', [row(1, true)]],
    ['of none', []],
  ])('ends where the penalised loss is least: %s', (_, rows) => {
    const penalties = [1, 0.5]
    for (const slope of slopes(rows, penalties, fitLogistic(rows, penalties)))
      expect(Math.abs(slope)).toBeLessThan(1e-6)
  })
})

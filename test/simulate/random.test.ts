import { describe, expect, it } from 'vitest'
import { Random } from '../../src/simulate/random.js'

const SAMPLES = 100_000

function sorted(draw: (random: Random) => number): number[] {
  const random = new Random('samples')
  return Array.from({ length: SAMPLES }, () => draw(random)).sort((a, b) => a - b)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const quantile = (values: readonly number[], q: number): number => values[Math.floor(values.length * q)]!

describe('seeded randomness', () => {
  it('repeats with its seed and differs with another, however similar', () => {
    const sequence = (seed: number | string) => {
      const random = new Random(seed)
      return Array.from({ length: 20 }, () => random.uint32())
    }
    expect(sequence(1)).toEqual(sequence(1))
    expect(new Set([1, 2, 3, 'a', 'b', 'ab', 'ba'].map(seed => sequence(seed).join())).size).toBe(7)
    const shared = sequence(1).filter(value => sequence(2).includes(value))
    expect(shared).toEqual([])
  })

  it('is uniform from 0 to 1', () => {
    const values = sorted(random => random.unit())
    expect(values[0]).toBeGreaterThanOrEqual(0)
    expect(values.at(-1)).toBeLessThan(1)
    for (const q of [0.01, 0.1, 0.5, 0.9, 0.99]) expect(Math.abs(quantile(values, q) - q)).toBeLessThan(0.006)
  })

  it('reaches every integer below a count, and no other', () => {
    const values = sorted(random => random.below(7))
    expect([...new Set(values)]).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('has the distributions that it names', () => {
    const exponential = sorted(random => random.exponential(10))
    expect(mean(exponential)).toBeCloseTo(10, 0)
    expect(quantile(exponential, 0.5) / (10 * Math.LN2)).toBeCloseTo(1, 1)
    const logNormal = sorted(random => random.logNormal(5, 0.5))
    expect(quantile(logNormal, 0.5)).toBeCloseTo(5, 0)
    expect(quantile(logNormal, 0.8413) / 5).toBeCloseTo(Math.exp(0.5), 1)
    const pareto = sorted(random => random.pareto(2, 1.5))
    expect(pareto[0]).toBeGreaterThanOrEqual(2)
    expect(quantile(pareto, 0.99) / 2).toBeCloseTo(0.01 ** (-1 / 1.5), -1)
  })

  it('makes hex and UUIDs', () => {
    const random = new Random(1)
    expect(random.hex(13)).toMatch(/^[0-9a-f]{13}$/)
    const uuids = Array.from({ length: 10_000 }, () => random.uuid())
    expect(new Set(uuids).size).toBe(10_000)
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

import { describe, expect, it } from 'vitest'
import { decimalText, scaledOf } from '../../src/pnl/decimal.js'

describe('decimals of any scale', () => {
  it.each([
    [0n, 8, '0'],
    [1n, 8, '0.00000001'],
    [-150_000_000n, 8, '-1.5'],
    [123_456_789_012_345_678_901_234n, 23, '1.23456789012345678901234'],
    [-(10n ** 30n), 23, '-10000000'],
  ])('%s of %d places is %s, and back', (value, places, text) => {
    expect(decimalText(value, places)).toBe(text)
    expect(scaledOf(text, places)).toBe(value)
  })

  it('reads zeros behind the point, as PostgreSQL writes them', () => {
    expect(scaledOf('12.3400000000000000', 8)).toBe(1_234_000_000n)
    expect(scaledOf('-0.0000', 8)).toBe(0n)
  })

  it('refuses places that it has no room for', () => {
    expect(() => scaledOf('0.123456789', 8)).toThrow('0.123456789 has more than 8 decimal places')
  })
})

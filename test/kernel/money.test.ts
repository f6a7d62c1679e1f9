import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AMOUNT_MAX, formatMoney, moneyFromNumber, parseMoney } from '../../src/kernel/money.js'

const amounts = fc.bigInt({ min: -AMOUNT_MAX, max: AMOUNT_MAX })
const DECIMALS = /^-?\d+(\.\d{1,4})?$/

describe('money', () => {
  test('is read as it is written', () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom(0, 2, 4), (amount, minDecimals) => {
        const text = formatMoney(amount, minDecimals)
        expect(text).toMatch(DECIMALS)
        expect(parseMoney(text)).toBe(amount)
        expect((text.split('.')[1] ?? '').length).toBeGreaterThanOrEqual(minDecimals)
      }),
    )
  })

  test('adds up exactly, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99_999_999 }), { minLength: 1 }), units => {
        const texts = units.map(n => formatMoney(BigInt(n)))
        const sum = texts.map(text => parseMoney(text) as bigint).reduce((a, b) => a + b)
        expect(sum).toBe(BigInt(units.reduce((a, b) => a + b)))
      }),
    )
  })

  test('as a JSON number is the decimal that was written, or refused', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), amount => {
        const text = formatMoney(amount, 0)
        const read = moneyFromNumber(Number(text))
        const digits = text.replace('.', '').replace(/^0+/, '')
        if (digits.replace(/0+$/, '').length <= 15) expect(read).toBe(amount)
        else if (typeof read === 'bigint') expect(Number(formatMoney(read, 0))).toBe(Number(text))
        else expect(read).toBe('not exact as a JSON number, send it as a string')
      }),
      { numRuns: 1_000 },
    )
  })

  test('never becomes another amount, whatever number comes', () => {
    fc.assert(
      fc.property(fc.double(), value => {
        const read = moneyFromNumber(value)
        if (typeof read === 'bigint') expect(Number(formatMoney(read, 0))).toBe(value + 0)
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([
    ['0', 0n],
    ['-0', 0n],
    ['007', 70_000n],
    ['1250.5', 12_505_000n],
    ['0.0001', 1n],
    ['-12.3400', -123_400n],
    ['1.00000000', 10_000n],
    ['999999999999999999999999', 9_999_999_999_999_999_999_999_990_000n],
  ])('%s', (text, amount) => {
    expect(parseMoney(text)).toBe(amount)
  })

  test.each([
    '',
    ' ',
    '1.',
    '.5',
    '+1',
    '1e3',
    '0x1',
    '1,5',
    '1 000',
    'NaN',
    '١',
    '--1',
    '1.5.0',
    '1\n',
    `1${'0'.repeat(24)}`,
  ])('%j is no decimal', text => {
    expect(parseMoney(text)).toBe('not a decimal')
  })

  test('has at most four decimals', () => {
    expect(parseMoney('1.00001')).toBe('more than 4 decimals')
    expect(parseMoney('1.0000100')).toBe('more than 4 decimals')
    expect(moneyFromNumber(1e-5)).toBe('more than 4 decimals')
    expect(moneyFromNumber(1e-7)).toBe('more than 4 decimals')
  })

  test('as a number: not what a double cannot hold', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21]) {
      expect(moneyFromNumber(value)).toBe('not a decimal')
    }
    expect(moneyFromNumber(-0)).toBe(0n)
    expect(moneyFromNumber(0.1 + 0.2)).toBe('not exact as a JSON number, send it as a string')
    expect(moneyFromNumber(1e12)).toBe(AMOUNT_MAX)
    expect(moneyFromNumber(100_000_000_001)).toBe(1_000_000_000_010_000n)
  })
})

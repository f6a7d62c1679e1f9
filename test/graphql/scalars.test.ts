import { parseValue } from 'graphql'
import { describe, expect, it } from 'vitest'
import { DateTime, Decimal, Duration, JSONValue, SafeInt } from '../../src/graphql/scalars.js'

const literal = (scalar: typeof DateTime | typeof Decimal | typeof Duration | typeof SafeInt, text: string) =>
  scalar.parseLiteral(parseValue(text))

describe('DateTime', () => {
  it('is milliseconds inside', () => {
    expect(DateTime.parseValue('2026-11-20T15:30:00+01:00')).toBe(Date.parse('2026-11-20T14:30:00Z'))
    expect(literal(DateTime, '"2026-11-20T14:30:00Z"')).toBe(Date.parse('2026-11-20T14:30:00Z'))
    expect(DateTime.serialize(0)).toBe('1970-01-01T00:00:00.000Z')
    expect(DateTime.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
    expect(() => DateTime.serialize('1970')).toThrow(TypeError)
  })

  it('names what came', () => {
    for (const wrong of ['2026-02-30T00:00:00Z', '2026-11-20', '2026-11-20T14:30:00', 1_700_000_000_000, {}, null]) {
      expect(() => DateTime.parseValue(wrong)).toThrow(/DateTime must be an ISO 8601 instant with an offset.*, got /)
    }
    expect(() => literal(DateTime, '5')).toThrow('got "5"')
    expect(() => literal(DateTime, '[1]')).toThrow('got ListValue')
  })
})

describe('Decimal', () => {
  it('is exact', () => {
    expect(Decimal.parseValue('0.1')).toBe(1_000n)
    expect(Decimal.parseValue(1250.5)).toBe(12_505_000n)
    expect(literal(Decimal, '123456789012345.6789')).toBe(1_234_567_890_123_456_789n)
    expect(literal(Decimal, '7')).toBe(70_000n)
    expect(literal(Decimal, '"-0.0001"')).toBe(-1n)
    expect(Decimal.serialize(12_500_000n)).toBe('1250.00')
    expect(Decimal.serialize(1n)).toBe('0.0001')
    expect(() => Decimal.serialize(1.5)).toThrow(TypeError)
  })

  it('names what came', () => {
    expect(() => Decimal.parseValue('1.00001')).toThrow(/more than 4 decimals, got "1.00001"/)
    expect(() => Decimal.parseValue(0.1 + 0.2)).toThrow(/send it as a string/)
    for (const wrong of ['', 'NaN', '1e5', Number.NaN, Number.POSITIVE_INFINITY, true, [], 10n]) {
      expect(() => Decimal.parseValue(wrong)).toThrow(/not a decimal/)
    }
    expect(() => literal(Decimal, '1e400')).toThrow(/not a decimal, got "1e400"/)
    expect(() => literal(Decimal, 'true')).toThrow(/not a decimal/)
  })
})

describe('Duration and SafeInt', () => {
  it('read and write', () => {
    expect(Duration.parseValue('PT1H')).toBe(3_600_000)
    expect(literal(Duration, '"P1DT30M"')).toBe(88_200_000)
    expect(Duration.serialize(1_800_000)).toBe('PT30M')
    expect(SafeInt.parseValue(2 ** 53 - 1)).toBe(2 ** 53 - 1)
    expect(literal(SafeInt, '9007199254740991')).toBe(2 ** 53 - 1)
    expect(SafeInt.serialize(5n)).toBe(5)
  })

  it('name what came', () => {
    expect(() => Duration.parseValue('1 hour')).toThrow(
      'Duration must be an ISO 8601 duration of whole days, hours, minutes and seconds, without years and months, e.g. PT1H, got "1 hour"',
    )
    expect(() => Duration.parseValue('P1M')).toThrow(/without years and months, .* got "P1M"/)
    expect(() => SafeInt.parseValue(2 ** 53)).toThrow(/got 9007199254740992/)
    expect(() => SafeInt.parseValue('5')).toThrow(/got "5"/)
    expect(() => literal(SafeInt, '9007199254740993')).toThrow(/SafeInt/)
    expect(() => SafeInt.serialize(2n ** 60n)).toThrow(TypeError)
  })
})

describe('JSON', () => {
  it('reads literals, with variables in them', () => {
    const node = parseValue('{a: [1, 2.5, "x", true, null, ENUM, $v], __proto__: {polluted: 1}}')
    const value = JSONValue.parseLiteral(node, { v: { deep: 1 } }) as Record<string, unknown>
    expect(value.a).toEqual([1, 2.5, 'x', true, null, 'ENUM', { deep: 1 }])
    expect(Object.hasOwn(value, '__proto__')).toBe(true)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

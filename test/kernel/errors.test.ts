import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError, badInput, jsonText, shown } from '../../src/kernel/errors.js'
import { checkFirst } from '../../src/kernel/page.js'

const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)

describe('errors', () => {
  test('name the field and what came', () => {
    const error = badInput('window', 'must be a multiple of PT5M', 'PT7M')
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'window must be a multiple of PT5M, got "PT7M"',
      details: { field: 'window' },
    })
    expect(badInput('events', 'is required').message).toBe('events is required')
  })

  test('show what came short and printable, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string({ unit: 'binary', maxLength: 300 })), value => {
        const text = shown(value)
        expect(text.length).toBeLessThanOrEqual(120)
        expect(text.isWellFormed()).toBe(true)
        expect(text).not.toMatch(/[\0\n]/)
      }),
    )
    expect(shown('a\0\n\ud800')).toBe('"a\\u0000\\n\\ud800"')
    expect(shown('x'.repeat(100))).toBe(`"${'x'.repeat(79)}... (102 characters)`)
    expect(shown(`${'x'.repeat(78)}🎰🎰`)).toBe(`"${'x'.repeat(78)}\uFFFD... (84 characters)`)
    expect([shown(undefined), shown(null), shown(Number.NaN), shown(-1n), shown(Symbol('s'))]).toEqual([
      'undefined',
      'null',
      'NaN',
      '-1',
      'Symbol(s)',
    ])
  })

  test('are not made worse by what is too deep, circular or has no JSON', () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    for (const value of [deep, circle, { big: 1n }]) expect(jsonText(value)).toMatch(/^\(JSON that/)
    expect(shown(deep)).toMatch(/^\(JSON that/)
    expect(jsonText({ big: 1n }, (_, value) => (typeof value === 'bigint' ? '1' : value))).toBe('{"big":"1"}')
  })
})

test('pages have 1 to 500 items', () => {
  expect([checkFirst(1), checkFirst(500)]).toEqual([1, 500])
  for (const first of [0, -1, 501, 2 ** 31 - 1]) {
    expect(() => checkFirst(first)).toThrow(`first must be from 1 to 500, got ${first}`)
  }
})

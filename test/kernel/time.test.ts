import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ceilTo,
  DAY_MS,
  floorTo,
  formatDuration,
  formatInstant,
  HOUR_MS,
  PANE_MS,
  parseDuration,
  parseInstant,
  SECOND_MS,
} from '../../src/kernel/time.js'

const instants = fc.integer({ min: Date.parse('0100-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') })

describe('instants', () => {
  test('are read as they are written', () => {
    fc.assert(
      fc.property(instants, at => {
        expect(parseInstant(formatInstant(at))).toBe(at)
      }),
    )
  })

  test('are the same in every offset', () => {
    const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        offsets,
        fc.constantFrom('', ':'),
        (at, minutes, colon) => {
          const local = formatInstant(at + minutes * 60_000).slice(0, -1)
          const [h, m] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map(n =>
            String(n).padStart(2, '0'),
          )
          expect(parseInstant(`${local}${minutes < 0 ? '-' : '+'}${h}${colon}${m}`)).toBe(at)
        },
      ),
    )
  })

  test('exist in the calendar, or are refused', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1600, max: 2400 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (y, m, d) => {
          const text = `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}T12:00:00Z`
          const at = parseInstant(text)
          const real = new Date(Date.UTC(y, m - 1, d, 12))
          const exists = real.getUTCFullYear() === y && real.getUTCMonth() === m - 1 && real.getUTCDate() === d
          expect(at).toBe(exists ? real.getTime() : null)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test.each([
    ['2024-01-15T14:30Z', '2024-01-15T14:30:00.000Z'],
    ['2024-01-15 14:30:00z', '2024-01-15T14:30:00.000Z'],
    ['2023-11-20T11:00:00.00Z', '2023-11-20T11:00:00.000Z'],
    ['2024-01-15T14:30:00.123456789Z', '2024-01-15T14:30:00.123Z'],
    ['2024-01-15T14:30:00,5+0530', '2024-01-15T09:00:00.500Z'],
    ['2024-02-29T23:59:59-12:00', '2024-03-01T11:59:59.000Z'],
  ])('%s', (text, instant) => {
    expect(formatInstant(parseInstant(text)!)).toBe(instant)
  })

  test.each([
    '',
    '2024-01-15',
    '2024-01-15T14:30:00',
    '2024-01-15T24:00:00Z',
    '2024-01-15T23:60:00Z',
    '2024-01-15T23:59:60Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-01-15T14:30:00+24:00',
    '2024-01-15T14:30:00+01:60',
    '2024-1-5T14:30:00Z',
    '+002024-01-15T14:30:00Z',
    '2024-01-15T14:30:00Z\n',
    '2024-01-15T14:30:00.1234567890Z',
    'Mon, 15 Jan 2024 14:30:00 GMT',
  ])('%j is none', text => {
    expect(parseInstant(text)).toBe(null)
  })
})

describe('durations', () => {
  test('are read as they are written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 * 86_400 }), seconds => {
        const ms = seconds * SECOND_MS
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    )
  })

  test.each([
    ['PT1H', HOUR_MS, 'PT1H'],
    ['PT90M', 1.5 * HOUR_MS, 'PT1H30M'],
    ['P1DT30M', DAY_MS + HOUR_MS / 2, 'P1DT30M'],
    ['PT86400S', DAY_MS, 'P1D'],
    ['PT0S', 0, 'PT0S'],
  ])('%s', (text, ms, shortest) => {
    expect(parseDuration(text)).toBe(ms)
    expect(formatDuration(ms)).toBe(shortest)
  })

  test.each([
    '',
    'P',
    'PT',
    'P1DT',
    'PT1.5H',
    'P1M',
    'P1Y',
    'P1W',
    '-PT1H',
    'PT-1H',
    'pt1h',
    '1H',
    'PT1M1H',
    'PT1H ',
    3_600 as never,
  ])('%j is none', text => {
    expect(parseDuration(text)).toBe(null)
  })
})

describe('steps', () => {
  test('hold what they are rounded from, also before 1970', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e13 }), at => {
        const [from, to] = [floorTo(at, PANE_MS), ceilTo(at, PANE_MS)]
        expect(Math.abs(from % PANE_MS)).toBe(0)
        expect(from).toBeLessThanOrEqual(at)
        expect(at - from).toBeLessThan(PANE_MS)
        expect(to + 0).toBe(from === at ? at : from + PANE_MS)
      }),
    )
  })
})

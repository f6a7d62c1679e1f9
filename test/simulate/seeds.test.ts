import { describe, expect, it } from 'vitest'
import type { PlayerEvent } from '../../src/events/player-event.js'
import { readEventLine } from '../../src/events/read-event.js'
import { parseMoney } from '../../src/kernel/money.js'
import { HOUR_MS, MINUTE_MS, parseDuration } from '../../src/kernel/time.js'
import { readSeeds } from '../../src/simulate/seeds.js'

const seeds = readSeeds()
const RULES = {
  clock: () => Date.parse('2025-11-04T00:00:00Z'),
  aheadMs: 0,
  retentionMs: 0,
  baseCurrency: 'EUR',
  nameEvent: (index: number) => `unnamed-${index}`,
}
const lines = seeds.events.trimEnd().split('\n')
const events = lines.map((line, index) => readEventLine(line, index, RULES))

describe('the sample events', () => {
  it('are about 300, all valid', () => {
    expect(events.filter(event => 'code' in event)).toEqual([])
    expect(events.length).toBeGreaterThan(250)
    expect(events.length).toBeLessThan(350)
  })

  it('come in both shapes of the field', () => {
    const objects = lines.map(line => JSON.parse(line) as Record<string, unknown>)
    expect(
      objects.some(({ event_id, timestamp, amount }) => !event_id && timestamp && typeof amount === 'number'),
    ).toBe(true)
    expect(
      objects.some(
        ({ schema_version, created_at, player_id }) => schema_version && created_at && typeof player_id === 'number',
      ),
    ).toBe(true)
    expect(objects.some(({ amount }) => typeof amount === 'string')).toBe(true)
    expect(objects.some(({ timestamp }) => typeof timestamp === 'string' && /[+-]\d\d:\d\d$/.test(timestamp))).toBe(
      true,
    )
  })

  it('hold late ones, and players above the VIP threshold in one window', () => {
    const taken = events as PlayerEvent[]
    expect(taken.some((event, at) => at > 0 && event.occurredAt < taken[at - 1]!.occurredAt - MINUTE_MS)).toBe(true)
    const windowStart = Date.parse('2025-11-03T18:00:00Z')
    const bets = taken.filter(event => event.eventType === 'bet' && event.playerId === 'player_001')
    const inWindow = bets.filter(({ occurredAt }) => occurredAt >= windowStart && occurredAt < windowStart + HOUR_MS)
    expect(inWindow.reduce((total, bet) => total + bet.amount, 0n)).toBeGreaterThan(parseMoney('1000') as bigint)
  })
})

describe('the sample policies', () => {
  it('hold the seed policy, enabled', () => {
    expect(seeds.vipPolicies[0]).toEqual({
      id: 'vip',
      name: 'VIP',
      threshold: '1000',
      window: 'PT1H',
      slide: 'PT30M',
      eventTypes: ['bet'],
      enabled: true,
    })
  })

  it('are within the bounds of a window', () => {
    for (const { window, slide, threshold } of seeds.vipPolicies) {
      const windowMs = parseDuration(window)!
      const slideMs = parseDuration(slide)!
      expect(windowMs).toBeLessThanOrEqual(24 * HOUR_MS)
      expect(windowMs / slideMs).toBeLessThanOrEqual(24)
      expect(windowMs % slideMs).toBe(0)
      expect(slideMs % (5 * MINUTE_MS)).toBe(0)
      expect(typeof parseMoney(threshold)).toBe('bigint')
    }
  })
})

import { describe, expect, it } from 'vitest'
import { checkCampaign } from '../../src/campaigns/campaign.js'
import { compileFilter } from '../../src/campaigns/filter/filter.js'
import { FilterEvent } from '../../src/campaigns/filter/filter-event.js'
import { checkDraw, type PrizeDraft } from '../../src/draws/draw.js'
import type { PlayerEvent } from '../../src/events/player-event.js'
import { readEventLine } from '../../src/events/read-event.js'
import { parseMoney } from '../../src/kernel/money.js'
import { HOUR_MS, MINUTE_MS, parseDuration } from '../../src/kernel/time.js'
import { type CampaignSeed, type DrawSeed, readSeeds } from '../../src/simulate/seeds.js'

const seeds = readSeeds()
const RULES = {
  clock: () => Date.parse('2025-11-04T00:00:00Z'),
  aheadMs: 0,
  retentionMs: 0,
  baseCurrency: 'EUR',
  nameEvent: (index: number) => `unnamed-${index}`,
}
const NO_STATE = { turnover1h: 0, eventCount1h: 0, isVip: false }
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

const gatesOpen = (campaign: CampaignSeed, event: PlayerEvent): boolean =>
  event.game === campaign.game &&
  event.eventName === campaign.eventName &&
  event.occurredAt >= Date.parse(campaign.startsAt) &&
  event.occurredAt < Date.parse(campaign.endsAt)

describe('the sample campaigns', () => {
  it('are within the bounds, and compile', () => {
    for (const { startsAt, endsAt, cooldown, ...seed } of seeds.campaigns) {
      const times = { startsAt: Date.parse(startsAt), endsAt: Date.parse(endsAt) }
      const rest = { enabled: true, offer: null, maxTriggersPerPlayer: null, disabledReason: null, ...seed }
      checkCampaign({ ...rest, ...times, cooldownMs: cooldown === undefined ? null : parseDuration(cooldown)! })
      expect(() => compileFilter(seed.filter), seed.id).not.toThrow()
    }
    expect(new Set(seeds.campaigns.map(({ id }) => id)).size).toBe(seeds.campaigns.length)
  })

  it('find some of the sample events true', () => {
    const matches = Object.fromEntries(
      seeds.campaigns.map(campaign => {
        const { matches } = matcherOf(campaign.filter)
        return [campaign.id, (events as PlayerEvent[]).filter(e => gatesOpen(campaign, e) && matches(e)).length]
      }),
    )
    expect(matches).toMatchObject({ 'harbor-consolation': 3, 'harbor-salt': 4 })
  })
})

describe('the sample draws', () => {
  it('are within the bounds', () => {
    const money = (text = '0') => parseMoney(text) as bigint
    const prizeOf = ({ value, quantity = 1, ...prize }: DrawSeed['prizes'][0]): PrizeDraft => ({
      ...(prize as Pick<PrizeDraft, 'name' | 'kind'>),
      value: money(value),
      quantity,
    })
    const absent = { game: null, gameType: null, maxTicketsPerPlayer: null, winsPerPlayer: 1, entropyLabel: null }
    for (const { stakePerTicket, prizes, defaultPrize, ...seed } of seeds.draws) {
      checkDraw({
        ...{ ...absent, eventTypes: ['bet'], optInRequired: false, opensAt: 0, drawsAt: 1, ...seed },
        stakePerTicket: money(stakePerTicket),
        prizes: prizes.map(prizeOf),
        defaultPrize: defaultPrize === undefined ? null : prizeOf(defaultPrize),
      })
    }
    expect(new Set(seeds.draws.map(({ id }) => id)).size).toBe(2)
  })
})

describe("the Flink demo's example", () => {
  it('finds exactly one of its events true', () => {
    const [first] = seeds.flink.campaigns.split('\n')
    const { campaign_id, game, event_name, start_date, end_date, filter } = JSON.parse(first!)
    expect(campaign_id).toBe(4711)
    const campaign = {
      id: '4711',
      name: '',
      game,
      eventName: event_name,
      startsAt: start_date,
      endsAt: end_date,
      filter,
    }
    const { matches } = matcherOf(filter)
    const read = seeds.flink.events.trimEnd().split('\n')
    const shown = read.map((line, index) => readEventLine(line, index, RULES) as PlayerEvent)
    expect(shown).toHaveLength(3)
    expect(shown.filter(event => gatesOpen(campaign, event) && matches(event)).map(({ eventId }) => eventId)).toEqual([
      'foe-2',
    ])
  })
})

function matcherOf(filter: string) {
  const compiled = compileFilter(filter)
  return { matches: (event: PlayerEvent) => compiled.matches(new FilterEvent(event, NO_STATE)) }
}

import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../src/campaigns/campaign.js'
import { FilterHealth } from '../../src/campaigns/filter-health.js'
import { LiveCampaign } from '../../src/campaigns/live-campaigns.js'
import type { PlayerEvent } from '../../src/events/player-event.js'
import { readEventLine } from '../../src/events/read-event.js'
import type { QueuedEvent } from '../../src/pipeline/piece.js'
import { type PlacedEvent, runFilters } from '../../src/pipeline/run-filters.js'

const START = Date.parse('2025-11-03T18:00:00Z')
const RULES = {
  clock: () => START,
  aheadMs: 1_000_000,
  retentionMs: 0,
  baseCurrency: 'EUR',
  nameEvent: () => expect.unreachable('every event has an id'),
}

const live = (id: string, filter: string, endsAt = START + 1_000_000): LiveCampaign =>
  new LiveCampaign({ id, version: 1, filter, enabled: true, startsAt: START, endsAt } as Campaign)

function placed(place: number, level: number): PlacedEvent {
  const timestamp = new Date(START + place).toISOString()
  const line = { event_id: `e${place}`, player_id: 'p', event_type: 'progress', timestamp, data: { level } }
  const event = readEventLine(JSON.stringify(line), 0, RULES) as PlayerEvent
  return { place, item: { event, index: 0 } as QueuedEvent }
}

describe('the filters of a batch', () => {
  it('give their matches in the order in which the events have arrived, whatever order they run in', () => {
    const first = {
      campaigns: [live('a', 'e => true'), live('b', 'e => e.data.level > 1')],
      placed: [placed(0, 1), placed(2, 2)],
    }
    const second = { campaigns: [live('c', 'e => true')], placed: [placed(1, 1)] }
    const { matches } = runFilters([first, second], new Map())
    expect(matches.map(({ campaign, event }) => `${event.eventId} ${campaign.id}`)).toEqual([
      'e0 a',
      'e1 c',
      'e2 a',
      'e2 b',
    ])
  })

  it('count what each of them did, and run only where their campaign is on', () => {
    const campaigns = [live('fails', 'e => e.data.absent.level'), live('ends', 'e => true', START + 1)]
    const { matches, runs } = runFilters([{ campaigns, placed: [placed(0, 1), placed(1, 2)] }], new Map())
    expect(matches).toHaveLength(1)
    expect(
      runs.map(({ campaign, evaluations, matches, errors }) => [campaign.id, evaluations, matches, errors]),
    ).toEqual([
      ['fails', 2, 0, 2],
      ['ends', 1, 1, 0],
    ])
    expect(runs[0]!.lastError).toContain('undefined has no property')
  })
})

describe('a filter that is sure to be switched off', () => {
  const many = Array.from({ length: 3_000 }, (_, place) => placed(place, 1))
  const endless = 'e => { while (true) {} }'

  it('is run no more in its batch, and harms no other', () => {
    const campaigns = [live('endless', endless), live('fails', 'e => e.data.absent.level'), live('good', 'e => true')]
    const { matches, runs } = runFilters([{ campaigns, placed: many }], new Map())
    expect(matches).toHaveLength(many.length)
    for (const run of runs.slice(0, 2)) {
      expect(run).toMatchObject({ evaluations: many.length, errors: many.length, matches: 0 })
      expect(run.lastError).toMatch(/^not run: its filter failed on 100 of 100 events$/)
      expect(new FilterHealth().note(run)).toBe('its filter failed on 100 of 100 events')
    }
    expect(runs[0]!.steps).toBeLessThan(1_100_000)
    expect(runs[2]!.condemned).toBeNull()
  })

  it('is one that takes its time, too', () => {
    const slow = live('slow', 'e => { let n = 0; for (let i = 0; i < 900; i++) n += i; return n < 0 }')
    const [run] = runFilters([{ campaigns: [slow], placed: many }], new Map()).runs
    expect(run!.condemned).toMatch(/^its filter takes \d+ steps an event, more than 500/)
    expect(new FilterHealth().note(run!)).toBe(run!.condemned)
  })
})

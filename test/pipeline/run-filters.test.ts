import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../src/campaigns/campaign.js'
import { LiveCampaign, LivePair } from '../../src/campaigns/live-campaigns.js'
import type { PlayerEvent } from '../../src/events/player-event.js'
import { readEventLine } from '../../src/events/read-event.js'
import type { QueuedEvent } from '../../src/pipeline/piece.js'
import { type PlacedEvent, runFilters, type Showing } from '../../src/pipeline/run-filters.js'

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

const showing = (throughout: LiveCampaign[], shown: PlacedEvent[], partly: LiveCampaign[] = []): Showing => ({
  throughout,
  partly,
  placed: shown,
})

describe('the filters of a batch', () => {
  it('give their matches in the order in which the events have arrived, whatever order they run in', () => {
    const first = showing([live('a', 'e => true'), live('b', 'e => e.data.level > 1')], [placed(0, 1), placed(2, 2)])
    const second = showing([live('c', 'e => true')], [placed(1, 1)])
    const { matches } = runFilters([first, second], new Map())
    expect(matches.map(({ campaign, event }) => `${event.eventId} ${campaign.id}`)).toEqual([
      'e0 a',
      'e1 c',
      'e2 a',
      'e2 b',
    ])
  })

  it('count what each of them did, and run only where their campaign is on', () => {
    const fails = live('fails', 'e => e.data.absent.level')
    const ends = live('ends', 'e => true', START + 1)
    const batch = showing([fails], [placed(0, 1), placed(1, 2)], [ends])
    const { matches, evaluations, failures } = runFilters([batch], new Map())
    expect(matches.map(({ campaign, event }) => `${event.eventId} ${campaign.id}`)).toEqual(['e0 ends'])
    expect(evaluations).toBe(3)
    expect(failures).toEqual([
      { campaign: fails.campaign, errors: 2, lastError: expect.stringContaining('undefined has no property') },
    ])
  })

  it('know which campaigns are on between the first and the last event', () => {
    const always = live('always', 'e => true')
    const ends = live('ends', 'e => true', START + 5)
    const ended = live('ended', 'e => true', START - 1)
    const never = new LiveCampaign({ ...always.campaign, id: 'never', endsAt: null })
    const pair = new LivePair([always, ends, ended, never])
    expect(pair.onBetween(START, START + 4)).toEqual({ throughout: [always, ends], partly: [] })
    expect(pair.onBetween(START, START + 5)).toEqual({ throughout: [always], partly: [ends] })
    expect(pair.onBetween(START - 1, START)).toEqual({ throughout: [], partly: [always, ends] })
    expect(new LivePair([always]).onBetween(START, START + 5)).toEqual({ throughout: [always], partly: [] })
  })
})

describe('a filter that is sure to be switched off', () => {
  const many = Array.from({ length: 3_000 }, (_, place) => placed(place, 1))
  const endless = 'e => { while (true) {} }'

  it('is run no more in its batch, and harms no other', () => {
    const campaigns = [live('endless', endless), live('fails', 'e => e.data.absent.level'), live('good', 'e => true')]
    const { matches, failures, condemned } = runFilters([showing(campaigns, many)], new Map())
    expect(matches).toHaveLength(many.length)
    const reason = 'its filter failed on 100 of 100 events'
    expect(condemned.map(({ campaign }) => campaign.id)).toEqual(['endless', 'fails'])
    for (const one of condemned) expect(one.reason).toBe(reason)
    for (const one of failures) expect(one).toMatchObject({ errors: many.length, lastError: `not run: ${reason}` })
  })

  it('is one that takes its time, too', () => {
    const slow = live('slow', 'e => { let n = 0; for (let i = 0; i < 900; i++) n += i; return n < 0 }')
    const { condemned, failures } = runFilters([showing([slow], many)], new Map())
    expect(condemned[0]!.reason).toMatch(/^its filter takes \d+ steps an event, more than 500/)
    expect(failures[0]!.errors).toBe(many.length - 100)
  })

  it('is told from one that has just begun to fail, and is told again where nobody acted', () => {
    const fails = live('fails', 'e => e.data.level > 1 && e.data.absent.level')
    const good = Array.from({ length: 400 }, (_, place) => placed(place, 1))
    const bad = Array.from({ length: 300 }, (_, place) => placed(place, 2))
    const judge = (shown: PlacedEvent[]) => runFilters([showing([fails], shown)], new Map()).condemned.length
    expect([judge(good), judge(bad), judge(bad), judge(bad)]).toEqual([0, 0, 1, 1])
  })
})

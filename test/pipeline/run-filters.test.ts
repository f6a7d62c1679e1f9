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

const unpaused = () => Promise.resolve()

const showing = (throughout: LiveCampaign[], shown: PlacedEvent[], partly: LiveCampaign[] = []): Showing => ({
  throughout,
  partly,
  placed: shown,
})

describe('the filters of a batch', () => {
  it('give their matches in the order in which the events have arrived, whatever order they run in', async () => {
    const first = showing([live('a', 'e => true'), live('b', 'e => e.data.level > 1')], [placed(0, 1), placed(2, 2)])
    const second = showing([live('c', 'e => true')], [placed(1, 1)])
    const { matches } = await runFilters([first, second], new Map(), unpaused)
    expect(matches.map(({ campaign, event }) => `${event.eventId} ${campaign.id}`)).toEqual([
      'e0 a',
      'e1 c',
      'e2 a',
      'e2 b',
    ])
  })

  it('count what each of them did, and run only where their campaign is on', async () => {
    const fails = live('fails', 'e => e.data.absent.level')
    const ends = live('ends', 'e => true', START + 1)
    const batch = showing([fails], [placed(0, 1), placed(1, 2)], [ends])
    const { matches, evaluations, failures } = await runFilters([batch], new Map(), unpaused)
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

  const turns = (count: number) => `e => { let n = 0; for (let i = 0; i < ${count}; i++) n += i; return n < 0 }`
  const run = (campaigns: LiveCampaign[], shown = many) => runFilters([showing(campaigns, shown)], new Map(), unpaused)

  it('is run no more in its batch, and harms no other; only events that it was shown count as failed', async () => {
    const { matches, failures, condemned, evaluations } = await run([
      live('fails', 'e => e.data.absent.level'),
      live('good', 'e => true'),
    ])
    expect(matches).toHaveLength(many.length)
    expect(evaluations).toBe(many.length + 100)
    expect(condemned).toMatchObject([
      { campaign: { id: 'fails' }, reason: 'its filter failed on 100 of 100 events', notRun: many.length - 100 },
    ])
    expect(failures).toMatchObject([{ errors: 100, lastError: expect.stringMatching(/^TypeError: .* \(line 1/) }])
  })

  it('is an endless one after five events, whether it always was or has just become one', async () => {
    const { condemned, failures, evaluations } = await run([live('endless', endless)])
    expect(evaluations).toBe(5)
    expect(condemned).toMatchObject([
      { reason: expect.stringMatching(/^its filter takes 1000\d steps an event, more than 2000/), notRun: 2_995 },
    ])
    expect(failures).toMatchObject([{ errors: 5, lastError: 'took more than 10000 steps' }])
    const later = live('later', 'e => { while (e.data.level > 1) {} }')
    expect((await run([later])).condemned).toEqual([])
    const bad = Array.from({ length: 3_000 }, (_, place) => placed(place, 2))
    const turned = await run([later], bad)
    expect(turned.condemned).toHaveLength(1)
    expect(turned.evaluations).toBeLessThanOrEqual(60)
  })

  it('is one that takes more than 2,000 steps on average, and none that takes less', async () => {
    const words = `e => 'can somebody hear me? '.repeat(28).replace(/[aeiou]/g, '').includes('help')`
    const { condemned, failures } = await run([
      live('slow', turns(2_500)),
      live('not fast', turns(1_500)),
      live('words', words),
    ])
    expect(condemned.map(({ campaign }) => campaign.id)).toEqual(['slow'])
    expect(failures).toEqual([])
  })

  it('is one that takes more than 500 where the filters of the batch have taken too long together', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map(id => live(id, turns(1_500)))
    const { condemned } = await run([...all, live('fine', turns(300))])
    expect(condemned.map(({ campaign }) => campaign.id)).toEqual(['c', 'd', 'e'])
    for (const { reason } of condemned) {
      expect(reason).toMatch(/steps an event, more than 500, in a batch whose filters took too long together/)
    }
    expect((await run([live('alone', turns(1_500))], many.slice(0, 500))).condemned).toEqual([])
  })

  it('lets the node go on while it is found out', async () => {
    const campaigns = Array.from({ length: 20 }, (_, n) => live(`endless ${n}`, endless))
    let pauses = 0
    const verdicts = await runFilters([showing(campaigns, many)], new Map(), async () => void pauses++)
    expect(verdicts.condemned).toHaveLength(20)
    expect(verdicts.evaluations).toBe(100)
    expect(pauses).toBeGreaterThanOrEqual(6)
    const cheap = await runFilters([showing([live('good', 'e => true')], many)], new Map(), () => expect.unreachable())
    expect(cheap.matches).toHaveLength(many.length)
  })

  it('is shown every event once, in spite of pauses', async () => {
    const heavy = turns(800).replace('n < 0', 'n > 0')
    const { matches, evaluations } = await run([live('heavy', heavy), live('good', 'e => true')])
    expect(evaluations).toBe(2 * many.length)
    expect(matches.map(({ event }) => event.eventId)).toEqual(
      many.flatMap(({ item }) => Array(2).fill(item.event.eventId)),
    )
  })

  it('is told from one that has just begun to fail, and is told again where nobody acted', async () => {
    const fails = live('fails', 'e => e.data.level > 1 && e.data.absent.level')
    const good = Array.from({ length: 400 }, (_, place) => placed(place, 1))
    const bad = Array.from({ length: 300 }, (_, place) => placed(place, 2))
    const told: number[] = []
    for (const shown of [good, bad, bad, bad]) told.push((await run([fails], shown)).condemned.length)
    expect(told).toEqual([0, 0, 1, 1])
  })
})

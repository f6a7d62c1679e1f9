import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { within } from '../engine/recount.js'
import { suppress } from '../players/suppressions.js'
import { Collected } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation } from '../support/server.js'
import {
  type ApiTrigger,
  allTriggers,
  type CampaignInput,
  campaignOf,
  FOLLOW,
  feedCursor,
  fight,
  NOON,
  save,
  setEnabled,
  statsOf,
  triggeredBy,
  type WireFight,
} from './campaigns.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const LATENESS_MS = 10 * MINUTE_MS

const instant = (at: number) => new Date(at).toISOString()

/** What a rich event has, spelled as producers spell it. */
const RICH = {
  event_id: 'rich "\\{},',
  player_id: 'rich ß😀',
  event_type: 'settlement',
  event_name: 'rich',
  amount: '12.3456',
  currency: 'EUR',
  timestamp: '2024-05-05T13:00:00.001+01:00',
  game: 'rich',
  game_type: 'slots',
  competition: 'Liga "1"',
  market: 'de',
  session_id: 's-1',
  device_id: 'd-1',
  round_id: 'r-1',
  bet_id: 'b-1',
  bet_market: '1X2',
  selection: 'home',
  odds: '2.5000',
  probability: 0.1,
  result: 'won',
  context: { list: [1, null, { deep: true }], text: 'null' },
  data: { number: -1.5e-7, large: 12345678901234567000, '': 'empty', text: '\\ " \n \t 😀 ß' },
  hostname: 'foe-1',
  schema_version: 3,
}

const EVENT_FIELDS = `eventId playerId eventType eventName amount currency occurredAt ingestedAt stream game gameType
  competition market sessionId deviceId roundId betId betMarket selection odds probability result context data extra`

describe.each(ENGINES)('the gates of campaigns on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    // One lane, so that a small body is a batch.
    installation = await install(engine, { INGEST_LANES: '1' })
  })
  afterAll(() => installation.close())

  let games = 0
  /** A game, a stream and a campaign of the test's own. */
  const play = async (input: Partial<CampaignInput> = {}) => {
    const { client } = installation
    const id = `game-${++games}`
    await save(client, { id, game: id, ...input })
    return {
      id,
      event: (event: Parameters<typeof fight>[0] = {}) => fight({ game: id, player_id: `${id}-p`, ...event }),
      send: (events: WireFight[], stream = id) => client.send(events, `/events?stream=${stream}`),
      triggered: () => triggeredBy(client, id),
      stats: () => statsOf(client, id),
    }
  }

  const idsOf = (events: WireFight[]) => events.map(event => event.event_id)

  test('the start is inclusive, the end exclusive, both of event time', async () => {
    const { event, send, triggered } = await play({ startsAt: instant(NOON), endsAt: instant(NOON + 2) })
    const [before, first, last, after] = [-1, 0, 1, 2].map(ms => event({ at: NOON + ms })) as WireFight[]
    await send([after!, before!, last!, first!])
    expect(await triggered()).toEqual(idsOf([last!, first!]))
  })

  test.each([
    ['start', { startsAt: null }],
    ['end', { endsAt: null }],
    ['start nor end', { startsAt: null, endsAt: null }],
  ])('without a %s it never matches', async (_, times) => {
    const { event, send, triggered, stats } = await play({ ...times, filter: 'e => { throw e }' })
    await send([event(), event({ at: 0 }), event({ at: Date.now() })])
    expect(await triggered()).toEqual([])
    expect(await stats()).toMatchObject({ triggers: 0, filterErrors: 0 })
  })

  test("its time is the event's, whatever the clock says: a campaign of the past triggers, one of today does not", async () => {
    const past = await play({ startsAt: '2023-09-01T10:00:00Z', endsAt: '2023-12-01T10:00:00Z' })
    const today = await play({ startsAt: instant(Date.now() - HOUR_MS), endsAt: instant(Date.now() + HOUR_MS) })
    const event = past.event({ at: Date.parse('2023-11-20T11:00:00Z') })
    await past.send([event, past.event({ at: Date.now() })])
    await today.send([today.event({ at: Date.parse('2023-11-20T11:00:00Z') })])
    expect(await past.triggered()).toEqual([event.event_id])
    expect(await today.triggered()).toEqual([])
  })

  test('game and event name are equal to the letter, and an event without one of them triggers nothing', async () => {
    const { id, event, send, triggered } = await play()
    const match = event()
    await send([
      event({ game: `${id} ` }),
      event({ game: id.toUpperCase() }),
      event({ game: null }),
      event({ event_name: 'Fight' }),
      event({ event_name: 'fight ' }),
      event({ event_name: null }),
      event({ game: null, event_name: null }),
      event({ game: 'fight', event_name: id }),
      match,
    ])
    expect(await triggered()).toEqual([match.event_id])
  })

  test('a campaign of the names that an empty name would have', async () => {
    const { event, send, triggered } = await play({ game: 'null', eventName: 'null' })
    const match = event({ game: 'null', event_name: 'null' })
    await send([event({ game: null, event_name: null }), match])
    expect(await triggered()).toEqual([match.event_id])
  })

  test('only the boolean true matches', async () => {
    const sources = ['true', '1', '"true"', '[true]', '({})', 'null', 'undefined', 'false', 'e', '!0', 'e.data.yes']
    const played = []
    for (const source of sources) played.push(await play({ game: 'truth', filter: `e => ${source}` }))
    await installation.client.send([fight({ game: 'truth', data: { yes: true } })])
    const stats = await Promise.all(played.map(p => p.stats()))
    expect(sources.filter((_, i) => stats[i]!.triggers === 1)).toEqual(['true', '!0', 'e.data.yes'])
    expect(stats.map(s => s.filterErrors)).toEqual(sources.map(() => 0))
  })

  test('off: no trigger; on again: from then on', async () => {
    const { id, event, send, triggered } = await play({ enabled: false })
    const events = Array.from({ length: 3 }, () => event())
    await send([events[0]!])
    await setEnabled(installation.client, id, true)
    await send([events[1]!])
    await setEnabled(installation.client, id, false)
    await send([events[2]!])
    expect(await triggered()).toEqual([events[1]!.event_id])
  })

  test('a campaign that moves to another game and name leaves the ones before', async () => {
    const { id, event, send, triggered } = await play()
    await save(installation.client, { id, game: 'elsewhere', eventName: 'quest' })
    const match = event({ game: 'elsewhere', event_name: 'quest' })
    await send([event(), event({ game: 'elsewhere' }), match])
    expect(await triggered()).toEqual([match.event_id])
  })

  test('what is sent again, in a batch or later, by whichever stream and node, triggers once', async () => {
    const { event, send, triggered, stats } = await play()
    const events = Array.from({ length: 20 }, (_, n) => event({ player_id: `again-${n % 3}` }))
    await send([...events, ...events])
    await send(events)
    await send([...events.slice(5), event({ event_id: 'new' })], 'another')
    const second = await startNode(installation.database.url)
    await second.client.send(events)
    await second.stop()
    expect(await triggered()).toEqual([...idsOf(events), 'new'])
    expect(await stats()).toMatchObject({ triggers: 21, players: 4 })
  })

  describe('too late', () => {
    test('exactly the lateness behind the watermark triggers, a millisecond more does not', async () => {
      const { id, event, send, triggered } = await play()
      await send([event({ at: NOON, event_name: 'clock' })])
      const [late, just, ahead] = [
        event({ at: NOON - LATENESS_MS - 1 }),
        event({ at: NOON - LATENESS_MS }),
        event({ at: NOON + 1 }),
      ]
      await send([ahead, late, just])
      expect(await triggered()).toEqual(idsOf([ahead, just]))
      const stored = await installation.database.query(
        'SELECT event_id, too_late FROM player_event WHERE game = $1 AND too_late',
        [id],
      )
      expect(stored).toEqual([{ event_id: late.event_id, too_late: true }])
    })

    test('no event is late by its own batch', async () => {
      const { event, send, triggered } = await play()
      const events = [8, 4, 0, 2, 6].map(hours => event({ at: NOON + hours * HOUR_MS }))
      await send(events)
      expect(await triggered()).toEqual(idsOf(events))
      await send([event({ at: NOON + 8 * HOUR_MS - LATENESS_MS - 1 })])
      expect(await triggered()).toHaveLength(events.length)
    })

    test('the watermark is of its stream alone, whoever sends and whichever node', async () => {
      const { id, event, send, triggered } = await play()
      await send([event({ at: NOON + HOUR_MS, event_name: 'clock' })], `${id}-ahead`)
      const match = event()
      await send([match], `${id}-behind`)
      await send([event()], `${id}-ahead`)
      expect(await triggered()).toEqual([match.event_id])
      const second = await startNode(installation.database.url)
      await second.client.send([event()], `/events?stream=${id}-ahead`)
      const other = event()
      await second.client.send([other, event({ at: NOON + HOUR_MS })], `/events?stream=${id}-behind`)
      // What another node has committed counts as well.
      await send([event()], `${id}-behind`)
      await second.stop()
      expect(await triggered()).toHaveLength(3)
    })

    test('an event that is a duplicate moves the watermark as well', async () => {
      const { id, event, send, triggered } = await play()
      const clock = event({ at: NOON + HOUR_MS, event_name: 'clock' })
      await send([clock], `${id}-1`)
      await send([clock], `${id}-2`)
      await send([event()], `${id}-2`)
      expect(await triggered()).toEqual([])
    })

    test('what another node has committed before counts, whatever this one commits in between', async () => {
      const { id, event, send, triggered } = await play()
      const node = await startNode(installation.database.url, { INGEST_LANES: '1', INGEST_BATCH_EVENTS_MAX: '1' })
      await send([event({ at: NOON + HOUR_MS, event_name: 'clock' })])
      const match = event({ at: NOON + HOUR_MS })
      const nothing = event({ at: NOON + 2 * HOUR_MS, event_name: 'clock' })
      await node.client.send([nothing, event(), match], `/events?stream=${id}`)
      await node.stop()
      expect(await triggered()).toEqual([match.event_id])
    })

    test('both settings move the border', async () => {
      const node = await startNode(installation.database.url, {
        LATENESS_SECONDS: '60',
        TRIGGER_LATENESS_SECONDS: '0',
      })
      const { id, event, triggered } = await play()
      const send = (events: WireFight[]) => node.client.send(events, `/events?stream=${id}`)
      await send([event({ event_name: 'clock' })])
      const match = event({ at: NOON - MINUTE_MS })
      await send([event({ at: NOON - MINUTE_MS - 1 }), match])
      await node.stop()
      expect(await triggered()).toEqual([match.event_id])
    })

    test('a replay in order triggers all the way, and a late one does not', async () => {
      const { event, send, triggered } = await play()
      const events = Array.from({ length: 40 }, (_, n) =>
        event({ at: Date.parse('2023-01-01T00:00:00Z') + n * 9 * 24 * HOUR_MS, player_id: `replay-${n % 7}` }),
      )
      for (let i = 0; i < events.length; i += 8) await send(events.slice(i, i + 8))
      await send([event({ at: Date.parse('2023-01-01T00:00:00Z') })])
      expect(await triggered()).toEqual(idsOf(events))
    })
  })

  describe('filters that fail', () => {
    test('are no match, and counted, with the last reason', async () => {
      const { event, send, triggered, stats } = await play({ filter: 'e => e.data.first.second === 1' })
      const match = event({ data: { first: { second: 1 } } })
      await send([event({ data: {} }), match, event({ data: { first: null } }), event({ data: { first: {} } })])
      expect(await triggered()).toEqual([match.event_id])
      const { filterErrors, triggers, lastFilterError } = await stats()
      expect([filterErrors, triggers]).toEqual([2, 1])
      expect(lastFilterError).toMatch(/second.*line 1, column/)
      await send([event({ data: { first: { second: 1 } } })])
      expect(await stats()).toMatchObject({ filterErrors: 2, triggers: 2, lastFilterError })
    })

    test('whatever they throw is stored, and harms no event', async () => {
      const thrown = [
        "'\\0'",
        "'\\ud800'",
        "new Error('\\0' + String.fromCharCode(0, 0xdfff))",
        "'x'.repeat(50000)",
        "new Error('\\u0000{}\",\\\\'.repeat(999))",
        '{ a: e }',
        'null',
        'undefined',
        'e',
      ]
      const played = []
      for (const what of thrown) played.push(await play({ game: 'thrown', filter: `e => { throw ${what} }` }))
      const good = await play({ game: 'thrown' })
      const answer = await installation.client.send([fight({ game: 'thrown' }), fight({ game: 'thrown' })])
      expect(answer).toMatchObject({ accepted: 2, rejectedCount: 0 })
      expect(await good.triggered()).toHaveLength(2)
      for (const { stats } of played) {
        const { filterErrors, lastFilterError } = await stats()
        expect(filterErrors).toBe(2)
        expect(lastFilterError?.length).toBeLessThanOrEqual(300)
      }
    })

    test('most of the time are switched off, by the system and with the reason; others go on', async () => {
      const failing = await play({ game: 'health', filter: "e => e.data.n % 20 === 0 || e.data.none.such === 'x'" })
      const slow = await play({
        game: 'health',
        filter: 'e => { let n = 0; for (let i = 0; i < 3000; i++) n += i; return n < 0 }',
      })
      const half = await play({ game: 'health', filter: 'e => e.data.n % 2 === 0 || e.data.none.such' })
      const good = await play({ game: 'health' })
      const { client } = installation
      let sent = 0
      const send = async (count: number) => {
        const events = Array.from({ length: count }, () => fight({ game: 'health', data: { n: sent++ } }))
        await client.send(events)
      }
      await send(99)
      expect(await campaignOf(client, failing.id)).toMatchObject({ enabled: true })
      await send(1)
      const isOff = async (id: string) => !(await campaignOf(client, id)).enabled
      await within(10_000, async () => (await isOff(failing.id)) && (await isOff(slow.id)))
      expect(await campaignOf(client, failing.id)).toMatchObject({
        version: 2,
        updatedBy: 'system',
        disabledReason: 'its filter failed on 95 of 100 events',
        stats: { triggers: 5, filterErrors: 95 },
      })
      expect((await campaignOf(client, slow.id)).disabledReason).toMatch(/^its filter takes \d+ steps an event/)
      await send(800)
      expect(await campaignOf(client, half.id)).toMatchObject({ enabled: true, version: 1 })
      expect((await good.stats()).triggers).toBe(900)
      expect((await half.stats()).triggers).toBe(450)
      expect((await failing.stats()).filterErrors).toBe(95)
      const { campaign } = await client.data<{ campaign: { versions: object[] } }>(
        'query ($id: ID!) { campaign(id: $id) { versions { version enabled savedBy } } }',
        { id: failing.id },
      )
      expect(campaign.versions).toEqual([
        { version: 2, enabled: false, savedBy: 'system' },
        { version: 1, enabled: true, savedBy: 'admin-1' },
      ])
      // Switched on again, it is given as many events as the first time.
      expect(await setEnabled(client, failing.id, true)).toMatchObject({ version: 3, disabledReason: null })
      await send(99)
      expect(await campaignOf(client, failing.id)).toMatchObject({ enabled: true, version: 3 })
      await send(1)
      await within(10_000, () => isOff(failing.id))
    })
  })

  describe('caps and cooldowns', () => {
    test('a cap, in one batch and over batches, over all versions, a player at a time', async () => {
      const { id, event, send, triggered, stats } = await play({ maxTriggersPerPlayer: 3 })
      const of = (player: string, n: number) => Array.from({ length: n }, () => event({ player_id: `${id}-${player}` }))
      const [a1, b1] = [of('a', 2), of('b', 5)]
      await send([...a1, ...b1])
      const a2 = of('a', 5)
      await send([...a2, ...of('b', 1)])
      expect(await triggered()).toEqual(idsOf([...a1, ...b1.slice(0, 3), a2[0]!]))
      expect(await stats()).toMatchObject({ triggers: 6, players: 2 })
      await save(installation.client, { id, game: id, maxTriggersPerPlayer: 4 })
      const a3 = of('a', 3)
      await send(a3)
      await save(installation.client, { id, game: id, maxTriggersPerPlayer: 2 })
      await send([...of('a', 3), ...of('b', 3)])
      await save(installation.client, { id, game: id })
      const b3 = of('b', 2)
      await send(b3)
      expect(await triggered()).toEqual(idsOf([...a1, ...b1.slice(0, 3), a2[0]!, a3[0]!, ...b3]))
      expect(await stats()).toMatchObject({ triggers: 9, players: 2 })
    })

    test('a cooldown counts event time from the last trigger, to the millisecond, in one batch and over batches', async () => {
      const { event, send, triggered } = await play({ cooldown: 'PT1M' })
      const at = (ms: number, player_id = 'cool') => event({ at: NOON + ms, player_id })
      const one = [at(0), at(59_999), at(60_000), at(60_001), at(0, 'cool-2')]
      await send(one)
      const two = [at(119_999), at(120_000), at(59_999, 'cool-2')]
      await send(two)
      expect(await triggered()).toEqual([one[0], one[2], one[4], two[1]].map(e => e!.event_id))
    })

    test('an event from before the last trigger cools down too, and moves nothing', async () => {
      const { event, send, triggered } = await play({ cooldown: 'PT1M' })
      const at = (ms: number) => event({ at: NOON + ms })
      const events = [at(300_000), at(0), at(239_999), at(359_999), at(360_000)]
      await send(events)
      expect(await triggered()).toEqual([events[0]!.event_id, events[4]!.event_id])
    })

    test('a cooldown of no time is none', async () => {
      const { event, send, triggered } = await play({ cooldown: 'PT0S' })
      const events = [5_000, 5_000, 0, 5_001].map(ms => event({ at: NOON + ms }))
      await send(events)
      expect(await triggered()).toEqual(idsOf(events))
    })

    test('what was too late, refused by the filter or withheld takes nothing of a cap', async () => {
      const { id, event, send, triggered, stats } = await play({
        maxTriggersPerPlayer: 1,
        cooldown: 'PT1H',
        filter: 'e => e.data?.yes === true',
      })
      await send([event({ event_name: 'clock' })])
      await suppress(installation.client, { playerId: `${id}-p` })
      await send([event({ data: { yes: true } })])
      await installation.client.data('mutation ($id: ID!) { liftSuppression(playerId: $id, reason: "over") { id } }', {
        id: `${id}-p`,
      })
      const match = event({ data: { yes: true } })
      await send([event({ at: NOON - HOUR_MS, data: { yes: true } }), event(), match, event({ data: { yes: true } })])
      expect(await triggered()).toEqual([match.event_id])
      expect(await stats()).toMatchObject({ triggers: 1, suppressed: 1, players: 1 })
    })
  })

  describe('suppressed players', () => {
    test('trigger nothing, known or not, until it is lifted or over; what was withheld is counted and kept', async () => {
      const { client, database } = installation
      const { id, event, send, triggered, stats } = await play({ filter: 'e => e.data !== null' })
      await suppress(client, { playerId: `${id}-never-seen` })
      await suppress(client, { playerId: `${id}-a while`, until: instant(Date.now() + 1_500) })
      const withheld = ['never-seen', 'a while'].map(player =>
        event({ player_id: `${id}-${player}`, data: {}, at: NOON + 1 }),
      )
      const free = event({ player_id: `${id}-free`, data: {} })
      await send([...withheld, event({ player_id: `${id}-never-seen` }), free])
      expect(await triggered()).toEqual([free.event_id])
      expect(await stats()).toMatchObject({ triggers: 1, suppressed: 2, players: 1 })
      const kept = await database.query('SELECT event_id FROM withheld_trigger WHERE campaign_id = $1', [id])
      expect(kept).toHaveLength(2)
      await within(10_000, async () => {
        const again = event({ player_id: `${id}-a while`, data: {} })
        await send([again])
        return (await triggered()).includes(again.event_id)
      })
      await send(withheld)
      expect(await triggered()).toHaveLength(2)
    })
  })

  describe('event.player', () => {
    const shown = 'e => { throw [e.player.turnover1h, e.player.eventCount1h, e.player.isVip].join() }'
    const lastSeen = async (stats: () => Promise<{ lastFilterError: string | null }>) =>
      /"(.*)"/.exec((await stats()).lastFilterError ?? '')?.[1]

    test("is as the batch before has left it: the hour of panes that ends with the event's", async () => {
      const { id, event, send, stats } = await play({ filter: shown })
      const bet = (at: number, amount: number) => event({ at, amount, event_type: 'bet', event_name: 'bet' })
      await send([event()])
      expect(await lastSeen(stats)).toBe('0,0,false')
      await send([bet(NOON, 10.5), bet(NOON - 55 * MINUTE_MS, 3), bet(NOON - 55 * MINUTE_MS - 1, 100), event()])
      expect(await lastSeen(stats), 'its own batch is not in it').toBe('0,1,false')
      await send([event()])
      expect(await lastSeen(stats)).toBe('13.5,4,false')
      await send([event({ at: NOON + 4 * MINUTE_MS })])
      expect(await lastSeen(stats)).toBe('13.5,5,false')
      await send([event({ at: NOON + 5 * MINUTE_MS })])
      expect(await lastSeen(stats)).toBe('10.5,5,false')
      await send([event({ player_id: `${id}-other` })])
      expect(await lastSeen(stats)).toBe('0,0,false')
    })

    test("isVip: while an entry's window holds the event's time, from the batch after", async () => {
      const { client } = installation
      await client.data(
        'mutation { saveVipPolicy(input: { id: "gate", name: "gate", threshold: "1000", slide: "PT1H", eventTypes: ["wager"] }) { version } }',
      )
      const { event, send, triggered } = await play({ filter: 'e => e.player.isVip' })
      const wager = event({ event_type: 'wager', amount: 1_001 })
      await send([wager, event()])
      expect(await triggered()).toEqual([])
      const times = [NOON - 1, NOON, NOON + HOUR_MS - 1, NOON + HOUR_MS]
      const events = times.map(at => event({ at }))
      await send(events)
      expect(await triggered()).toEqual(idsOf(events.slice(1, 3)))
    })

    test('is decided the same on another node', async () => {
      const { id, event, send, triggered } = await play({ filter: 'e => e.player.eventCount1h === 3' })
      const second = await startNode(installation.database.url)
      const events = Array.from({ length: 6 }, () => event())
      for (const [i, one] of events.entries()) {
        if (i % 2 === 0) await send([one])
        else await second.client.send([one], `/events?stream=${id}`)
      }
      await second.stop()
      expect(await triggered()).toEqual([events[3]!.event_id])
    })
  })

  test("a trigger's event is the stored event, field by field, in lists, replayed and live", async () => {
    const { client, node } = installation
    const rich = await play({ game: 'rich', eventName: 'rich' })
    const second = await startNode(installation.database.url)
    const after = await feedCursor(client)
    const query = `subscription ($after: String) { campaignTriggered(after: $after, campaignId: "${rich.id}") { event { ${EVENT_FIELDS} } } }`
    const followers = [client, second.client].map(c => new Collected<{ event: object }>(c.socket(), query, { after }))
    await client.send([RICH, { ...RICH, event_id: 'bare', data: null, context: null, odds: null, probability: null }])
    followers.push(new Collected(client.socket(), query, { after }))
    const { campaignTriggers } = await client.data<{ campaignTriggers: { nodes: { event: object }[] } }>(
      `query ($id: ID) { campaignTriggers(campaignId: $id) { nodes { event { ${EVENT_FIELDS} } } } }`,
      { id: rich.id },
    )
    const listed = campaignTriggers.nodes.map(trigger => trigger.event).reverse()
    for (const [i, id] of [RICH.event_id, 'bare'].entries()) {
      const { event } = await storedEvent(id)
      expect(listed[i]).toEqual(event)
      expect(event).toMatchObject({ stream: 'http', probability: id === 'bare' ? null : 0.1 })
    }
    for (const follower of followers) {
      const items = await follower.until(seen => seen.length >= 2)
      expect(items.map(item => item.event)).toEqual(listed)
      await follower.close()
    }
    await second.stop()
    expect(node.url).toBe(client.url)
  })

  const storedEvent = (eventId: string) =>
    installation.client.data<{ event: object }>(
      `query ($eventId: ID!, $playerId: ID!) { event(eventId: $eventId, playerId: $playerId) { ${EVENT_FIELDS} } }`,
      { eventId, playerId: RICH.player_id },
    )

  test('20 campaigns that all match 1,000 events of one request: 20,000 effects arrive, once each and in order', async () => {
    const { client } = installation
    for (let n = 0; n < 20; n++) await save(client, { id: `many-${n}`, game: 'many' })
    const after = await feedCursor(client)
    const second = await startNode(installation.database.url, { SUBSCRIBER_QUEUE_MAX: '50000' })
    const follower = new Collected<ApiTrigger>(second.client.socket(), FOLLOW, { after })
    const events = Array.from({ length: 1_000 }, (_, n) => fight({ game: 'many', player_id: `many-${n % 90}` }))
    expect(await client.send(events)).toMatchObject({ accepted: 1_000 })
    expect((await statsOf(client, 'many-7')).triggers).toBe(1_000)
    const seen = await follower.until(items => items.length >= 20_000)
    const ids = seen.map(trigger => Number(trigger.id))
    expect(ids.findIndex((id, i) => id !== ids[0]! + i)).toBe(-1)
    expect(new Set(seen.map(t => `${t.campaignId} ${t.event.eventId}`)).size).toBe(20_000)
    const ofOne = seen.filter(t => t.campaignId === 'many-3')
    expect(ofOne.map(t => t.event.eventId)).toEqual(idsOf(events))
    await follower.close()
    await second.stop()
    expect((await allTriggers(client, { campaignId: 'many-19' })).map(t => t.event.eventId)).toEqual(idsOf(events))
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

const at = (time: string): string => `2026-03-01T${time}Z`
const bet = (player: string, amount: number | string, time: string, rest: object = {}) => ({
  event_id: `${player} ${time} ${amount}`,
  player_id: player,
  event_type: 'bet',
  amount,
  timestamp: at(time),
  ...rest,
})
const win = (player: string, amount: number, time: string, rest: object = {}) => ({
  ...bet(player, amount, time, rest),
  event_id: `${player} win ${time}`,
  event_type: 'win',
})

const NUL = { code: 'BAD_USER_INPUT', message: 'an argument holds a NUL character, which no id or name has' }

interface Page<T> {
  nodes: T[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  totalCount: number
}

describe.each(ENGINES)('the GraphQL API on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
    const { client } = installation
    for (const [id, threshold] of [
      ['high', '1000'],
      ['low', '100'],
    ] as const) {
      await client.data('mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }', {
        input: { id, name: `Above ${threshold}`, threshold },
      })
    }
    await client.send([
      bet('a', 250, '14:30:00', {
        game: 'book',
        game_type: 'slots',
        session_id: 's1',
        currency: 'EUR',
        data: { round: [1] },
        hostname: 'h',
      }),
      bet('a', '900.5', '14:41:00', { game_type: 'slots', session_id: 's2' }),
      win('a', 300, '14:42:00', { game_type: 'slots' }),
      bet('b', 150, '14:44:59.999', { game_type: 'roulette' }),
      bet('b', 10, '14:45:00', { game_type: 'slots' }),
      bet('c', 40, '14:00:00', { game_type: 'slots' }),
      win('c', 90, '14:01:00', { game_type: 'slots' }),
      bet('d', 40, '14:00:00', { game_type: 'slots' }),
      bet('ünï', 1, '14:00:00'),
      bet('ünïcorn', 1, '14:00:00'),
      bet('🎰', 1, '14:00:00'),
      bet('B', 1, '14:00:00'),
      bet('100%_', 1, '14:00:00'),
      bet('1000', 1, '14:00:00'),
    ])
  })
  afterAll(() => installation.close())

  const data = async <T>(query: string, variables: Record<string, unknown> = {}): Promise<T> =>
    Object.values(await installation.client.data<Record<string, T>>(query, variables))[0]!
  const refusal = async (query: string, variables: Record<string, unknown> = {}, token?: Promise<string>) => {
    const { errors } = await installation.client.graphql(query, variables, token)
    return errors?.map(({ message, extensions }) => ({ message, code: extensions.code }))[0]
  }

  describe('event', () => {
    const EVENT = `query ($eventId: ID!, $playerId: ID, $occurredAt: DateTime) {
      event(eventId: $eventId, playerId: $playerId, occurredAt: $occurredAt) {
        eventId playerId eventType eventName amount currency occurredAt ingestedAt stream game gameType competition market
        sessionId deviceId roundId betId betMarket selection odds probability result context data extra } }`

    test('with all its fields', async () => {
      expect(await data(EVENT, { eventId: 'a 14:30:00 250' })).toEqual({
        eventId: 'a 14:30:00 250',
        playerId: 'a',
        eventType: 'bet',
        eventName: null,
        amount: '250.00',
        currency: 'EUR',
        occurredAt: '2026-03-01T14:30:00.000Z',
        ingestedAt: expect.stringMatching(/^20\d\d-.*Z$/),
        stream: 'http',
        game: 'book',
        gameType: 'slots',
        competition: null,
        market: null,
        sessionId: 's1',
        deviceId: null,
        roundId: null,
        betId: null,
        betMarket: null,
        selection: null,
        odds: null,
        probability: null,
        result: null,
        context: null,
        data: { round: [1] },
        extra: { hostname: 'h' },
      })
    })

    test('the newest of several, or the one of a player or time, or none', async () => {
      const same = { ...bet('twice', 1, '10:00:00'), event_id: 'same' }
      await installation.client.send([same, { ...same, timestamp: at('11:00:00') }, { ...same, player_id: 'twice 2' }])
      const of = async (variables: object) => {
        const found = await data<{ playerId: string; occurredAt: string } | null>(EVENT, {
          eventId: 'same',
          ...variables,
        })
        return found && `${found.playerId} ${found.occurredAt}`
      }
      expect(await of({})).toBe('twice 2026-03-01T11:00:00.000Z')
      expect(await of({ playerId: 'twice 2' })).toBe('twice 2 2026-03-01T10:00:00.000Z')
      expect(await of({ occurredAt: '2026-03-01T11:00:00+01:00', playerId: 'twice' })).toBe(
        'twice 2026-03-01T10:00:00.000Z',
      )
      expect(await of({ playerId: 'nobody' })).toBe(null)
      expect(await of({ occurredAt: at('12:00:00') })).toBe(null)
      expect(await of({ eventId: "'; DROP TABLE player_event; --" })).toBe(null)
      expect(await refusal(EVENT, { eventId: 'nul\0' })).toEqual(NUL)
    })
  })

  describe('player', () => {
    test('with its times, or null', async () => {
      const query =
        'query ($id: ID!) { player(id: $id) { id firstSeenAt lastSeenAt suppressed suppression { reason } } }'
      expect(await data(query, { id: 'a' })).toEqual({
        id: 'a',
        firstSeenAt: '2026-03-01T14:30:00.000Z',
        lastSeenAt: '2026-03-01T14:42:00.000Z',
        suppressed: false,
        suppression: null,
      })
      for (const id of ['nobody', '', 'A', 'half \ud800']) expect(await data(query, { id })).toBe(null)
      expect(await refusal(query, { id: 'nul\0' })).toEqual(NUL)
    })

    const ACTIVITY = `query ($id: ID!, $window: Duration!, $at: DateTime) { player(id: $id) {
      activity(window: $window, at: $at) { windowStart windowEnd turnover payouts eventCount } } }`
    const activity = async (window: string, time: string | null, id = 'a') =>
      (await data<{ activity: object }>(ACTIVITY, { id, window, at: time && at(time) })).activity

    test('activity of a window whose end is rounded up to a pane', async () => {
      expect(await activity('PT1H', '14:41:30')).toEqual({
        windowStart: at('13:45:00.000'),
        windowEnd: at('14:45:00.000'),
        turnover: '1150.50',
        payouts: '300.00',
        eventCount: 3,
      })
      expect(await activity('PT5M', '14:35:00')).toMatchObject({
        windowEnd: at('14:35:00.000'),
        turnover: '250.00',
        eventCount: 1,
      })
      expect(await activity('PT5M', '14:35:00.001')).toMatchObject({
        windowEnd: at('14:40:00.000'),
        turnover: '0.00',
        eventCount: 0,
      })
      expect(await activity('PT10M', '14:44:59.999', 'b')).toMatchObject({ turnover: '150.00', eventCount: 1 })
      expect(await activity('PT10M', '14:45:00.001', 'b')).toMatchObject({ turnover: '160.00', eventCount: 2 })
      expect(await activity('P366D', '14:45:00')).toMatchObject({ turnover: '1150.50' })
      const now = (await activity('PT1H', null)) as { windowEnd: string }
      expect(Math.abs(Date.parse(now.windowEnd) - Date.now())).toBeLessThanOrEqual(5 * 60_000)
    })

    test('activity of windows that are none', async () => {
      for (const [window, message] of [
        ['PT0S', 'window must be a multiple of PT5M, got "PT0S"'],
        ['PT7M', 'window must be a multiple of PT5M, got "PT7M"'],
        ['P367D', 'window may be at most P366D, got "P367D"'],
      ] as const) {
        expect(await refusal(ACTIVITY, { id: 'a', window })).toEqual({ message, code: 'BAD_USER_INPUT' })
      }
      expect(await refusal(ACTIVITY, { id: 'a', window: '1h' })).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('without years and months, e.g. PT1H, got "1h"'),
      })
    })

    test('vipEntries, newest first', async () => {
      const query = (first: string) => `{ player(id: "a") { vipEntries${first} { policyId windowStart } } }`
      const all = await data<{ vipEntries: { policyId: string; windowStart: string }[] }>(query(''))
      expect(all.vipEntries.map(e => `${e.policyId} ${e.windowStart.slice(11, 16)}`).toSorted()).toEqual([
        'high 14:00',
        'high 14:30',
        'low 14:00',
        'low 14:30',
      ])
      expect(await data(query('(first: 1)'))).toEqual({ vipEntries: all.vipEntries.slice(0, 1) })
      expect(await refusal(query('(first: 0)'))).toEqual({
        message: 'first must be from 1 to 500, got 0',
        code: 'BAD_USER_INPUT',
      })
      expect(await refusal(query('(first: 501)'))).toEqual({
        message: 'first must be from 1 to 500, got 501',
        code: 'BAD_USER_INPUT',
      })
    })
  })

  describe('players', () => {
    const PLAYERS = `query ($idPrefix: String, $suppressed: Boolean, $first: Int! = 50, $after: String) {
      players(idPrefix: $idPrefix, suppressed: $suppressed, first: $first, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } }`
    const ids = async (variables: object): Promise<string[]> =>
      (await data<Page<{ id: string }>>(PLAYERS, { ...variables })).nodes.map(({ id }) => id)

    test('by id, as bytes compare, in pages', async () => {
      const all = await ids({})
      const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
      expect(all).toEqual(all.toSorted(bytes))
      expect(all).toEqual(expect.arrayContaining(['1000', 'B', 'a', 'ünï', '🎰']))
      const paged: string[] = []
      for (let after: string | null = null; ; ) {
        const page: Page<{ id: string }> = await data(PLAYERS, { first: 3, after })
        paged.push(...page.nodes.map(({ id }) => id))
        after = page.pageInfo.endCursor
        if (!page.pageInfo.hasNextPage) break
      }
      expect(paged).toEqual(all)
      expect(await data(PLAYERS, { after: '\u{10FFFF}' })).toEqual({
        nodes: [],
        pageInfo: { hasNextPage: false, endCursor: null },
      })
      expect((await data<Page<unknown>>(PLAYERS, { first: all.length })).pageInfo.hasNextPage).toBe(false)
    })

    test('by the beginning of their ids', async () => {
      expect(await ids({ idPrefix: 'ün' })).toEqual(['ünï', 'ünïcorn'])
      expect(await ids({ idPrefix: '🎰' })).toEqual(['🎰'])
      expect(await ids({ idPrefix: '100' })).toEqual(['100%_', '1000'])
      expect(await ids({ idPrefix: '100%' })).toEqual(['100%_'])
      expect(await ids({ idPrefix: 'A' })).toEqual([])
      expect(await ids({ idPrefix: 'ün', after: 'ünï' })).toEqual(['ünïcorn'])
      expect(await ids({ idPrefix: '' })).toEqual(await ids({}))
      expect(await ids({ suppressed: true })).toEqual([])
      expect(await ids({ suppressed: false })).toEqual(await ids({}))
      for (const first of [0, -1, 501]) {
        expect(await refusal(PLAYERS, { first })).toEqual({
          message: `first must be from 1 to 500, got ${first}`,
          code: 'BAD_USER_INPUT',
        })
      }
    })
  })

  describe('vipEntries', () => {
    const ENTRIES = `query ($filter: VipEntryFilter, $first: Int! = 50, $after: String) {
      vipEntries(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes {
        id policyId policyVersion playerId windowStart windowEnd amount eventCount sessionCount firstEventAt lastEventAt
        crossingEventId enteredAt suppressed feedCursor } } }`
    interface Entry {
      id: string
      policyId: string
      playerId: string
      windowStart: string
      amount: string
      feedCursor: string
    }
    const entries = (filter: object | null = null, rest: object = {}) => data<Page<Entry>>(ENTRIES, { filter, ...rest })
    const names = (page: Page<Entry>) =>
      page.nodes.map(e => `${e.policyId} ${e.playerId} ${e.windowStart.slice(11, 16)}`).toSorted()

    test('with all their fields', async () => {
      const { nodes } = await entries({ policyId: 'high', playerId: 'a', from: at('14:30:00') })
      expect(nodes).toEqual([
        {
          id: expect.stringMatching(/^\d+$/),
          policyId: 'high',
          policyVersion: 1,
          playerId: 'a',
          windowStart: at('14:30:00.000'),
          windowEnd: at('15:30:00.000'),
          amount: '1150.50',
          eventCount: 2,
          sessionCount: 2,
          firstEventAt: at('14:30:00.000'),
          lastEventAt: at('14:41:00.000'),
          crossingEventId: 'a 14:41:00 900.5',
          enteredAt: expect.stringMatching(/Z$/),
          suppressed: false,
          feedCursor: expect.stringMatching(/^[0-9a-f]{12}-\d+$/),
        },
      ])
    })

    test('newest first, in pages, each once', async () => {
      const all = await entries()
      expect(all.totalCount).toBe(6)
      expect(names(all)).toEqual([
        'high a 14:00',
        'high a 14:30',
        'low a 14:00',
        'low a 14:30',
        'low b 14:00',
        'low b 14:30',
      ])
      const feedIds = all.nodes.map(e => Number(e.id))
      expect(feedIds).toEqual(feedIds.toSorted((x, y) => y - x))
      const first = await entries(null, { first: 4 })
      expect(first).toMatchObject({
        totalCount: 6,
        pageInfo: { hasNextPage: true, endCursor: first.nodes[3]?.feedCursor },
      })
      const second = await entries(null, { first: 4, after: first.pageInfo.endCursor })
      expect(second).toMatchObject({ totalCount: 6, pageInfo: { hasNextPage: false } })
      expect([...first.nodes, ...second.nodes]).toEqual(all.nodes)
      expect(await entries({ playerId: 'nobody' })).toEqual({
        totalCount: 0,
        nodes: [],
        pageInfo: { hasNextPage: false, endCursor: null },
      })
    })

    test('by what is asked for', async () => {
      expect(names(await entries({ policyId: 'high' }))).toEqual(['high a 14:00', 'high a 14:30'])
      expect(names(await entries({ playerId: 'b' }))).toEqual(['low b 14:00', 'low b 14:30'])
      expect(names(await entries({ from: at('14:30:00') }))).toEqual(['high a 14:30', 'low a 14:30', 'low b 14:30'])
      expect(names(await entries({ from: at('14:00:00'), to: at('14:30:00'), playerId: 'a' }))).toEqual([
        'high a 14:00',
        'low a 14:00',
      ])
      // As they stand now: the entry of b was made at 150, another bet has come since.
      expect(names(await entries({ minAmount: '160' }))).toEqual([
        'high a 14:00',
        'high a 14:30',
        'low a 14:00',
        'low a 14:30',
        'low b 14:00',
        'low b 14:30',
      ])
      expect(await entries({ minAmount: '160.0001' })).toMatchObject({ totalCount: 4 })
      expect(await entries({ minAmount: 1150.5, policyId: 'low' })).toMatchObject({ totalCount: 2 })
    })

    test('refusals', async () => {
      expect(await refusal(ENTRIES, { first: 0 })).toEqual({
        message: 'first must be from 1 to 500, got 0',
        code: 'BAD_USER_INPUT',
      })
      expect(await refusal(ENTRIES, { after: 'x' })).toEqual({
        message: 'after must be a cursor that this API has given, got "x"',
        code: 'BAD_USER_INPUT',
      })
      expect(await refusal(ENTRIES, { after: '000000000000-5' })).toMatchObject({ code: 'CURSOR_EXPIRED' })
      expect(await refusal(ENTRIES, { filter: { from: 'yesterday' } })).toMatchObject({ code: 'BAD_USER_INPUT' })
    })
  })

  describe('leaderboard', () => {
    const BOARD = `query ($metric: LeaderboardMetric! = TURNOVER, $from: DateTime!, $to: DateTime!, $gameType: String, $first: Int! = 100) {
      leaderboard(metric: $metric, from: $from, to: $to, gameType: $gameType, first: $first) { rank playerId amount } }`
    const board = async (rest: object = {}, from = '13:00:00', to = '15:00:00') => {
      const rows = await data<{ rank: number; playerId: string; amount: string }[]>(BOARD, {
        from: at(from),
        to: at(to),
        ...rest,
      })
      return rows.map(({ rank, playerId, amount }) => `${rank} ${playerId} ${amount}`)
    }

    test('of each metric; ties by playerId', async () => {
      expect((await board()).slice(0, 5)).toEqual([
        '1 a 1150.50',
        '2 b 160.00',
        '3 c 40.00',
        '4 d 40.00',
        '5 100%_ 1.00',
      ])
      expect((await board({ metric: 'PAYOUTS' })).slice(0, 3)).toEqual(['1 a 300.00', '2 c 90.00', '3 100%_ 0.00'])
      const loss = await board({ metric: 'NET_LOSS' })
      expect(loss.slice(0, 3)).toEqual(['1 a 850.50', '2 b 160.00', '3 d 40.00'])
      expect(loss.at(-1)).toBe(`${loss.length} c -50.00`)
      expect(await board({ gameType: 'roulette' })).toEqual(['1 b 150.00'])
      expect(await board({ gameType: 'slots', first: 2 })).toEqual(['1 a 1150.50', '2 c 40.00'])
      expect(await board({ gameType: 'none' })).toEqual([])
    })

    test('from on, to exclusive', async () => {
      expect(await board({}, '14:40:00', '14:45:00')).toEqual(['1 a 900.50', '2 b 150.00'])
      expect(await board({}, '14:45:00', '14:50:00')).toEqual(['1 b 10.00'])
    })

    test('refusals', async () => {
      const of = (from: string, to: string, rest: object = {}) => refusal(BOARD, { from, to, ...rest })
      const bad = (message: string) => ({ message, code: 'BAD_USER_INPUT' })
      expect(await of(at('14:01:00'), at('15:00:00'))).toEqual(
        bad('from must be on a border of PT5M, got "2026-03-01T14:01:00.000Z"'),
      )
      expect(await of(at('14:00:00'), at('15:00:01'))).toEqual(
        bad('to must be on a border of PT5M, got "2026-03-01T15:00:01.000Z"'),
      )
      expect(await of(at('14:00:00'), at('14:00:00'))).toEqual(
        bad('to must be later than from, got "2026-03-01T14:00:00.000Z"'),
      )
      expect(await of('2026-03-01T00:00:00Z', '2026-03-08T00:05:00Z')).toEqual(
        bad('to may be at most P7D after from, got "2026-03-08T00:05:00.000Z"'),
      )
      expect(await of('2026-03-01T00:00:00Z', '2026-03-08T00:00:00Z')).toBe(undefined)
      expect(await of(at('14:00:00'), at('15:00:00'), { first: 501 })).toEqual(
        bad('first must be from 1 to 500, got 501'),
      )
      expect(await of(at('14:00:00'), at('15:00:00'), { metric: 'LUCK' })).toMatchObject({ code: 'BAD_USER_INPUT' })
    })
  })

  test('vipPolicies, by id', async () => {
    expect(await data('{ vipPolicies { id name threshold window slide eventTypes enabled version } }')).toEqual(
      ['high', 'low'].map(id => ({
        id,
        name: id === 'high' ? 'Above 1000' : 'Above 100',
        threshold: id === 'high' ? '1000.00' : '100.00',
        window: 'PT1H',
        slide: 'PT30M',
        eventTypes: ['bet'],
        enabled: true,
        version: 1,
      })),
    )
  })

  test('streamHealth', async () => {
    const health = await data<{
      streams: object[]
    }>(`{ streamHealth { engine lagSeconds lagging eventsPerSecond rejected
      streams { stream watermark lastEventAt lastCommitAt events lagSeconds eventTimeLagSeconds idle } } }`)
    expect(health).toMatchObject({ engine: engine.name, lagSeconds: 0, lagging: false, rejected: 0 })
    expect(health.streams).toEqual([
      {
        stream: 'http',
        watermark: at('14:45:00.000'),
        lastEventAt: at('14:45:00.000'),
        lastCommitAt: expect.stringMatching(/Z$/),
        events: 17,
        lagSeconds: 0,
        eventTimeLagSeconds: expect.any(Number),
        idle: false,
      },
    ])
  })

  test('feedCursor is the place behind all that is committed', async () => {
    const cursor = await data<string>('{ feedCursor }')
    expect(cursor).toMatch(/^[0-9a-f]{12}-6$/)
    const { nodes } = await data<Page<{ feedCursor: string }>>('{ vipEntries(first: 1) { nodes { feedCursor } } }')
    expect(nodes[0]?.feedCursor).toBe(cursor)
  })

  test('a page of 500 with all its scalars is within the limits', async () => {
    expect(
      await refusal(`{ vipEntries(first: 500) { totalCount pageInfo { hasNextPage endCursor } nodes { id policyId
        policyVersion playerId windowStart windowEnd amount eventCount sessionCount firstEventAt lastEventAt
        crossingEventId enteredAt suppressed feedCursor } } }`),
    ).toBe(undefined)
    expect(
      await refusal(`{ players(first: 500) { pageInfo { hasNextPage endCursor } nodes { id firstSeenAt lastSeenAt
        suppressed suppression { reason since until by }
        activity { windowStart windowEnd turnover payouts eventCount } } } }`),
    ).toBe(undefined)
    expect(
      await refusal(
        'query ($f: DateTime!, $t: DateTime!) { leaderboard(from: $f, to: $t, first: 500) { rank playerId amount } }',
        {
          f: at('00:00:00'),
          t: at('01:00:00'),
        },
      ),
    ).toBe(undefined)
    expect(await refusal('{ players(first: 500) { nodes { vipEntries(first: 500) { id } } } }')).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^query cost must be at most/),
    })
  })

  describe('who may what', () => {
    const EVENT = '{ playerId: "r", eventType: "login", occurredAt: "2026-03-01T00:00:00Z" }'
    const FIELDS: [string, string, Role[]][] = [
      ['event', '{ event(eventId: "x") { eventId } }', ['admin', 'crm', 'analyst']],
      ['player', '{ player(id: "a") { id } }', ['admin', 'crm', 'analyst']],
      [
        'player itself',
        '{ player(id: "player-1") { id activity { turnover } } }',
        ['admin', 'crm', 'analyst', 'player'],
      ],
      ['player.vipEntries', '{ player(id: "a") { vipEntries { id } } }', ['admin', 'crm', 'analyst']],
      ['player.vipEntries of itself', '{ player(id: "player-1") { vipEntries { id } } }', ['admin', 'crm', 'analyst']],
      ['players', '{ players { nodes { id } } }', ['admin', 'crm', 'analyst']],
      ['vipPolicies', '{ vipPolicies { id } }', ['admin', 'crm', 'analyst']],
      ['vipEntries', '{ vipEntries { totalCount } }', ['admin', 'crm', 'analyst']],
      [
        'leaderboard',
        '{ leaderboard(from: "2026-03-01T00:00:00Z", to: "2026-03-01T01:00:00Z") { rank } }',
        ['admin', 'crm', 'analyst'],
      ],
      ['streamHealth', '{ streamHealth { engine } }', ['admin', 'ingest', 'crm', 'analyst']],
      ['feedCursor', '{ feedCursor }', ['admin', 'crm', 'analyst', 'player']],
      [
        'ingestEvents',
        `mutation { ingestEvents(events: [${EVENT}], stream: "http") { accepted } }`,
        ['admin', 'ingest'],
      ],
      [
        'saveVipPolicy',
        'mutation { saveVipPolicy(input: { id: "r", name: "R", threshold: "1", enabled: false }) { version } }',
        ['admin'],
      ],
    ]
    beforeAll(() => installation.client.send([bet('player-1', 1, '00:00:00')]))

    test.each(FIELDS)('%s', async (_field, query, allowed) => {
      for (const role of ['admin', 'ingest', 'crm', 'analyst', 'player'] as const) {
        const refused = await refusal(query, {}, tokenOf(role))
        expect(`${role}: ${refused?.code ?? 'allowed'}`).toBe(
          `${role}: ${allowed.includes(role) ? 'allowed' : 'FORBIDDEN'}`,
        )
      }
      const { errors } = await installation.client.graphql(query, {}, 'x.y.z')
      expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    })

    test.each(['admin', 'ingest', 'crm', 'analyst', 'player'] as const)('vipEntered for %s', async role => {
      const client = installation.client.socket(role)
      const stream = client.iterate({ query: 'subscription { vipEntered(minAmount: "1000000000") { id } }' })
      const first = stream.next()
      if (['admin', 'crm', 'analyst'].includes(role)) {
        // It stays open: nothing comes, not even an error, while another request is answered.
        const other = client.iterate({ query: '{ feedCursor }' })
        expect((await other.next()).value).toMatchObject({ data: { feedCursor: expect.any(String) } })
        await stream.return?.()
        expect(await first).toMatchObject({ done: true })
      } else {
        const answer = await first.then(
          ({ value }) => value?.errors,
          errors => errors,
        )
        expect(answer[0].extensions.code).toBe('FORBIDDEN')
      }
      await client.dispose()
    })
  })
})

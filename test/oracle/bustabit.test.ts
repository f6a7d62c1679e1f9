import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { type Money, parseMoney } from '../../src/kernel/money.js'
import { formatInstant, HOUR_MS, parseDuration, parseInstant } from '../../src/kernel/time.js'
import type { IngestAnswer } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { allEntries, difference, lineOf, oracleLineOf, SAME } from '../vip/entries.js'
import { type OracleEvent, type OraclePolicy, oracleEntries } from '../vip/oracle.js'
import { chunksOf, realData, shuffled } from './real-data.js'

interface ExpectedEntry {
  player_id: string
  window_start: string
  window_end: string
  amount: string
  event_count: number
  session_count: number
  first_event_at: string
  last_event_at: string
  crossing_event_id: string
}

interface Expected {
  events: number
  bets: number
  players: number
  turnover: string
  payouts: string
  vip: { threshold: string; window: string; slide: string; event_types: string[]; list: ExpectedEntry[] }[]
  leaderboard: { hour: string; top: { player_id: string; amount: string }[] }
}

interface Wire {
  event_id: string
  player_id: string
  event_type: string
  amount: string
  timestamp: string
  session_id: string
}

const data = realData<Expected>('bustabit')
const BATCH_OF_ONE_EVENTS = 3_000
const SEED = 20_161_101
const WRITERS = 6

const policyId = (threshold: string): string => `above-${threshold}`

const instantOf = (text: string): string => formatInstant(parseInstant(text)!)

function expectedLines(expected: Expected, crossing: boolean): string[] {
  return expected.vip.flatMap(policy =>
    policy.list.map(e =>
      lineOf(
        {
          policyId: policyId(policy.threshold),
          policyVersion: 1,
          playerId: e.player_id,
          windowStart: instantOf(e.window_start),
          windowEnd: instantOf(e.window_end),
          amount: e.amount,
          eventCount: e.event_count,
          sessionCount: e.session_count,
          firstEventAt: instantOf(e.first_event_at),
          lastEventAt: instantOf(e.last_event_at),
          crossingEventId: e.crossing_event_id,
        },
        { crossing },
      ),
    ),
  )
}

const money = (text: string): Money => parseMoney(text) as Money

const oracleEventOf = (line: string): OracleEvent => {
  const wire = JSON.parse(line) as Wire
  const { event_id: eventId, player_id: playerId, event_type: eventType, session_id: sessionId } = wire
  return {
    eventId,
    playerId,
    eventType,
    sessionId,
    amount: money(wire.amount),
    occurredAt: parseInstant(wire.timestamp)!,
  }
}

const oraclePolicies = (expected: Expected): OraclePolicy[] =>
  expected.vip.map(policy => ({
    id: policyId(policy.threshold),
    threshold: money(policy.threshold),
    windowMs: parseDuration(policy.window)!,
    slideMs: parseDuration(policy.slide)!,
    eventTypes: policy.event_types,
  }))

describe.skipIf(data === null).each(ENGINES)('49,462 real events on $name', engine => {
  const { lines, expected, gzip } = data ?? { lines: [], expected: {} as Expected, gzip: Buffer.alloc(0) }
  let installation: TestInstallation
  afterEach(() => installation?.close())

  async function withPolicies(env: Record<string, string> = {}): Promise<TestInstallation> {
    installation = await install(engine, env)
    for (const { threshold, window, slide, event_types: eventTypes } of expected.vip) {
      await installation.client.data(
        'mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }',
        {
          input: { id: policyId(threshold), name: `Above ${threshold}`, threshold, window, slide, eventTypes },
        },
      )
    }
    return installation
  }

  async function entriesDiffer({ client }: TestInstallation, crossing: boolean) {
    const found = (await allEntries(client)).map(entry => lineOf(entry, { crossing }))
    return difference(found, expectedLines(expected, crossing))
  }

  async function figuresOf({ database }: TestInstallation) {
    const columns = `sum(turnover)::text AS turnover, sum(payouts)::text AS payouts`
    const [raw] = await database.query<{
      turnover: string
      payouts: string
      events: number
      bets: number
      players: number
    }>(
      `SELECT ${columns}, count(*)::int AS events, (count(*) FILTER (WHERE event_type = 'bet'))::int AS bets,
         count(DISTINCT player_id)::int AS players FROM player_event`,
    )
    const [summed] = await database.query<{ turnover: string; payouts: string; events: number; bets: number }>(
      `SELECT ${columns}, sum(event_count)::int AS events, (sum(event_count) FILTER (WHERE event_type = 'bet'))::int AS bets
       FROM player_activity_5m`,
    )
    const exact = <T extends { turnover: string; payouts: string }>(row: T) => ({
      ...row,
      turnover: money(row.turnover),
      payouts: money(row.payouts),
    })
    return { raw: exact(raw!), summed: exact(summed!) }
  }

  async function expectAll(at: TestInstallation, { crossing }: { crossing: boolean }) {
    const figures = {
      turnover: money(expected.turnover),
      payouts: money(expected.payouts),
      events: expected.events,
      bets: expected.bets,
    }
    expect(await figuresOf(at)).toEqual({ raw: { ...figures, players: expected.players }, summed: figures })
    expect(await entriesDiffer(at, crossing)).toEqual(SAME)
  }

  test('in the order of the file, then all of it again', async () => {
    const at = await withPolicies()
    expect(await at.client.send(lines)).toMatchObject({ accepted: expected.events, duplicates: 0, rejectedCount: 0 })
    await expectAll(at, { crossing: true })
    const { feedCursor } = await at.client.data<{ feedCursor: string }>('{ feedCursor }')
    const again = await at.client.send(lines)
    expect(again).toMatchObject({ accepted: 0, duplicates: expected.events, rejectedCount: 0 })
    expect(await at.client.data('{ feedCursor }')).toEqual({ feedCursor })
    await expectAll(at, { crossing: true })
  })

  test('as the compressed file that it is, and the leaderboard of an hour', async () => {
    const at = await withPolicies()
    const response = await at.client.post('/events', gzip, { 'content-encoding': 'gzip' })
    expect(await response.json()).toMatchObject({ accepted: expected.events, duplicates: 0 })
    const { hour, top } = expected.leaderboard
    const { leaderboard } = await at.client.data<{ leaderboard: { rank: number; playerId: string; amount: string }[] }>(
      'query ($from: DateTime!, $to: DateTime!) { leaderboard(from: $from, to: $to, first: 500) { rank playerId amount } }',
      { from: hour, to: formatInstant(parseInstant(hour)! + HOUR_MS) },
    )
    expect(leaderboard.slice(0, top.length).map(row => ({ ...row, amount: money(row.amount) }))).toEqual(
      top.map((row, i) => ({ rank: i + 1, playerId: row.player_id, amount: money(row.amount) })),
    )
    await expectAll(at, { crossing: true })
  })

  test('shuffled, in a compressed body', async () => {
    const at = await withPolicies()
    const body = gzipSync(shuffled(lines, SEED).join('\n'))
    const response = await at.client.post('/events', body, { 'content-encoding': 'gzip' })
    expect(await response.json()).toMatchObject({ accepted: expected.events, duplicates: 0, rejectedCount: 0 })
    await expectAll(at, { crossing: false })
  })

  test('by several writers at once who share the players, each event by two of them', async () => {
    const at = await withPolicies()
    const parts = chunksOf(shuffled(lines, SEED + 1), Math.ceil(lines.length / WRITERS))
    const answers: IngestAnswer[] = await Promise.all(
      parts.flatMap((part, i) => {
        const both = shuffled([...part, ...parts[(i + 1) % parts.length]!], SEED + i)
        return chunksOf(both, 1_500).map(some => at.client.send(some, `/events?stream=writer-${i}`))
      }),
    )
    const sum = (pick: (answer: IngestAnswer) => number) => answers.reduce((n, answer) => n + pick(answer), 0)
    expect(sum(a => a.accepted)).toBe(expected.events)
    expect(sum(a => a.duplicates)).toBe(expected.events)
    await expectAll(at, { crossing: false })
  })

  test('in batches of 10,000', async () => {
    const at = await withPolicies({ INGEST_BATCH_EVENTS_MAX: '10000' })
    await at.client.send(lines)
    await expectAll(at, { crossing: true })
  })

  test('in batches of one: the first events of the file', async () => {
    const at = await withPolicies({ INGEST_BATCH_EVENTS_MAX: '1' })
    const first = lines.slice(0, BATCH_OF_ONE_EVENTS)
    expect(await at.client.send(first)).toMatchObject({ accepted: first.length })
    const expectedOfThese = oracleEntries(oraclePolicies(expected), first.map(oracleEventOf))
    const found = (await allEntries(at.client)).map(entry => lineOf(entry, { crossing: true }))
    expect(
      difference(
        found,
        expectedOfThese.map(entry => oracleLineOf(entry, { crossing: true })),
      ),
    ).toEqual(SAME)
    expect(found.length).toBeGreaterThan(100)
  })

  test('by ingestEvents, in calls of 2,000, the rest by /events', async () => {
    const at = await withPolicies()
    const byCalls = lines.slice(0, 10_000)
    for (const part of chunksOf(byCalls, 2_000)) {
      const { ingestEvents } = await at.client.data<{ ingestEvents: { accepted: number } }>(
        'mutation ($events: [PlayerEventInput!]!) { ingestEvents(events: $events) { accepted } }',
        { events: part.map(inputOf) },
      )
      expect(ingestEvents.accepted).toBe(part.length)
    }
    expect(await at.client.send(lines)).toMatchObject({
      accepted: expected.events - byCalls.length,
      duplicates: byCalls.length,
    })
    await expectAll(at, { crossing: true })
  })
})

test.skipIf(data === null)('the brute force of the tests gives the answers that came with the data', () => {
  const { lines, expected } = data!
  const found = oracleEntries(oraclePolicies(expected), lines.map(oracleEventOf))
  expect(
    difference(
      found.map(e => oracleLineOf(e, { crossing: true })),
      expectedLines(expected, true),
    ),
  ).toEqual(SAME)
})

/** PlayerEventInput of one line. */
function inputOf(line: string): Record<string, unknown> {
  const { timestamp, ...wire } = JSON.parse(line) as Record<string, unknown>
  const camel = Object.entries(wire).map(([name, value]) => [
    name.replace(/_(.)/g, (_, c: string) => c.toUpperCase()),
    value,
  ])
  return { ...Object.fromEntries(camel), occurredAt: timestamp }
}

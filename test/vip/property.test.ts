import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatMoney, MONEY_SCALE } from '../../src/kernel/money.js'
import { DAY_MS, formatDuration, formatInstant, HOUR_MS, MINUTE_MS, PANE_MS } from '../../src/kernel/time.js'
import type { IngestAnswer } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { difference, entriesOf, lineOf, oracleLineOf, SAME } from './entries.js'
import { distinct, type OracleEvent, type OraclePolicy, oracleEntries } from './oracle.js'

const TIMESCALE = ENGINES.filter(engine => engine.name === 'timescaledb')
const RUNS = Number(process.env.PROPERTY_RUNS ?? 40)
/** A move and a refresh take about a second. */
const HORIZON_RUNS = RUNS / 2

const money = (whole: number): bigint => BigInt(whole) * MONEY_SCALE

const POLICIES: readonly OraclePolicy[] = [
  { id: 'hour', threshold: money(1_000), windowMs: HOUR_MS, slideMs: 30 * MINUTE_MS, eventTypes: ['bet'] },
  { id: 'pane', threshold: money(300), windowMs: PANE_MS, slideMs: PANE_MS, eventTypes: ['bet'] },
  { id: 'day', threshold: money(2_000), windowMs: DAY_MS, slideMs: HOUR_MS, eventTypes: ['bet', 'deposit'] },
  { id: 'deposits', threshold: 0n, windowMs: 2 * HOUR_MS, slideMs: 30 * MINUTE_MS, eventTypes: ['deposit'] },
  { id: 'fine', threshold: money(1_000) - 1n, windowMs: HOUR_MS, slideMs: PANE_MS, eventTypes: ['bet', 'win'] },
  // No wider policy names its type, so what is read of a player is no more than its windows.
  { id: 'wins', threshold: money(500), windowMs: HOUR_MS, slideMs: PANE_MS, eventTypes: ['win'] },
]

/** Runs lie days apart, so that on one installation each has a time, and players, of its own; shrinking takes many. */
const FIRST_BASE = Date.UTC(1980, 0, 6)
const RUN_STEP_MS = 4 * DAY_MS
const BORDERS_MS = [PANE_MS, 30 * MINUTE_MS, HOUR_MS, DAY_MS]

/** Where windows are decided: at a border, and a millisecond to either side of it. */
const atBorder = fc
  .tuple(fc.constantFrom(...BORDERS_MS), fc.integer({ min: 0, max: 40 }), fc.constantFrom(-1, 0, 1))
  .map(([border, n, off]) => (n % Math.ceil((30 * HOUR_MS) / border)) * border + off)
const anywhere = fc.integer({ min: 0, max: 3 * HOUR_MS })
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: money(600) }),
  fc.constantFrom(1n, money(300), money(300) + 1n, money(500), money(1_000) - 1n, money(1_000), 0n),
)

interface Draft {
  readonly id: number
  readonly player: number
  readonly type: string
  readonly amount: bigint
  readonly afterMs: number
  readonly session: number
  readonly gameType: string
}

const draft: fc.Arbitrary<Draft> = fc.record({
  id: fc.integer({ min: 0, max: 30 }),
  player: fc.integer({ min: 0, max: 2 }),
  type: fc.constantFrom('bet', 'bet', 'bet', 'deposit', 'win', 'win', 'login'),
  amount,
  afterMs: fc.oneof(atBorder, anywhere),
  session: fc.integer({ min: 0, max: 3 }),
  gameType: fc.constantFrom('slots', 'crash', ''),
})

/** In the order of arrival, with some sent again later. */
const arrivals = fc
  .tuple(fc.array(draft, { minLength: 1, maxLength: 60 }), fc.array(fc.nat(), { maxLength: 15 }))
  .map(([drafts, again]) => [...drafts, ...again.map(n => drafts[n % drafts.length]!)])

interface Arrival extends OracleEvent {
  readonly gameType: string
}

let runs = 0
const nextRun = (): { name: string; base: number } => {
  runs++
  return { name: `run${runs}`, base: FIRST_BASE + runs * RUN_STEP_MS }
}

/** One id and time of a player is one event, whatever it says: what comes first stands. So copies are made alike. */
function eventsOf(drafts: readonly Draft[], { name, base }: { name: string; base: number }): Arrival[] {
  const first = new Map<string, Arrival>()
  return drafts.map(d => {
    const key = `${d.id} ${d.player} ${d.afterMs}`
    const event = first.get(key) ?? {
      eventId: `e${d.id}`,
      playerId: `${name}-${d.player}`,
      eventType: d.type,
      amount: d.amount,
      occurredAt: base + d.afterMs,
      sessionId: d.session === 0 ? null : `s${d.session}`,
      gameType: d.gameType,
    }
    first.set(key, event)
    return event
  })
}

const wireOf = (event: Arrival) => ({
  event_id: event.eventId,
  player_id: event.playerId,
  event_type: event.eventType,
  amount: formatMoney(event.amount),
  timestamp: formatInstant(event.occurredAt),
  session_id: event.sessionId,
  game_type: event.gameType,
})

const playersOf = (events: readonly Arrival[]): string[] => [...new Set(events.map(e => e.playerId))]

async function saveAll({ client }: TestInstallation): Promise<void> {
  for (const { id, threshold, windowMs, slideMs, eventTypes } of POLICIES) {
    const [window, slide] = [formatDuration(windowMs), formatDuration(slideMs)]
    await client.data('mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }', {
      input: { id, name: id, threshold: formatMoney(threshold), window, slide, eventTypes },
    })
  }
}

async function expectEntries({ client }: TestInstallation, events: readonly Arrival[], crossing: boolean) {
  const found = await entriesOf(client, playersOf(events))
  const expected = oracleEntries(POLICIES, events)
  expect(
    difference(
      found.map(entry => lineOf(entry, { crossing })),
      expected.map(entry => oracleLineOf(entry, { crossing })),
    ),
  ).toEqual(SAME)
}

/** The summed relation against a recount of the raw events. */
async function expectPanes({ database }: TestInstallation, name: string) {
  const [recount] = await database.query<{ differences: number }>(
    `SELECT count(*)::int AS differences FROM (
       SELECT player_id, pane_start, event_type, game_type, sum(amount) AS amount, sum(turnover) AS turnover,
         sum(payouts) AS payouts, sum(event_count)::bigint AS events
       FROM player_activity_5m WHERE player_id LIKE $1 GROUP BY 1, 2, 3, 4) pane
     FULL JOIN (
       SELECT player_id, date_bin('5 minutes', occurred_at, 'epoch'::timestamptz) AS pane_start, event_type,
         coalesce(game_type, '') AS game_type, sum(amount) AS amount,
         sum(CASE event_type WHEN 'bet' THEN amount ELSE 0 END) AS turnover,
         sum(CASE event_type WHEN 'win' THEN amount ELSE 0 END) AS payouts, count(*) AS events
       FROM player_event WHERE player_id LIKE $1 GROUP BY 1, 2, 3, 4) raw
     USING (player_id, pane_start, event_type, game_type, amount, turnover, payouts, events)
     WHERE pane IS NULL OR raw IS NULL`,
    [`${name}-%`],
  )
  expect(recount).toEqual({ differences: 0 })
}

const sumOf = (answers: readonly IngestAnswer[]) => ({
  accepted: answers.reduce((n, a) => n + a.accepted, 0),
  duplicates: answers.reduce((n, a) => n + a.duplicates, 0),
  rejected: answers.reduce((n, a) => n + a.rejectedCount, 0),
})

const countsOf = (events: readonly Arrival[]) => {
  const accepted = distinct(events).length
  return { accepted, duplicates: events.length - accepted, rejected: 0 }
}

describe.each(ENGINES)('random events against brute force on $name', engine => {
  let installation: TestInstallation
  let second: TestNode
  beforeAll(async () => {
    // Small batches, so that a run is many of them.
    const env = { INGEST_BATCH_EVENTS_MAX: '7', HORIZON_QUIET_SECONDS: '0' }
    installation = await install(engine, env)
    second = await startNode(installation.database.url, env)
    await saveAll(installation)
  })
  afterAll(async () => {
    await second.stop()
    await installation.close()
  })

  test('one writer: the entries, their figures, and the event that crossed', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 40 }), async (drafts, bodyEvents) => {
        const run = nextRun()
        const events = eventsOf(drafts, run)
        const answers: IngestAnswer[] = []
        for (let i = 0; i < events.length; i += bodyEvents) {
          answers.push(await installation.client.send(events.slice(i, i + bodyEvents).map(wireOf)))
        }
        expect(sumOf(answers)).toEqual(countsOf(events))
        await expectEntries(installation, events, true)
        await expectPanes(installation, run.name)
      }),
      { numRuns: RUNS },
    )
  })

  /** A batch reads the panes that its own events reach: alone, an event reads no pane too many. */
  test('one event a batch, one player, to the first and the last pane of a window', async () => {
    const lonely = fc.record({
      pane: fc.integer({ min: 0, max: 25 }),
      off: fc.constantFrom(0, 1, PANE_MS - 1),
      amount: fc.constantFrom(money(250), money(251), money(300)),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(lonely, { minLength: 2, maxLength: 9 }), async events => {
        const run = nextRun()
        const drafts = events.map(({ pane, off, amount: stake }, id) => {
          return { id, player: 0, type: 'win', amount: stake, afterMs: pane * PANE_MS + off, session: 1, gameType: '' }
        })
        const sent = eventsOf(drafts, run)
        for (const event of sent) await installation.client.send([wireOf(event)])
        await expectEntries(installation, sent, true)
      }),
      { numRuns: RUNS },
    )
  })

  test('several writers at once on the same players, on two nodes: the same entries', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 2, max: 5 }), async (drafts, writers) => {
        const run = nextRun()
        const events = eventsOf(drafts, run)
        const shares = Array.from({ length: writers }, (_, w) => events.filter((_event, i) => i % writers === w))
        const answers = await Promise.all(
          shares.map((share, w) =>
            [installation, second][w % 2]!.client.send(share.map(wireOf), `/events?stream=w${w}`),
          ),
        )
        expect(sumOf(answers)).toEqual(countsOf(events))
        await expectEntries(installation, events, false)
        await expectPanes(installation, run.name)
      }),
      { numRuns: RUNS },
    )
  })
})

describe.skipIf(TIMESCALE.length === 0).each(TIMESCALE)('random events around the horizon on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine, { INGEST_BATCH_EVENTS_MAX: '7', HORIZON_QUIET_SECONDS: '0' })
    await saveAll(installation)
  })
  afterAll(() => installation.close())

  const run = (name: string) => installation.node.engine.upkeep.find(upkeep => upkeep.name === name)!.run()

  async function horizon(): Promise<number> {
    const [row] = await installation.database.query<{ at: Date }>('SELECT pane_start AS at FROM horizon')
    return row!.at.getTime()
  }

  test('it moves between two parts of the events', async () => {
    let moves = 0
    await fc.assert(
      fc.asyncProperty(arrivals, fc.nat({ max: 60 }), async (drafts, cut) => {
        const named = nextRun()
        const events = eventsOf(drafts, named)
        const [early, late] = [events.slice(0, cut), events.slice(cut)]
        if (early.length > 0) await installation.client.send(early.map(wireOf))
        const before = await horizon()
        await run('horizon')
        if ((await horizon()) > before) moves++
        if (late.length > 0) await installation.client.send(late.map(wireOf))
        await expectEntries(installation, events, true)
        await run('refresh-late')
        await expectPanes(installation, named.name)
      }),
      { numRuns: HORIZON_RUNS },
    )
    expect(moves).toBeGreaterThan(HORIZON_RUNS / 4)
  })
})

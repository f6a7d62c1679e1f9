import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatInstant, MINUTE_MS, SECOND_MS } from '../../src/kernel/time.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { allEntries, difference, lineOf, oracleLineOf, SAME } from '../vip/entries.js'
import { type OracleEvent, oracleEntries } from '../vip/oracle.js'
import { expectRecount } from './recount.js'

const TIMESCALE = ENGINES.filter(engine => engine.name === 'timescaledb')
if (TIMESCALE.length === 0) test.skip('columnstore: only TimescaleDB has one, skipped', () => undefined)

const EVENTS = 60_000
const LATE_EVENTS = 6_000
const PLAYERS = 3_000
const START = Date.UTC(2022, 4, 1)

const event = (n: number, batch: string): OracleEvent & { game: string } => ({
  eventId: `${batch}-${n}`,
  playerId: `player-${(n * 7919) % PLAYERS}`,
  eventType: n % 3 === 2 ? 'win' : 'bet',
  amount: BigInt(1 + (n % 997)) * 10_000n,
  occurredAt: START + n * 5 * SECOND_MS,
  sessionId: null,
  game: `game-${n % 3}`,
})
const wireOf = (e: OracleEvent & { game: string }) => ({
  event_id: e.eventId,
  player_id: e.playerId,
  event_type: e.eventType,
  amount: String(e.amount / 10_000n),
  timestamp: formatInstant(e.occurredAt),
  game: e.game,
})

describe.each(TIMESCALE)('compressed chunks on $name', engine => {
  const events = Array.from({ length: EVENTS }, (_, n) => event(n, 'first'))
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
    await installation.client.data(
      'mutation { saveVipPolicy(input: { id: "hour", name: "Hour", threshold: "985" }) { version } }',
    )
    await installation.client.send(events.map(wireOf))
    await compress()
  })
  afterAll(() => installation.close())

  const compress = () =>
    installation.database.query(
      "SELECT compress_chunk(c, if_not_compressed => true) FROM show_chunks('player_event') AS c",
    )

  async function expectEntries(sent: readonly OracleEvent[]) {
    const policy = {
      id: 'hour',
      threshold: 9_850_000n,
      windowMs: 60 * MINUTE_MS,
      slideMs: 30 * MINUTE_MS,
      eventTypes: ['bet'],
    }
    const found = (await allEntries(installation.client)).map(entry => lineOf(entry, { crossing: true }))
    expect(
      difference(
        found,
        oracleEntries([policy], sent).map(e => oracleLineOf(e, { crossing: true })),
      ),
    ).toEqual(SAME)
    expect(found.length).toBeGreaterThan(0)
  }

  const compressed = async (): Promise<number> => {
    const [row] = await installation.database.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM timescaledb_information.chunks WHERE hypertable_name = 'player_event' AND is_compressed",
    )
    return row!.n
  }

  test('a resend is all duplicates', async () => {
    expect(await compressed()).toBeGreaterThan(0)
    expect(await installation.client.send(events.map(wireOf))).toMatchObject({
      accepted: 0,
      duplicates: EVENTS,
      rejectedCount: 0,
    })
    await expectRecount(installation.database)
    await expectEntries(events)
  })

  test('late events are taken, counted and decided, and then they are duplicates', async () => {
    await compress()
    const late = Array.from({ length: LATE_EVENTS }, (_, n) => event(n * 10 + 1, 'late'))
    expect(await installation.client.send(late.map(wireOf))).toMatchObject({
      accepted: LATE_EVENTS,
      duplicates: 0,
      rejectedCount: 0,
    })
    await expectRecount(installation.database)
    await expectEntries([...events, ...late])
    await compress()
    const mixed = [...late, ...events.slice(0, 1_000), event(3, 'later')]
    expect(await installation.client.send(mixed.map(wireOf))).toMatchObject({
      accepted: 1,
      duplicates: LATE_EVENTS + 1_000,
    })
    await expectRecount(installation.database)
  })
})

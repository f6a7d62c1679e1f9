import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { DAY_MS, formatInstant } from '../../src/kernel/time.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation } from '../support/server.js'
import { expectRecount } from './recount.js'

const POSTGRES = ENGINES.filter(engine => engine.name === 'postgresql')
const CHUNK_MS = 30 * DAY_MS
const ANSWERS_WITHIN_MS = 5_000

let ids = 0
const event = (at: number) => ({
  event_id: `event-${++ids}`,
  player_id: `player-${ids % 7}`,
  event_type: 'bet',
  amount: '1',
  timestamp: formatInstant(at),
})

/** Fails where an answer waits for a lock. */
const soon = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('it waits')), ANSWERS_WITHIN_MS).unref()
    }),
  ])

describe.each(POSTGRES)('partitions on $name', engine => {
  let installation: TestInstallation
  afterEach(() => installation.close())

  interface Span {
    name: string
    from: number
    to: number
  }

  const spans = async (): Promise<Span[]> => {
    const rows = await installation.database.query<{ name: string; bound: string }>(
      `SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'player_event'::regclass`,
    )
    return rows
      .map(({ name, bound }) => {
        const [from, to] = [...bound.matchAll(/'([^']+)'/g)].map(match => Date.parse(match[1]!.replace('+00', 'Z')))
        return { name, from: from!, to: to! }
      })
      .sort((a, b) => a.from - b.from)
  }

  test('those to come are there before the first event', async () => {
    installation = await install(engine)
    const covered = await spans()
    const now = Date.now()
    for (const at of [now, now + CHUNK_MS, now + 2 * CHUNK_MS]) {
      expect(covered.filter(span => span.from <= at && at < span.to)).toHaveLength(1)
    }
    expect(covered).toHaveLength(3)
  })

  test('the job makes one that is missing', async () => {
    installation = await install(engine)
    const last = (await spans()).at(-1)!
    await installation.database.query(`DROP TABLE ${last.name}`)
    installation.node.engine.forgetRoom()
    await installation.node.engine.upkeep.find(job => job.name === 'partitions-ahead')!.run()
    expect(await spans()).toContainEqual(last)
  })

  test('old events get theirs when they come, to the millisecond of a border', async () => {
    installation = await install(engine)
    const border = Math.floor(Date.UTC(2005, 6, 1) / CHUNK_MS) * CHUNK_MS
    const times = [border - 1, border, border + CHUNK_MS - 1, border + CHUNK_MS, Date.UTC(1970, 0, 1)]
    expect(await installation.client.send(times.map(event))).toMatchObject({ accepted: times.length })
    const covered = await spans()
    for (const at of times) expect(covered.filter(span => span.from <= at && at < span.to)).toHaveLength(1)
    expect(covered).toHaveLength(3 + 4)
    await expectRecount(installation.database)
  })

  test('one that another node has dropped meanwhile is made again', async () => {
    installation = await install(engine)
    const at = Date.UTC(2004, 0, 10)
    await installation.client.send([event(at)])
    const [old] = await spans()
    await installation.database.query(`DROP TABLE ${old!.name}`)
    expect(await installation.client.send([event(at)])).toMatchObject({ accepted: 1 })
  })

  test('open transactions that write and read elsewhere hold up neither a new one nor ingest', async () => {
    installation = await install(engine)
    const now = Date.now()
    await installation.client.send([event(now)])
    const [writer, reader] = [new pg.Client(installation.database.url), new pg.Client(installation.database.url)]
    await Promise.all([writer.connect(), reader.connect()])
    try {
      await writer.query('BEGIN')
      await writer.query(`INSERT INTO player_event (player_id, occurred_at, event_id, event_type, amount, turnover, payouts,
        ingested_at, stream) VALUES ('w', now(), 'open', 'bet', 1, 1, 0, now(), 'by hand')`)
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
      await reader.query('SELECT count(*) FROM player_event')
      // A partition is attached while both are open, and ingest into the old and the new one goes on.
      const before = (await spans()).length
      expect(await soon(installation.client.send([event(Date.UTC(2001, 0, 1))]))).toMatchObject({ accepted: 1 })
      expect(await spans()).toHaveLength(before + 1)
      expect(await soon(installation.client.send([event(now), event(Date.UTC(2001, 0, 1))]))).toMatchObject({
        accepted: 2,
      })
      await writer.query('COMMIT')
      await reader.query('COMMIT')
    } finally {
      await Promise.all([writer.end(), reader.end()])
    }
  })

  test('two nodes that need the same old ones at once', async () => {
    installation = await install(engine)
    const second = await startNode(installation.database.url)
    try {
      const years = Array.from({ length: 12 }, (_, i) => Date.UTC(1990 + i, 3, 1))
      const answers = await Promise.all(
        [installation.client, second.client, installation.client, second.client].map(client =>
          client.send(years.map(event)),
        ),
      )
      expect(answers.map(answer => answer.accepted)).toEqual([12, 12, 12, 12])
      expect(await spans()).toHaveLength(3 + 12)
    } finally {
      await second.stop()
    }
  })
})

describe.each(ENGINES)('another chunk size at the next start on $name', engine => {
  test('old pieces stay, new ones fit between them', async () => {
    const installation = await install(engine)
    const sent: object[] = []
    const sendSome = async (client: TestInstallation['client'], stepDays: number) => {
      const from = Date.UTC(2010, 0, 3)
      const events = Array.from({ length: 60 }, (_, i) => event(from + i * stepDays * DAY_MS - (i % 2)))
      sent.push(...events, event(Date.now()))
      expect(await client.send([...events, sent.at(-1)!])).toMatchObject({ accepted: 61, rejectedCount: 0 })
    }
    try {
      await sendSome(installation.client, 61)
      for (const [chunkDays, stepDays] of [
        ['7', 11],
        ['365', 47],
        ['1', 5],
        ['30', 17],
      ] as const) {
        const node = await startNode(installation.database.url, { CHUNK_DAYS: chunkDays })
        try {
          await sendSome(node.client, stepDays)
        } finally {
          await node.stop()
        }
      }
      expect(await installation.client.send(sent)).toMatchObject({ accepted: 0, duplicates: sent.length })
      await expectRecount(installation.database)
    } finally {
      await installation.close()
    }
  })
})

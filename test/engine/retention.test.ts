import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY_MS, formatInstant } from '../../src/kernel/time.js'
import { ENGINES, makeDatabase, type TestDatabase } from '../support/engines.js'
import { startNode, type TestNode } from '../support/server.js'
import { allEntries } from '../vip/entries.js'

const DAYS = 30
const OLD = Date.UTC(2020, 0, 10, 12)

let ids = 0
const bet = (player_id: string, at: number, amount = '5000') => ({
  event_id: `event-${++ids}`,
  player_id,
  event_type: 'bet',
  amount,
  timestamp: formatInstant(at),
})

describe.each(ENGINES)('retention on $name', engine => {
  let database: TestDatabase
  let node: TestNode | undefined
  beforeEach(async () => {
    database = await makeDatabase(engine)
  })
  afterEach(async () => {
    await node?.stop()
    node = undefined
    await database.drop()
  })

  const restart = async (env: Record<string, string> = {}): Promise<TestNode> => {
    await node?.stop()
    node = undefined
    node = await startNode(database.url, env)
    return node
  }
  const RETAIN = { RETENTION_DAYS: String(DAYS) }

  /** What the engine does by itself every now and then. */
  const expire = async (at: TestNode): Promise<void> => {
    if (engine.name === 'postgresql') return at.engine.upkeep.find(job => job.name === 'retention')!.run()
    const [job] = await policies()
    await database.query(`CALL run_job(${job!.id})`)
  }

  const policies = () =>
    database.query<{ id: number }>(
      "SELECT job_id AS id FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention' AND hypertable_name = 'player_event'",
    )

  const players = async (): Promise<string[]> =>
    (await database.query<{ id: string }>('SELECT DISTINCT player_id AS id FROM player_event ORDER BY 1')).map(
      row => row.id,
    )

  test('off by default: nothing is refused or deleted for its age', async () => {
    const at = await restart()
    expect(await at.client.send([bet('first', 0), bet('old', OLD), bet('now', Date.now())])).toMatchObject({
      accepted: 3,
    })
    for (const job of at.engine.upkeep) await job.run()
    if (engine.name === 'timescaledb') expect(await policies()).toEqual([])
    expect(await players()).toEqual(['first', 'now', 'old'])
  })

  test('on: what is older is refused, and named', async () => {
    const at = await restart(RETAIN)
    const [tooOld, inTime] = [bet('a', Date.now() - DAYS * DAY_MS - 60_000), bet('a', Date.now() - (DAYS - 1) * DAY_MS)]
    expect(await at.client.send([tooOld, inTime])).toMatchObject({
      accepted: 1,
      rejected: [
        {
          index: 0,
          event_id: tooOld.event_id,
          code: 'TOO_OLD',
          message: `timestamp is too old: events are kept for ${DAYS} days, got "${tooOld.timestamp}"`,
        },
      ],
    })
    const kept = await database.query('SELECT code FROM rejected_event WHERE event_id = $1', [tooOld.event_id])
    expect(kept).toEqual([{ code: 'TOO_OLD' }])
  })

  test('switched on later, the job drops what has passed; entries keep their figures; off again, nothing more', async () => {
    const first = await restart()
    await first.client.data(
      'mutation { saveVipPolicy(input: { id: "vip", name: "VIP", threshold: "1000" }) { version } }',
    )
    await first.client.send([bet('old', OLD), bet('new', Date.now())])
    const before = await allEntries(first.client)
    expect(before).toHaveLength(4)
    const second = await restart(RETAIN)
    await expire(second)
    expect(await players()).toEqual(['new'])
    expect(await allEntries(second.client)).toEqual(before)
    const third = await restart()
    expect(await third.client.send([bet('old', OLD)])).toMatchObject({ accepted: 1 })
    if (engine.name === 'timescaledb') expect(await policies()).toEqual([])
    expect(await players()).toEqual(['new', 'old'])
  })

  test('a policy made when the last window has been dropped', async () => {
    const first = await restart()
    await first.client.send([bet('old', OLD)])
    const second = await restart({ ...RETAIN, IDLE_SECONDS: '1' })
    await expire(second)
    const { saveVipPolicy } = await second.client.data<{ saveVipPolicy: { version: number } }>(
      'mutation { saveVipPolicy(input: { id: "vip", name: "VIP", threshold: "1000" }) { version } }',
    )
    expect(saveVipPolicy.version).toBe(1)
  })

  test.runIf(engine.name === 'postgresql')('a run that a reader held up is finished by the next', async () => {
    const first = await restart()
    await first.client.send([bet('old', OLD), bet('older', OLD - 90 * DAY_MS), bet('new', Date.now())])
    const second = await restart({ ...RETAIN, QUERY_TIMEOUT_SECONDS: '1' })
    const reader = new pg.Client(database.url)
    await reader.connect()
    try {
      await reader.query('BEGIN')
      await reader.query('SELECT count(*) FROM player_event')
      await expect(expire(second)).rejects.toThrow(/timeout/)
      // Ingest does not wait for it.
      expect(await second.client.send([bet('new', Date.now())])).toMatchObject({ accepted: 1 })
      await reader.query('COMMIT')
    } finally {
      await reader.end()
    }
    await expire(second)
    expect(await players()).toEqual(['new'])
    const tables = await database.query(
      "SELECT relname FROM pg_class WHERE relname LIKE 'player_event_p2019%' OR relname LIKE 'player_event_p2020%'",
    )
    expect(tables).toEqual([])
  })

  test.runIf(engine.name === 'postgresql')(
    'a partition that was detached and not dropped is dropped by the next run',
    async () => {
      const first = await restart()
      await first.client.send([bet('old', OLD)])
      const [old] = await database.query<{ name: string }>(
        "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'player_event'::regclass ORDER BY 1 LIMIT 1",
      )
      const second = await restart(RETAIN)
      await database.query(`ALTER TABLE player_event DETACH PARTITION ${old!.name} CONCURRENTLY`)
      await expire(second)
      expect(await database.query('SELECT 1 FROM pg_class WHERE relname = $1', [old!.name])).toEqual([])
    },
  )
})

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { countAwards, listAwards } from '../../src/draws/award.store.js'
import { SecretBox } from '../../src/draws/draw-key.js'
import { ReadWallets } from '../../src/draws/read-wallets.js'
import { formatInstant, HOUR_MS } from '../../src/kernel/time.js'
import { openDatabase } from '../../src/storage/database.js'
import { NodeProcess } from '../e2e/support/process.js'
import { Collected, DRAW_KEY } from '../support/client.js'
import { ENGINES, makeDatabase, type TestDatabase } from '../support/engines.js'
import { startNode, type TestNode } from '../support/server.js'
import { createDraw } from './draw-world.js'
import { drawn, executeDraw, expectProven, storedAwards } from './made-draws.js'

const PLAYERS = 30_000
const SPINS = { name: 'Five spins', kind: 'FREE_SPINS', value: '0.5', quantity: 5 }

const bigDraw = (id: string, now: number) => ({
  id,
  opensAt: formatInstant(now - HOUR_MS),
  drawsAt: formatInstant(now + HOUR_MS),
  stakePerTicket: '10',
  winsPerPlayer: 2,
  prizes: [{ name: 'Fifty euros', kind: 'CASH', value: '50', quantity: 3_000 }],
  defaultPrize: SPINS,
})

/** Their stakes, at once: what brings them there is tested elsewhere. One to five tickets each. */
const fill = (database: TestDatabase, id: string) =>
  database.query(
    `INSERT INTO draw_stake (player_id, token, prior, draws, stakes)
     SELECT 'p' || n, nextval('draw_token'), 0, ARRAY[d.number]::text, ARRAY[10 * (1 + n % 5) + 0.5]::text
     FROM generate_series(1, $2::int) AS n, draw d WHERE d.id = $1`,
    [id, PLAYERS],
  )

interface Stand {
  readonly closed: boolean
  readonly frozen: boolean
  readonly awarded: number
  readonly drawn: boolean
}

/** Looks as often as it can, on one connection. */
async function standOf(client: pg.Client): Promise<Stand> {
  const { rows } = await client.query<Stand>(
    `SELECT closed_at IS NOT NULL AS closed, entries_hash IS NOT NULL AS frozen, awarded_up_to::int AS awarded,
       drawn_at IS NOT NULL AS drawn FROM draw`,
  )
  return rows[0]!
}

async function standUntil(client: pg.Client, holds: (stand: Stand) => boolean): Promise<Stand> {
  for (const until = performance.now() + 60_000; performance.now() < until; await pause(1)) {
    const stand = await standOf(client)
    if (holds(stand)) return stand
  }
  throw new Error(`the draw stays ${JSON.stringify(await standOf(client))}`)
}

/** Until it takes no requests; what comes behind that of a stop takes no time. */
async function refused(url: string): Promise<void> {
  while (
    await fetch(`${url}/health`).then(
      () => true,
      () => false,
    )
  )
    await pause(5)
  await pause(200)
}

const AWARDED = 'subscription ($after: String) { prizeAwarded(after: $after) { id position } }'

async function follow(node: TestNode, after: string): Promise<Collected<{ id: string; position: number }>> {
  return new Collected(node.client.socket('crm'), AWARDED, { after })
}

/** Each award once, in the order of positions, without a hole: stored, told and computed are the same. */
async function expectWhole(node: TestNode, database: TestDatabase, id: string, cursor: string): Promise<void> {
  const { awards } = await expectProven(node.client, database.query, id)
  expect(new Set(awards.map(award => award.player_id)).size).toBe(PLAYERS)
  expect(new Set(awards.map(award => award.feed_id)).size).toBe(awards.length)
  const follower = await follow(node, cursor)
  const told = await follower.until(items => items.length >= awards.length)
  expect(told.map(award => award.position)).toEqual(awards.map(award => award.position))
  expect(told.map(award => Number(award.id))).toEqual(awards.map(award => award.feed_id))
  await follower.close()
}

/** What a player has won is found without a look at the others' awards, also while they are made. */
async function expectFound(database: TestDatabase, id: string): Promise<void> {
  const db = openDatabase({
    connectionString: database.url,
    poolMax: 1,
    applicationName: 'test',
    statementTimeoutMs: 0,
    onError: () => undefined,
  })
  const wallets = new ReadWallets(db, new SecretBox(Buffer.from(DRAW_KEY, 'hex')))
  const stored = await storedAwards(database.query, id)
  for (const n of [1, 2, 77, 4_321, PLAYERS]) {
    const of = await wallets.awardsOf(id, `p${n}`)
    const found = await listAwards(db, id, { of }, 0, 500)
    const own = stored.filter(award => award.player_id === `p${n}`).map(award => award.position)
    expect(found.map(award => award.position)).toEqual(own)
    expect(await countAwards(db, id, { of })).toBe(own.length)
    const prizes = found.filter(award => award.outcome === 'PRIZE').length
    expect(await countAwards(db, id, { of, outcome: 'PRIZE' })).toBe(prizes)
  }
  await db.close()
}

describe.each(ENGINES)('draws on several nodes on $name', engine => {
  test('go on where a node was killed while it froze the entries, and while it made awards', {
    timeout: 180_000,
  }, async () => {
    const database = await makeDatabase(engine)
    let node = await NodeProcess.start({ DATABASE_URL: database.url })
    const { feedCursor: cursor } = await node.client.data<{ feedCursor: string }>('{ feedCursor }')
    await createDraw(node.client, bigDraw('killed', Date.now()))
    await fill(database, 'killed')
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()

    executeDraw(node.client, 'killed', true).catch(() => undefined)
    await standUntil(client, ({ closed }) => closed)
    await node.kill()
    const frozen = await standOf(client)
    expect([frozen.closed, frozen.awarded, frozen.drawn]).toEqual([true, 0, false])

    let awarded = 0
    for (let kills = 0; kills < 2; kills++) {
      node = await NodeProcess.start({ DATABASE_URL: database.url })
      await standUntil(client, stand => stand.awarded > awarded)
      await node.kill()
      const stand = await standOf(client)
      expect([stand.frozen, stand.awarded > awarded, stand.drawn]).toEqual([true, true, false])
      awarded = stand.awarded
    }
    expect((await storedAwards(database.query, 'killed')).at(-1)!.position).toBe(awarded)
    await client.end()

    const last = await startNode(database.url)
    await drawn(last.client, 'killed')
    await expectWhole(last, database, 'killed', cursor)
    const made = await database.query("SELECT action FROM audit_log WHERE subject = 'draw:killed' ORDER BY id")
    expect(made).toEqual(['createDraw', 'executeDraw', 'freezeDraw', 'makeDraw'].map(action => ({ action })))
    await last.stop()
    await database.drop()
  })

  test('go on where a connection was lost, and where a node was stopped', { timeout: 180_000 }, async () => {
    const database = await makeDatabase(engine)
    let node = await startNode(database.url)
    const { feedCursor: cursor } = await node.client.data<{ feedCursor: string }>('{ feedCursor }')
    await createDraw(node.client, bigDraw('lost', Date.now()))
    await fill(database, 'lost')
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const lose = () =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'tidemark draws' AND datname = current_database()`,
      )
    executeDraw(node.client, 'lost', true).catch(() => undefined)
    for (const far of [0, 5_000, 10_000]) {
      await standUntil(client, stand => stand.closed && stand.awarded >= far)
      await lose()
    }
    await standUntil(client, stand => stand.awarded >= 15_000)
    // The chunk under way waits for the draw's row until the node is about to stop.
    await client.query('BEGIN; SELECT FROM draw FOR UPDATE')
    const stopped = node.stop()
    await refused(node.url)
    await client.query('ROLLBACK')
    await stopped
    const { awarded, drawn: over } = await standOf(client)
    expect([awarded >= 15_000, over]).toEqual([true, false])
    await expectFound(database, 'lost')

    node = await startNode(database.url)
    await drawn(node.client, 'lost')
    await expectWhole(node, database, 'lost', cursor)
    await expectFound(database, 'lost')
    await client.end()
    await node.stop()
    await database.drop()
  })

  test('are made once, by whichever node', { timeout: 180_000 }, async () => {
    const database = await makeDatabase(engine)
    const nodes = await Promise.all([startNode(database.url), startNode(database.url)])
    const [one, other] = nodes
    const { feedCursor: cursor } = await one.client.data<{ feedCursor: string }>('{ feedCursor }')
    await createDraw(one.client, bigDraw('both', Date.now()))
    await fill(database, 'both')
    const live = await follow(other, cursor)
    await Promise.all([...nodes, ...nodes].map(node => executeDraw(node.client, 'both', true)))
    await Promise.all(nodes.map(node => drawn(node.client, 'both')))
    const awards = await storedAwards(database.query, 'both')
    const told = await live.until(items => items.length >= awards.length)
    expect(told.map(award => award.position)).toEqual(awards.map(award => award.position))
    await live.close()
    await expectWhole(one, database, 'both', cursor)
    await Promise.all(nodes.map(node => node.stop()))
    await database.drop()
  })
})

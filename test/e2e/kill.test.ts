import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Random } from '../../src/simulate/random.js'
import { ENGINES, makeDatabase } from '../support/engines.js'
import { startNode } from '../support/server.js'
import { checkBooks, type Query } from './support/books.js'
import { type Cluster, canMakeTimescale, embeddedCluster, timescaleCluster } from './support/clusters.js'
import { Follower, idOf } from './support/follower.js'
import { Place } from './support/place.js'
import { postmasterOf, queryOf } from './support/postmaster.js'
import { NodeProcess } from './support/process.js'
import { Sender } from './support/sender.js'
import { savePolicies, Traffic } from './support/traffic.js'

const ROUNDS = 20
const MINUTES = 10 * 60_000

/** Producers and a subscriber that outlive every server, and what must hold when all has come to rest. */
class Load {
  readonly place = new Place()
  readonly random: Random
  private readonly senders: Sender[] = []
  private follower: Follower | undefined

  constructor(name: string) {
    this.random = new Random(name)
  }

  async begin(node: { url: string; client: NodeProcess['client'] }): Promise<void> {
    await savePolicies(node.client)
    const { feedCursor } = await node.client.data<{ feedCursor: string }>('{ feedCursor }')
    this.place.moveTo(node.url)
    this.follower = new Follower({ url: () => this.place.url(), after: feedCursor })
    for (const name of ['a', 'b', 'c']) {
      this.senders.push(new Sender(this.place, new Traffic(this.random, name), 40 + this.senders.length * 60, name))
    }
  }

  /** Some batches are acknowledged, and the next are somewhere on their way. */
  async somewhereInTheMiddle(): Promise<void> {
    await this.senders[this.random.below(3)]!.acknowledge(1 + this.random.below(400))
    await pause(this.random.below(15))
  }

  async end(client: NodeProcess['client'], query: Query): Promise<string> {
    await Promise.all(this.senders.map(sender => sender.stop()))
    const { feedCursor } = await client.data<{ feedCursor: string }>('{ feedCursor }')
    await this.follower!.untilId(idOf(feedCursor))
    await this.follower!.close()
    expect(this.senders.flatMap(sender => sender.wrongAnswers)).toEqual([])
    const acknowledged = new Set(this.senders.flatMap(sender => [...sender.acknowledged]))
    const books = await checkBooks(query, acknowledged)
    expect(books.events).toBe(acknowledged.size)
    const ids = this.follower!.ids
    expect(ids.length).toBe(books.feed)
    expect(
      ids.findIndex((id, i) => id !== i + 1),
      'what the subscriber missed or saw twice',
    ).toBe(-1)
    const resends = this.senders.reduce((sum, sender) => sum + sender.resends, 0)
    return `${books.events} events, ${books.entries} entries, ${resends} resends, ${this.follower!.reconnects} reconnects`
  }
}

test('kill -9 of the server with its embedded database', { timeout: MINUTES }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-kill-'))
  const load = new Load('embedded')
  let node = await NodeProcess.start({ DATA_DIR: dataDir })
  await load.begin(node)
  for (let round = 0; round < ROUNDS; round++) {
    await load.somewhereInTheMiddle()
    load.place.gone()
    await node.kill()
    node = await NodeProcess.start({ DATA_DIR: dataDir })
    load.place.moveTo(node.url)
  }
  console.log(
    `server with its embedded database, ${ROUNDS} kills: ${await load.end(node.client, await queryOf(dataDir))}`,
  )
  expect(await node.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  await rm(dataDir, { recursive: true })
})

test('kill -9 of the embedded database', { timeout: MINUTES }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidemark-kill-'))
  const load = new Load('postmaster')
  let node = await NodeProcess.start({ DATA_DIR: dataDir })
  await load.begin(node)
  for (let round = 0; round < ROUNDS; round++) {
    await load.somewhereInTheMiddle()
    process.kill((await postmasterOf(dataDir)).pid, 'SIGKILL')
    expect(await node.ended).toEqual({ code: 1, signal: null })
    load.place.gone()
    node = await NodeProcess.start({ DATA_DIR: dataDir })
    load.place.moveTo(node.url)
  }
  console.log(`embedded database, ${ROUNDS} kills: ${await load.end(node.client, await queryOf(dataDir))}`)
  expect(await node.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  await rm(dataDir, { recursive: true })
})

describe.each(ENGINES)('on $name', engine => {
  test('kill -9 of the server, its database stays', { timeout: MINUTES }, async () => {
    const database = await makeDatabase(engine)
    const load = new Load(engine.name)
    let node = await NodeProcess.start({ DATABASE_URL: database.url })
    await load.begin(node)
    for (let round = 0; round < ROUNDS; round++) {
      await load.somewhereInTheMiddle()
      load.place.gone()
      await node.kill()
      node = await NodeProcess.start({ DATABASE_URL: database.url })
      load.place.moveTo(node.url)
    }
    console.log(`server on ${engine.name}, ${ROUNDS} kills: ${await load.end(node.client, database.query)}`)
    expect(await node.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    await database.drop()
  })

  test('the connections of the node are ended again and again', { timeout: MINUTES }, async () => {
    const database = await makeDatabase(engine)
    const load = new Load(`connections ${engine.name}`)
    const node = await startNode(database.url)
    await load.begin(node)
    let ended = 0
    for (let round = 0; round < 3 * ROUNDS; round++) {
      await load.somewhereInTheMiddle()
      const rows = await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'tidemark%'`,
      )
      ended += rows.length
    }
    console.log(`${ended} connections ended on ${engine.name}: ${await load.end(node.client, database.query)}`)
    await node.stop()
    await database.drop()
  })
})

const CLUSTERS: { name: string; make: () => Promise<Cluster> }[] = [{ name: 'postgresql', make: embeddedCluster }]
if (canMakeTimescale()) CLUSTERS.push({ name: 'timescaledb', make: timescaleCluster })
else console.log('no PostgreSQL 15 packages, or not root: the TimescaleDB server is not killed')

describe.each(CLUSTERS)('an external server of $name', ({ name, make }) => {
  test('is killed with -9 and comes back: the node lives on', { timeout: MINUTES }, async () => {
    const cluster = await make()
    const database = await makeDatabase(cluster.engine)
    const load = new Load(`cluster ${name}`)
    const node = await startNode(database.url)
    expect(node.engine.name).toBe(name)
    await load.begin(node)
    for (let round = 0; round < ROUNDS; round++) {
      await load.somewhereInTheMiddle()
      await cluster.kill()
      await cluster.restart()
    }
    console.log(`external ${name}, ${ROUNDS} kills: ${await load.end(node.client, database.query)}`)
    await node.stop()
    await cluster.stop()
  })
})

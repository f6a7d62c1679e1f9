import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/database.js'
import { chooseEngine } from '../../src/storage/engine.js'
import { migrate, migrationsRoot, readMigrations } from '../../src/storage/migrate.js'
import { ENGINES, makeDatabase, type TestDatabase } from '../support/engines.js'
import { startNode } from '../support/server.js'

const NODES = 5

describe.each(ENGINES)('migrations on $name', engine => {
  let database: TestDatabase
  let db: Database
  let root: string
  beforeEach(async () => {
    database = await makeDatabase(engine)
    db = openDatabase({
      connectionString: database.url,
      poolMax: NODES,
      applicationName: 'test',
      onError: () => undefined,
      statementTimeoutMs: 60_000,
    })
    root = await mkdtemp(join(tmpdir(), 'migrations-'))
    await cp(migrationsRoot(), root, { recursive: true })
  })
  afterEach(async () => {
    await db.close()
    await database.drop()
    await rm(root, { recursive: true })
  })

  const apply = async () => migrate(db, await chooseEngine(db), root)
  const applied = async () =>
    (await db.rows<{ name: string }>('SELECT name FROM schema_migration ORDER BY number')).map(row => row.name)
  const names = async () => (await readMigrations(engine.name, root)).map(migration => migration.name)

  test('each once, by number, by any number of nodes that start together', async () => {
    const done = await Promise.all(Array.from({ length: NODES }, () => apply()))
    expect(done.filter(some => some.length > 0)).toEqual([await names()])
    expect(await applied()).toEqual(await names())
    expect(await apply()).toEqual([])
  })

  test('whole nodes that start together on an empty database', async () => {
    const nodes = await Promise.all(Array.from({ length: 4 }, () => startNode(database.url)))
    expect(nodes.map(node => node.engine.name)).toEqual(Array(4).fill(engine.name))
    expect(await applied()).toEqual(await names())
    const bet = { player_id: 'p', event_type: 'bet', amount: 1, timestamp: '2024-01-01T00:00:00Z' }
    for (const node of nodes) expect(await node.client.send([bet])).toMatchObject({ accepted: 1 })
    await Promise.all(nodes.map(node => node.stop()))
  })

  test('a new file is applied to what is there', async () => {
    await apply()
    await writeFile(join(root, 'common', '9001_added.sql'), 'CREATE TABLE added (id int);')
    expect(await apply()).toEqual(['9001_added.sql'])
    expect(await db.rows('SELECT * FROM added')).toEqual([])
  })

  test('an applied file that was changed is an error', async () => {
    await apply()
    await writeFile(join(root, 'common', '0002_vip.sql'), 'SELECT 1;')
    await expect(apply()).rejects.toThrow('migration 0002_vip.sql was changed after it had been applied')
  })

  test('one that this version does not know is an error, for a node too', async () => {
    await writeFile(join(root, 'common', '9001_added.sql'), 'CREATE TABLE added (id int);')
    await apply()
    await rm(join(root, 'common', '9001_added.sql'))
    await expect(apply()).rejects.toThrow('migration 9001_added.sql is applied here and unknown to this version')
    await expect(startNode(database.url)).rejects.toThrow('migration 9001_added.sql is applied here')
  })

  test('one that fails leaves nothing of itself, and is named', async () => {
    await writeFile(join(root, 'common', '9001_broken.sql'), 'CREATE TABLE half (id int); SELECT no_such_function();')
    await writeFile(join(root, 'common', '9002_after.sql'), 'CREATE TABLE after_it (id int);')
    await expect(apply()).rejects.toThrow(
      'migration 9001_broken.sql failed: function no_such_function() does not exist',
    )
    const left = await db.rows("SELECT relname FROM pg_class WHERE relname IN ('half', 'after_it')")
    expect(left).toEqual([])
    expect(await applied()).not.toContain('9001_broken.sql')
    await rm(join(root, 'common', '9001_broken.sql'))
    expect(await apply()).toEqual(['9002_after.sql'])
  })

  test('a number that stands twice, and a name of another form, are errors', async () => {
    await writeFile(join(root, 'timescale', '0002_twin.sql'), '')
    await writeFile(join(root, 'postgres', '0002_twin.sql'), '')
    await expect(apply()).rejects.toThrow('migrations: number 2 is 0002_vip.sql and 0002_twin.sql')
    await rm(join(root, 'timescale', '0002_twin.sql'))
    await rm(join(root, 'postgres', '0002_twin.sql'))
    await writeFile(join(root, 'common', 'readme.txt'), '')
    await expect(apply()).rejects.toThrow('migrations/common/readme.txt: not named like 0001_words.sql')
  })

  test('a database that was set up for the other engine is an error', async () => {
    await apply()
    const other = engine.name === 'timescaledb' ? 'postgresql' : 'timescaledb'
    await db.rows('UPDATE schema_migration SET engine = $1', [other])
    await expect(apply()).rejects.toThrow(
      `this database was set up for ${other}, and the server now offers ${engine.name}`,
    )
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/database.js'
import { PreparedNames } from '../../src/storage/prepared.js'
import { ENGINES, makeDatabase, type TestDatabase } from '../support/engines.js'

test('a statement has a name from the second time on, and so many have one at most', () => {
  const names = new PreparedNames()
  expect(names.of('SELECT 1')).toBeUndefined()
  const name = names.of('SELECT 1')
  expect(name).toMatch(/^tidemark_/)
  expect(names.of('SELECT 1')).toBe(name)
  for (let n = 0; n < 1_000; n++) names.of(`SELECT ${n}`)
  const named = Array.from({ length: 1_000 }, (_, n) => names.of(`SELECT ${n}`)).filter(given => given !== undefined)
  expect(new Set(named).size).toBe(300)
})

describe.each(ENGINES)('statements of a connection on $name', engine => {
  let database: TestDatabase
  let db: Database
  beforeAll(async () => {
    database = await makeDatabase(engine)
    db = openDatabase({
      connectionString: database.url,
      poolMax: 1,
      applicationName: 'prepared',
      statementTimeoutMs: 10_000,
      onError: () => undefined,
    })
  })
  afterAll(async () => {
    await db.close()
    await database.drop()
  })

  test('are prepared where they come again with values', async () => {
    const prepared = () =>
      db.rows<{ statement: string }>('SELECT statement FROM pg_prepared_statements ORDER BY prepare_time')
    for (const value of [1, 2, 3]) {
      expect(await db.rows('SELECT $1::int + 1 AS next', [value])).toEqual([{ next: value + 1 }])
    }
    await db.rows('SELECT $1::int + 2 AS next', [1])
    expect(await prepared()).toEqual([{ statement: 'SELECT $1::int + 1 AS next' }])
  })

  test('are prepared again by a connection that has not met them', async () => {
    const statement = 'SELECT $1::int + 3 AS next'
    for (const value of [1, 2]) await db.rows(statement, [value])
    await db.rows('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined)
    expect(await db.rows(statement, [5])).toEqual([{ next: 8 }])
  })

  test('outlive a change of their table: a connection that is refused its old plan is not lent again', async () => {
    await db.rows('CREATE TABLE thing (a int)')
    await db.rows('INSERT INTO thing VALUES (1)')
    const statement = 'SELECT * FROM thing WHERE a = $1'
    for (let n = 0; n < 3; n++) expect(await db.rows(statement, [1])).toEqual([{ a: 1 }])
    await db.rows('ALTER TABLE thing ADD b int')
    await db.rows(statement, [1]).catch(() => undefined)
    expect(await db.rows(statement, [1])).toEqual([{ a: 1, b: null }])
  })
})

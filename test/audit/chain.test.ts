import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AuditTrail } from '../../src/audit/audit-trail.js'
import { type Database, openDatabase } from '../../src/storage/database.js'
import { build, ROOT } from '../e2e/support/build.js'
import { ENGINES, makeDatabase } from '../support/engines.js'
import { startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { expectedHashes, rowsOf } from './audit-log.js'

const SAVE = `mutation ($id: ID!) { saveVipPolicy(input: { id: $id, name: "VIP", threshold: "10" }) { version } }`
const SUPPRESS = 'mutation ($id: ID!) { suppressPlayer(playerId: $id, reason: "x") { id } }'
const GENESIS = '0'.repeat(64)

interface Checked {
  code: number
  lines: string[]
  stderr: string
}

/** `npm run audit`, without the build before it. */
const check = (url: string): Promise<Checked> =>
  new Promise(resolve => {
    const env = { PATH: process.env.PATH, DATABASE_URL: url }
    execFile(process.execPath, [join(ROOT, 'dist', 'check-audit.js')], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code)
      resolve({ code, lines: stdout.split('\n').filter(line => line !== ''), stderr })
    })
  })

beforeAll(build)

describe.each(ENGINES)('the chain of the audit log on $name', engine => {
  let database: TestInstallation['database']
  let nodes: TestNode[]
  let db: Database
  beforeAll(async () => {
    database = await makeDatabase(engine)
    nodes = [await startNode(database.url), await startNode(database.url)]
    db = openDatabase({
      connectionString: database.url,
      poolMax: 2,
      applicationName: 'test',
      onError: () => undefined,
      statementTimeoutMs: 15_000,
    })
  })
  afterAll(async () => {
    await db.close()
    for (const node of nodes) await node.stop()
    await database.drop()
  })
  beforeEach(async () => {
    await database.query(
      'BEGIN; ALTER TABLE audit_log DISABLE TRIGGER audit_log_stands; TRUNCATE audit_log; '.concat(
        `UPDATE audit_head SET id = 0, hash = '${GENESIS}'; ALTER TABLE audit_log ENABLE TRIGGER audit_log_stands; COMMIT`,
      ),
    )
  })

  const record = (count: number, from = 1) =>
    db.transaction(session =>
      new AuditTrail(Date.now).record(
        session,
        Array.from({ length: count }, (_, i) => ({
          actor: 'a',
          action: 'test',
          subject: `test:${from + i}`,
          before: null,
          after: { n: from + i },
        })),
      ),
    )
  /** As a superuser may. */
  const tamper = (statement: string) =>
    database.query(
      `BEGIN; ALTER TABLE audit_log DISABLE TRIGGER audit_log_stands; ${statement};
       ALTER TABLE audit_log ENABLE TRIGGER audit_log_stands; COMMIT`,
    )

  test('begins with zeros', async () => {
    expect(await check(database.url)).toEqual({
      code: 0,
      lines: [`audit: 0 entries, chain intact, head ${GENESIS}`],
      stderr: '',
    })
  })

  test('has no hole and no fork when two nodes change things at once', async () => {
    const [a, b] = nodes as [TestNode, TestNode]
    const changes = Array.from({ length: 60 }, async (_, n) => {
      const { client } = n % 2 === 0 ? a : b
      if (n % 3 === 0) await client.data(SUPPRESS, { id: `p${n % 4}` })
      else if (n % 3 === 1) await client.data(SAVE, { id: `policy-${n % 4}` })
      // Refused: it waits among the others, and leaves no hole.
      else expect((await client.graphql(SAVE, { id: 'no such id' })).errors).toHaveLength(1)
    })
    await Promise.all(changes)
    const rows = await rowsOf(database)
    expect(rows.map(row => Number(row.id))).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    const hashes = expectedHashes(rows)
    expect(rows.map(row => row.hash)).toEqual(hashes)
    expect(rows.map(row => row.prev_hash)).toEqual([GENESIS, ...hashes.slice(0, -1)])
    expect((await check(database.url)).lines).toEqual([`audit: 40 entries, chain intact, head ${hashes[39]}`])
    // What came before each change is what the one before it had left, so the log is in the order of commits.
    for (const subject of new Set(rows.map(row => row.subject))) {
      const changesOfIt = rows.filter(row => row.subject === subject)
      if (subject.startsWith('policy:')) {
        expect(changesOfIt.slice(1).map(row => row.before)).toEqual(changesOfIt.slice(0, -1).map(row => row.after))
      }
    }
  })

  test('gives no number away when a transaction is rolled back', async () => {
    await record(2)
    const lost = db.transaction(async session => {
      await new AuditTrail(Date.now).record(session, [
        { actor: 'a', action: 'test', subject: 'lost', before: null, after: null },
      ])
      throw new Error('changed my mind')
    })
    await expect(lost).rejects.toThrow('changed my mind')
    await record(1, 3)
    expect((await rowsOf(database)).map(({ id, subject }) => `${id} ${subject}`)).toEqual([
      '1 test:1',
      '2 test:2',
      '3 test:3',
    ])
  })

  test('is walked over many pages', async () => {
    await record(1_234)
    const rows = await rowsOf(database)
    expect((await check(database.url)).lines).toEqual([
      `audit: 1234 entries, chain intact, head ${expectedHashes(rows)[1_233]}`,
    ])
    await tamper(`UPDATE audit_log SET actor = 'b' WHERE id = 1007`)
    expect(await check(database.url)).toMatchObject({
      code: 1,
      lines: [expect.stringMatching(/^audit: entry 1007 is broken: its hash is [0-9a-f]{64}, and what it holds gives/)],
    })
  })

  test.each([
    "UPDATE audit_log SET actor = 'b'",
    'DELETE FROM audit_log',
    'TRUNCATE audit_log',
    'UPDATE audit_log SET id = 7 WHERE false',
    "MERGE INTO audit_log USING (VALUES (1)) v(id) ON v.id = audit_log.id WHEN MATCHED THEN UPDATE SET actor = 'b'",
  ])('is not to be changed: %s', async statement => {
    await record(3)
    const before = await rowsOf(database)
    await expect(database.query(statement)).rejects.toThrow(/of audit_log: rows are only added here/)
    expect(await rowsOf(database)).toEqual(before)
  })

  test.each([
    ['actor', "'b'"],
    ['action', "'other'"],
    ['subject', "'test:4'"],
    ['at', "at + interval '1 millisecond'"],
    ['at', "'infinity'"],
    ['before', "'{}'"],
    ['before', "'null'"],
    ['after', `'{"n":5}'`],
    ['after', `'{"n": 2}'`],
    ['after', 'NULL'],
    ['hash', "repeat('f', 64)"],
  ])('shows that the %s of an entry was made %s', async (column, value) => {
    await record(4)
    await tamper(`UPDATE audit_log SET ${column} = ${value} WHERE id = 2`)
    const { code, lines } = await check(database.url)
    expect(code).toBe(1)
    expect(lines).toEqual([
      expect.stringMatching(/^audit: entry 2 is broken: its hash is .*, and what it holds gives /),
    ])
  })

  test('shows an entry that was changed together with its hash', async () => {
    await record(4)
    const [, second] = await rowsOf(database)
    const forged = { ...second!, actor: 'b' }
    const [, hash] = expectedHashes([(await rowsOf(database))[0]!, forged])
    await tamper(`UPDATE audit_log SET actor = 'b', hash = '${hash}' WHERE id = 2`)
    expect((await check(database.url)).lines).toEqual([
      `audit: entry 3 is broken: its prev_hash is ${second!.hash}, and the hash of the entry before is ${hash}`,
    ])
  })

  test('shows what was taken away or put in', async () => {
    await record(4)
    const last = (await rowsOf(database))[3]!
    await tamper('DELETE FROM audit_log WHERE id = 4')
    const cut = await check(database.url)
    expect(cut).toMatchObject({ code: 1, lines: ['audit: entry 4 is missing: the head says that there are 4'] })
    await tamper('DELETE FROM audit_log WHERE id = 1')
    expect((await check(database.url)).lines).toEqual(['audit: entry 1 is missing: the next one is entry 2'])
    await tamper('DELETE FROM audit_log')
    expect((await check(database.url)).lines).toEqual(['audit: entry 1 is missing: the head says that there are 4'])
    await tamper(`UPDATE audit_head SET id = 0, hash = '${GENESIS}'`)
    await record(3)
    await database.query(
      `INSERT INTO audit_log (id, at, actor, action, subject, prev_hash, hash)
       VALUES (-1, now(), 'a', 'b', 'c', '', '')`,
    )
    expect((await check(database.url)).lines).toEqual(['audit: entry -1 is too many: ids begin with 1'])
    await tamper('DELETE FROM audit_log WHERE id < 0')
    await tamper('UPDATE audit_head SET id = 2, hash = (SELECT hash FROM audit_log WHERE id = 2)')
    expect((await check(database.url)).lines).toEqual(['audit: entry 3 is too many: the head says that there are 2'])
    await tamper(`UPDATE audit_head SET id = 3, hash = '${last.hash}'`)
    expect((await check(database.url)).lines).toEqual([
      expect.stringMatching(/^audit: the head is broken: it says [0-9a-f]{64}, and entry 3 has [0-9a-f]{64}$/),
    ])
    await tamper('DELETE FROM audit_head')
    expect((await check(database.url)).lines).toEqual(['audit: the head is missing'])
    await database.query('INSERT INTO audit_head DEFAULT VALUES')
  })

  test('is not asked for where there is none yet', async () => {
    const empty = await makeDatabase(engine)
    expect(await check(empty.url)).toEqual({
      code: 1,
      lines: ['this database has no audit log yet: npm run migrate makes it'],
      stderr: '',
    })
    await empty.drop()
  })
})

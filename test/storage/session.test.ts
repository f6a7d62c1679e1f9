import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Random } from '../../src/simulate/random.js'
import { type Database, openDatabase, type Session } from '../../src/storage/database.js'
import { ENGINES, makeDatabase, type TestDatabase } from '../support/engines.js'

describe.each(ENGINES)('statements that are given at once on $name', engine => {
  let database: TestDatabase
  let db: Database
  beforeAll(async () => {
    database = await makeDatabase(engine)
    db = openDatabase({
      connectionString: database.url,
      poolMax: 1,
      applicationName: 'session',
      statementTimeoutMs: 10_000,
      onError: () => undefined,
    })
    await db.rows('CREATE TABLE item (id int PRIMARY KEY, name text)')
  })
  afterAll(async () => {
    await db.close()
    await database.drop()
  })
  beforeEach(() => db.rows('TRUNCATE item'))

  const COPY = 'COPY item (id, name) FROM STDIN'
  const names = async (session: Session | Database = db) =>
    (await session.rows<{ name: string }>('SELECT name FROM item ORDER BY id')).map(({ name }) => name)
  const messages = async (work: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(work)).map(done => (done.status === 'rejected' ? (done.reason as Error).message : 'done'))

  test('run in their order, each on what the one before has left', async () => {
    const [, , counted, , seen] = await db.withSession(session =>
      Promise.all([
        session.rows('BEGIN'),
        session.copy(COPY, '1\tann\n2\tbob\n'),
        session.rows<{ n: number }>('SELECT count(*) AS n FROM item WHERE id > $1', [0]),
        session.rows(`UPDATE item SET name = $1 WHERE id = 1`, ['änn 🎲']),
        names(session),
        session.rows('COMMIT'),
      ]),
    )
    expect(counted).toEqual([{ n: 2 }])
    expect(seen).toEqual(['änn 🎲', 'bob'])
  })

  test('copy any number of rows, of none, and of bytes', async () => {
    const many = Array.from({ length: 50_000 }, (_, i) => `${i}\t${'ü'.repeat(20)}${i}\n`).join('')
    await db.withSession(session =>
      Promise.all([session.copy(COPY, many), session.copy(COPY, ''), session.copy(COPY, Buffer.from('-1\tfirst\n'))]),
    )
    const all = await names()
    expect([all.length, all[0], all.at(-1)]).toEqual([50_001, 'first', `${'ü'.repeat(20)}49999`])
  })

  test('behind one that fails tell what failed first, up to the end of its transaction', async () => {
    await db
      .withSession(async session => {
        const told = await messages([
          session.rows('BEGIN'),
          session.copy(COPY, '1\tann\n1\tagain\n'),
          session.copy(COPY, '2\tbob\n'),
          session.rows('SELECT 1'),
          session.rows('SELECT $1::int', [1]),
          session.rows('ROLLBACK'),
          session.rows('SELECT 1'),
          session.rows('SELECT nothing'),
        ])
        const duplicate = expect.stringMatching(/^duplicate key value/)
        expect(told).toEqual([
          'done',
          duplicate,
          duplicate,
          duplicate,
          duplicate,
          'done',
          'done',
          'column "nothing" does not exist',
        ])
      })
      .catch(() => undefined)
    expect(await names()).toEqual([])
  })

  test('tell it in whatever company', async () => {
    const random = new Random('session')
    await db.withSession(async session => {
      for (let round = 0; round < 200; round++) {
        const length = 2 + random.below(8)
        const failing = random.below(length)
        const begun = session.rows('BEGIN')
        const work = Array.from({ length }, (_, i) => {
          if (i === failing) return random.chance(0.5) ? session.rows('SELECT 1/0') : session.copy(COPY, 'x\ty\n')
          if (random.chance(0.4)) return session.copy(COPY, `${i}\tone\n`)
          return random.chance(0.5) ? session.rows('SELECT $1::int', [i]) : session.rows('SELECT 1; SELECT 2')
        })
        const told = await messages([begun, ...work, session.rows('ROLLBACK'), session.rows('SELECT 1')])
        const why = expect.stringMatching(/^(division by zero|invalid input syntax)/)
        expect(told).toEqual([...Array(failing + 1).fill('done'), ...Array(length - failing).fill(why), 'done', 'done'])
      }
    })
  })

  test('fail alone where a COPY is none, and what comes behind its rows is not mistaken for them', async () => {
    const told = await db.withSession(session =>
      messages([
        session.copy('COPY nowhere FROM STDIN', '1\tann\n'),
        session.copy(COPY, '2\tbob\n'),
        session.copy(COPY, 'x\ty\n'),
        session.rows('SELECT 1'),
      ]),
    )
    expect(told).toEqual([
      'relation "nowhere" does not exist',
      'done',
      expect.stringMatching(/^invalid input syntax for type integer/),
      'done',
    ])
    expect(await names()).toEqual(['bob'])
  })

  test('all fail when the connection is lost, and the next one has another', async () => {
    const told = await db.withSession(session =>
      messages([
        session.rows('SELECT pg_terminate_backend(pg_backend_pid())'),
        session.copy(COPY, '1\tann\n'),
        session.rows('SELECT 1'),
      ]),
    )
    expect(told).toHaveLength(3)
    expect(told).not.toContain('done')
    expect(await names()).toEqual([])
  })
})

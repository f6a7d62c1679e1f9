import { afterEach, describe, expect, test } from 'vitest'
import { Random } from '../../src/simulate/random.js'
import { checkBooks } from '../e2e/support/books.js'
import { Place } from '../e2e/support/place.js'
import { DatabaseProxy, type Loss } from '../e2e/support/proxy.js'
import { Sender } from '../e2e/support/sender.js'
import { savePolicies, Traffic } from '../e2e/support/traffic.js'
import { ENGINES, makeDatabase } from '../support/engines.js'
import { startNode } from '../support/server.js'

const ROUNDS = 25

describe.each(ENGINES)('what a batch does when the database fails it, on $name', engine => {
  const cleanup: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const clean of cleanup.splice(0).reverse()) await clean()
  })

  async function nodeBehindProxy(env: Record<string, string> = {}) {
    const database = await makeDatabase(engine)
    const proxy = await DatabaseProxy.before(database.url)
    const node = await startNode(proxy.url, env)
    cleanup.push(
      database.drop,
      () => proxy.close(),
      () => node.stop(),
    )
    return { database, proxy, node, client: node.client }
  }

  test.each<Loss>(['commit', 'answer'])(
    'the %s of a COMMIT is lost: each event counts once, and is accepted',
    async loss => {
      const { database, proxy, node, client } = await nodeBehindProxy()
      await savePolicies(client)
      const place = new Place()
      place.moveTo(node.url)
      const random = new Random(`${loss} ${engine.name}`)
      const senders = ['a', 'b'].map(name => new Sender(place, new Traffic(random, name), 60, name))
      for (let round = 0; round < ROUNDS; round++) {
        const lossesBefore = proxy.losses
        proxy.loseNext(loss)
        while (proxy.losses === lossesBefore) await senders[round % 2]!.acknowledge(60)
      }
      await Promise.all(senders.map(sender => sender.stop()))
      expect(proxy.losses).toBe(ROUNDS)
      expect(senders.flatMap(sender => sender.wrongAnswers)).toEqual([])
      expect(senders.reduce((sum, sender) => sum + sender.resends, 0)).toBe(0)
      const books = await checkBooks(database.query, new Set(senders.flatMap(sender => [...sender.acknowledged])))
      expect(books.entries).toBeGreaterThan(50)
    },
  )

  test('rejections are kept once, also when the answer of their COMMIT is lost', async () => {
    const { database, proxy, client } = await nodeBehindProxy()
    for (let round = 0; round < 5; round++) {
      proxy.loseNext('answer')
      const answer = await client.send([`not JSON ${round}`, { player_id: 'p', event_type: 'bet' }])
      expect(answer.rejectedCount).toBe(2)
    }
    expect(await database.query('SELECT count(*)::int AS n FROM rejected_event')).toEqual([{ n: 10 }])
    const { streamHealth } = await client.data<{ streamHealth: { rejected: number } }>('{ streamHealth { rejected } }')
    expect(streamHealth.rejected).toBe(10)
  })

  const bets = (count: number, player: (i: number) => string, prefix = 'e') =>
    Array.from({ length: count }, (_, i) => ({
      player_id: player(i),
      event_id: `${prefix}${i}`,
      event_type: 'bet',
      amount: i,
      timestamp: '2026-01-01T12:00:00Z',
    }))

  test('an event that the database refuses is rejected alone, whatever it came with', async () => {
    const { database, client } = await nodeBehindProxy({ INGEST_BATCH_WAIT_MS: '20' })
    await savePolicies(client)
    // Makes the partition, which the constraint is then added to.
    await client.send(bets(1, () => 'first', 'first'))
    await database.query("ALTER TABLE player_event ADD CONSTRAINT no_cursed CHECK (player_id NOT LIKE 'cursed%')")
    const sent = bets(300, i => (i % 100 === 37 ? `cursed${i}` : `p${i % 50}`))
    const other = bets(50, i => `other${i}`, 'other')
    const [answer, others] = await Promise.all([client.send(sent), client.send(other, '/events?stream=other')])
    expect(answer).toMatchObject({ accepted: 297, duplicates: 0, rejectedCount: 3 })
    expect(answer.rejected.map(({ index, event_id, code }) => ({ index, event_id, code }))).toEqual(
      [37, 137, 237].map(index => ({ index, event_id: `e${index}`, code: 'REFUSED_BY_DATABASE' })),
    )
    expect(others).toMatchObject({ accepted: 50, rejectedCount: 0 })
    await checkBooks(database.query, new Set())
    expect(await database.query('SELECT event_id, code FROM rejected_event ORDER BY index')).toEqual(
      answer.rejected.map(({ event_id, code }) => ({ event_id, code })),
    )
  })

  test('a rejection that the database refuses does not keep the others from being answered', async () => {
    const { database, client } = await nodeBehindProxy()
    await database.query("ALTER TABLE rejected_event ADD CONSTRAINT no_cursed CHECK (raw NOT LIKE '%cursed%')")
    const answer = await client.send(['cursed', 'plain', ...bets(3, () => 'p')])
    expect(answer).toMatchObject({ accepted: 3, rejectedCount: 2 })
    expect(await database.query('SELECT raw FROM rejected_event')).toEqual([{ raw: 'plain' }])
  })

  test('a deadlock and a serialization failure are tried again, unseen by the caller', async () => {
    const { database, client } = await nodeBehindProxy()
    await database.query(`CREATE SEQUENCE tries`)
    await database.query(`CREATE FUNCTION fail_twice() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE try bigint := nextval('tries');
      BEGIN
        IF try = 1 THEN RAISE EXCEPTION 'first' USING ERRCODE = 'deadlock_detected'; END IF;
        IF try = 2 THEN RAISE EXCEPTION 'second' USING ERRCODE = 'serialization_failure'; END IF;
        RETURN NULL;
      END $$`)
    await database.query(
      'CREATE TRIGGER fail AFTER INSERT ON player_pane FOR EACH STATEMENT EXECUTE FUNCTION fail_twice()',
    )
    expect(await client.send(bets(20, () => 'p'))).toMatchObject({ accepted: 20, duplicates: 0, rejectedCount: 0 })
    expect(await database.query('SELECT last_value::int AS tries FROM tries')).toEqual([{ tries: 3 }])
    await checkBooks(database.query, new Set(bets(20, () => 'p').map(bet => bet.event_id)))
  })

  test('a thousand streams, and not one more, also when two nodes meet new ones at once', async () => {
    const { database, client } = await nodeBehindProxy()
    const second = await startNode(database.url)
    cleanup.push(() => second.stop())
    await database.query("INSERT INTO stream (name) SELECT 's' || n FROM generate_series(1, 995) n")
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        [client, second.client][i % 2]!.post(`/events?stream=new${i}`, JSON.stringify(bets(1, () => `p${i}`)[0])),
      ),
    )
    expect(answers.filter(answer => answer.status === 200).length).toBe(5)
    const refused = answers.filter(answer => answer.status === 400)
    expect(refused.length).toBe(5)
    expect((await refused[0]!.json()) as object).toMatchObject({ error: { code: 'BAD_USER_INPUT', field: 'stream' } })
    expect(await database.query('SELECT count(*)::int AS n FROM stream')).toEqual([{ n: 1_000 }])
    expect((await client.post('/events?stream=s7', JSON.stringify(bets(1, () => 'x')[0]))).status).toBe(200)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Feed } from '../../src/feed/feed.js'
import { appendToFeed } from '../../src/feed/feed.store.js'
import type { FeedItem } from '../../src/feed/subscription.js'
import { type Database, openDatabase } from '../../src/storage/database.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

describe.each(ENGINES)('what other nodes commit, on $name', engine => {
  let installation: TestInstallation
  let db: Database
  beforeAll(async () => {
    installation = await install(engine)
    db = openDatabase({
      connectionString: installation.database.url,
      poolMax: 2,
      applicationName: 'test',
      statementTimeoutMs: 0,
      onError: () => undefined,
    })
  })
  afterAll(async () => {
    await db.close()
    await installation.close()
  })

  const append = (topics: readonly string[]) =>
    db.transaction(session => appendToFeed(session, topics, Date.UTC(2026, 0, 1)))

  /** Its items are their ids. `reads`: how many of them were read, by topic. */
  async function makeFeed(queueMax: number) {
    const reads = new Map<string, number>()
    const published = new Map<string, number>()
    const errors: Error[] = []
    let position = 0
    const feed = new Feed(db, {
      subscriberQueueMax: queueMax,
      onPublished: (topic, items, at) => {
        expect(at).toBeGreaterThanOrEqual(position)
        position = at
        published.set(topic, (published.get(topic) ?? 0) + items)
      },
      onSlowConsumer: () => undefined,
      onError: error => errors.push(error),
    })
    for (const topic of ['a', 'b']) {
      feed.registerTopic<number>(topic, async (after, upTo, limit) => {
        const rows = await db.rows<{ id: number }>(
          'SELECT id FROM feed WHERE topic = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4',
          [topic, after, upTo, limit],
        )
        reads.set(topic, (reads.get(topic) ?? 0) + rows.length)
        return rows.map(({ id }): FeedItem<number> => ({ id, topic, payload: id }))
      })
    }
    await feed.start()
    const reached = async (id: number) => {
      for (
        const until = performance.now() + 30_000;
        position < id;
        await new Promise(resolve => setImmediate(resolve))
      ) {
        if (performance.now() > until) throw new Error(`the feed stays at ${position}: ${errors}`)
      }
    }
    return { feed, reads, published, reached }
  }

  test('is counted where nobody follows it, and read where somebody does', async () => {
    const { feed, reads, published, reached } = await makeFeed(40)
    const first = await append(Array.from({ length: 30_000 }, (_, n) => (n % 100 === 0 ? 'b' : 'a')))
    const follower = await feed.subscribe<number>('b', null, () => true)
    feed.told(first + 29_999)
    const followed: number[] = []
    for (let n = 0; n < 300; n++) followed.push((await follower.next()).value)
    expect(followed).toEqual(Array.from({ length: 300 }, (_, n) => first + 100 * n))
    await reached(first + 29_999)
    expect([...published].toSorted()).toEqual([
      ['a', 29_700],
      ['b', 300],
    ])
    expect([...reads]).toEqual([['b', 300]])
    feed.close()
  })

  test('comes without a gap to who begins to follow while it is counted', async () => {
    const { feed, published, reached } = await makeFeed(1_000)
    const first = await append(Array<string>(800).fill('a'))
    feed.told(first + 399)
    const follower = await feed.subscribe<number>('a', null, () => true)
    feed.told(first + 799)
    await reached(first + 799)
    for (let n = 0; n < 800; n++) expect((await follower.next()).value).toBe(first + n)
    expect(published.get('a')).toBe(800)
    feed.close()
  })

  test('takes turns with what the node commits itself', async () => {
    const { feed, published, reached } = await makeFeed(1_000)
    const follower = await feed.subscribe<number>('a', null, () => true)
    const ids: number[] = []
    for (let n = 0; n < 60; n++) {
      const first = await append(['a', 'b', 'a'])
      const own = [0, 1, 2].map(k => ({ id: first + k, topic: k === 1 ? 'b' : 'a', payload: first + k }))
      ids.push(first, first + 2)
      feed.told(first + 2)
      if (n % 3 > 0) setImmediate(() => feed.committed(own))
    }
    await reached(ids.at(-1)!)
    for (const id of ids) expect((await follower.next()).value).toBe(id)
    expect([...published].toSorted()).toEqual([
      ['a', 120],
      ['b', 60],
    ])
    feed.close()
  })
})

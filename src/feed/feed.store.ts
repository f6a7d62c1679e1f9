import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { textArray } from '../storage/sql-text.js'

export const FEED_CHANNEL = 'tidemark_feed'

/** Nobody holds the head of the feed for more: effects of others wait behind it. */
export const EFFECTS_A_COMMIT_MAX = 5_000

export async function feedHead(db: Queryable): Promise<{ id: number; epoch: string }> {
  const [head] = await db.rows<{ id: number; epoch: string }>('/* feedHead */ SELECT id, epoch FROM feed_head')
  return head!
}

/** What lies behind an id, oldest first: ids have no holes, and what is committed up to one stays so. */
export const readFeed = (db: Queryable, after: number, limit: number): Promise<{ id: number; topic: string }[]> =>
  db.rows('/* readFeed */ SELECT id, topic FROM feed WHERE id > $1 ORDER BY id LIMIT $2', [after, limit])

export interface TopicCount {
  readonly topic: string
  readonly items: number
}

/** How many items of each topic lie behind an id, up to and with another one. */
export const countFeed = (db: Queryable, after: number, upTo: number): Promise<TopicCount[]> =>
  db.rows('/* countFeed */ SELECT topic, count(*) AS items FROM feed WHERE id > $1 AND id <= $2 GROUP BY topic', [
    after,
    upTo,
  ])

/**
 * Takes the next ids, one a topic in the order given, and returns the first. The lock on the head is held until the
 * transaction ends, so nothing slow may follow.
 */
export async function appendToFeed(session: Queryable, topics: readonly string[], at: Millis): Promise<number> {
  const [row] = await session.rows<{ first: number }>(
    `/* appendToFeed */
     WITH head AS (UPDATE feed_head SET id = id + cardinality($1::text[]) RETURNING id - cardinality($1::text[]) AS before),
     item AS (
       INSERT INTO feed (id, topic, created_at)
       SELECT head.before + t.ord, t.topic, $2::timestamptz FROM head, unnest($1::text[]) WITH ORDINALITY AS t(topic, ord))
     SELECT before + 1 AS first FROM head`,
    [textArray(topics), formatInstant(at)],
  )
  return row!.first
}

/** Commits, and tells every node how far the feed has come. */
export const commitAndTell = (session: Queryable, headId: number) =>
  session.rows(`/* commitAndTell */ SELECT pg_notify('${FEED_CHANNEL}', '${headId}'); COMMIT`)

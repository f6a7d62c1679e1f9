import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

const LOOK_EVERY_MS = 20

/** Connections of batches, by the name that the server gives them. */
const WRITERS = 'tidemark writer'
const LONGEST = `
  SELECT coalesce(extract(epoch FROM max(clock_timestamp() - waitstart)) * 1000, 0)::float8 AS ms
  FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE NOT granted AND application_name = $1 AND datname = current_database()`

export interface LockWaits<T> {
  readonly result: T
  /** The longest that a batch has waited for one lock, as far as looks so many milliseconds apart see it. */
  readonly longestMs: number
}

/** Looks at the locks that ingest waits for during the work, on a connection of its own. */
export async function watchLocks<T>(databaseUrl: string, work: () => Promise<T>): Promise<LockWaits<T>> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'tidemark bench' })
  await client.connect()
  let over = false
  let longestMs = 0
  const watching = (async () => {
    for (; !over; await pause(LOOK_EVERY_MS)) {
      const { rows } = await client.query<{ ms: number }>(LONGEST, [WRITERS])
      longestMs = Math.max(longestMs, rows[0]!.ms)
    }
  })()
  // What fails while the work is under way is thrown behind it.
  watching.catch(() => undefined)
  try {
    const result = await work()
    over = true
    await watching
    return { result, longestMs }
  } finally {
    over = true
    await client.end()
  }
}

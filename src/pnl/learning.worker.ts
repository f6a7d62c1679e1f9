import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from '../storage/database.js'
import { learnOutcomes } from './learn-outcomes.js'
import type { LearningOrder } from './learning-thread.js'

/** The body of a learning thread: one order, one answer. */
const LOW_PRIORITY = 10

const { connectionString, statementTimeoutMs } = workerData as LearningOrder
// On Linux it is this thread's priority alone, elsewhere that of the whole node: ingest comes before learning.
if (process.platform === 'linux') setPriority(LOW_PRIORITY)
const db = openDatabase({
  connectionString,
  poolMax: 1,
  applicationName: 'tidemark learning',
  statementTimeoutMs,
  // A connection that is lost while it is idle fails the next statement.
  onError: () => undefined,
})
try {
  parentPort!.postMessage(await learnOutcomes(db))
} finally {
  await db.close()
}

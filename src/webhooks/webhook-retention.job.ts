import { type Clock, DAY_MS, MINUTE_MS } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { removeDeliveries } from './delivery.store.js'

const KEPT = [
  { status: 'DELIVERED', forMs: 7 * DAY_MS },
  { status: 'DEAD', forMs: 30 * DAY_MS },
] as const
const CHUNK = 1_000
/** Of each status, a run. */
const CHUNKS_MAX = 100

/** Deliveries that have ended are looked at for some days, then they go. */
export const webhookRetentionJob = (db: Database, clock: Clock) => ({
  name: 'webhook-retention',
  everyMs: MINUTE_MS,
  async run() {
    for (const { status, forMs } of KEPT) {
      for (let chunks = 0; chunks < CHUNKS_MAX; chunks++) {
        if ((await removeDeliveries(db, status, clock() - forMs, CHUNK)) < CHUNK) break
      }
    }
  },
})

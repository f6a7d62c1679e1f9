import { SECOND_MS } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { BackfillVipPolicy } from './backfill-vip-policy.js'
import { policiesToBackfill } from './vip-policy.store.js'

/** Finishes backfills whose node was killed between the change of the policy and the last entry. */
export const vipBackfillJob = (db: Database, backfill: BackfillVipPolicy) => ({
  name: 'vip-backfill',
  everyMs: 5 * SECOND_MS,
  async run() {
    for (const policy of await policiesToBackfill(db)) await backfill.run(policy)
  },
})

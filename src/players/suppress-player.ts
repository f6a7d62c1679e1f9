import { setTimeout as pause } from 'node:timers/promises'
import type { Audit } from '../audit/audit.js'
import { AppError } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database, Queryable } from '../storage/database.js'
import { auditedSuppression, checkPlayerId, checkReason, checkUntil, type SuppressionDraft } from './suppression.js'
import {
  findSuppression,
  isKnown,
  liftSuppression,
  lockAgainstBatches,
  lockAgainstSending,
  makeKnown,
  saveSuppression,
  tryLockAgainstSending,
} from './suppression.store.js'

/** In a round it stands in the way of others for QUEUE_MS, then lets them pass while it tries again and again. */
const QUEUE_MS = 100
const TRIES_A_ROUND = 10
const TRY_EVERY_MS = 10
/** Then it waits its turn, whoever has to wait behind it. */
const ROUNDS_MAX = 100

/**
 * One request may take as long as an endpoint is silent, and all that is sent to the shard would wait behind a suppression
 * that waits for it. Short waits win against any number of requests that are answered soon, tries against a silent one.
 */
async function waitForSending(session: Queryable, playerId: string): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (await lockAgainstSending(session, playerId, QUEUE_MS)) return
    for (let tries = 0; tries < TRIES_A_ROUND; tries++) {
      if (await tryLockAgainstSending(session, playerId)) return
      await pause(TRY_EVERY_MS)
    }
  }
  if (!(await lockAgainstSending(session, playerId))) throw new AppError('TIMEOUT', 'requests to endpoints do not end')
}

/**
 * The interlock: whatever would leave the system for a player is decided under the lock of the player's shard, or sent
 * under the lock that holds sending. A suppression takes both, so a batch or a request under way is either over before
 * it commits, or sees it.
 */
export class SuppressPlayer {
  constructor(
    private readonly db: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Also of a player who was never seen, and who becomes known by it. One in force gets the new reason and end. */
  async suppress(draft: SuppressionDraft, by: string): Promise<void> {
    checkPlayerId(draft.playerId)
    checkReason(draft.reason)
    checkUntil(draft.until, this.clock())
    await this.db.transaction(async session => {
      // In this order: a request to somebody's server may take seconds, and ingest must not wait for it.
      await waitForSending(session, draft.playerId)
      await lockAgainstBatches(session, draft.playerId)
      await makeKnown(session, draft.playerId)
      const now = this.clock()
      const before = await findSuppression(session, draft.playerId, now)
      const after = await saveSuppression(session, draft, by, now)
      const change = { actor: by, action: 'suppressPlayer', subject: `player:${draft.playerId}` }
      await this.audit.record(session, [
        { ...change, before: auditedSuppression(before), after: auditedSuppression(after) },
      ])
    })
  }

  /** What was withheld stays so. */
  async lift(playerId: string, reason: string, by: string): Promise<void> {
    checkPlayerId(playerId)
    checkReason(reason)
    await this.db.transaction(async session => {
      await lockAgainstBatches(session, playerId)
      const now = this.clock()
      const before = await findSuppression(session, playerId, now)
      if (!(await liftSuppression(session, playerId, reason, by, now))) {
        if (await isKnown(session, playerId)) throw new AppError('CONFLICT', 'the player is not suppressed')
        throw new AppError('NOT_FOUND', 'there is no player of this id')
      }
      const change = { actor: by, action: 'liftSuppression', subject: `player:${playerId}` }
      const after = { ...auditedSuppression(null), reason }
      await this.audit.record(session, [{ ...change, before: auditedSuppression(before), after }])
    })
  }
}

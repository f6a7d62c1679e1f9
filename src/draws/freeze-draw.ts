import type { Audit } from '../audit/audit.js'
import type { Clock, Millis } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { sharedRules } from '../storage/rules-lock.js'
import {
  allowLongReads,
  excludePlayers,
  type FrozenCounts,
  insertEntryPage,
  markFrozen,
  settleAccounts,
} from './close.store.js'
import { readSecrets } from './draw.store.js'
import type { SecretBox } from './draw-key.js'
import type { FrozenEntries } from './entrants.js'
import { pagesOf } from './entry-pages.js'
import { readEntrants } from './read-entrants.js'
import { pseudonymKeyLabel, type StoredDraw } from './stored-draw.js'

/** Ids of players who are suppressed at a time, behind one, ascending, so many of them. */
export type SuppressedBehind = (session: Queryable, afterId: string, limit: number, at: Millis) => Promise<string[]>

const SUPPRESSED_A_PAGE = 5_000
/** Who acts where nobody does. */
export const SYSTEM = 'system'

/**
 * Fixes what a closed draw is drawn from: everybody's tickets, without the players who are suppressed now, under names
 * that tell nobody who they are. In one transaction: where it is interrupted, nothing of it was there.
 */
export class FreezeDraw {
  constructor(
    private readonly suppressedBehind: SuppressedBehind,
    private readonly audit: Audit,
    private readonly box: SecretBox,
    private readonly clock: Clock,
  ) {}

  /** Null when the draw was cancelled meanwhile. */
  async run(session: Session, draw: StoredDraw, signal: AbortSignal): Promise<FrozenEntries | null> {
    const { sealedPseudonymKey } = await readSecrets(session, draw.id)
    const pseudonymKey = this.box.open(sealedPseudonymKey, pseudonymKeyLabel(draw.id))
    await session.rows('BEGIN')
    try {
      await allowLongReads(session)
      await settleAccounts(session, draw)
      const excluded = await this.exclude(session, draw)
      const frozen = await readEntrants(session, draw.number, pseudonymKey, signal)
      const stands = await this.save(session, draw, frozen, excluded)
      await session.rows(stands ? 'COMMIT' : 'ROLLBACK')
      return stands ? frozen : null
    } catch (error) {
      await session.rows('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  private async exclude(session: Session, draw: StoredDraw): Promise<number> {
    const at = this.clock()
    let excluded = 0
    for (let after = ''; ; ) {
      const suppressed = await this.suppressedBehind(session, after, SUPPRESSED_A_PAGE, at)
      if (suppressed.length > 0) excluded += await excludePlayers(session, draw.number, suppressed)
      if (suppressed.length < SUPPRESSED_A_PAGE) return excluded
      after = suppressed.at(-1)!
    }
  }

  private async save(session: Session, draw: StoredDraw, frozen: FrozenEntries, excluded: number): Promise<boolean> {
    const { entries, entriesHash } = frozen
    for (const page of pagesOf(entries)) await insertEntryPage(session, draw.number, page)
    const counts: FrozenCounts = { entriesHash, entries: entries.size, tickets: entries.ticketsTotal, excluded }
    // A cancellation holds the rules exclusively: it comes before the entries are frozen, or sees that they are.
    await sharedRules(session)
    if (!(await markFrozen(session, draw.number, counts))) return false
    const subject = `draw:${draw.id}`
    await this.audit.record(session, [{ actor: SYSTEM, action: 'freezeDraw', subject, before: null, after: counts }])
    return true
  }
}

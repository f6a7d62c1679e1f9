import { type Clock, formatInstant } from '../kernel/time.js'
import { type Audit, type AuditDraft, type AuditSession, chain } from './audit.js'
import { appendEntries, lockHead } from './audit.store.js'

/** Adds entries to the log, in two statements however many they are. */
export class AuditTrail implements Audit {
  constructor(private readonly clock: Clock) {}

  async record(session: AuditSession, drafts: readonly AuditDraft[]): Promise<void> {
    if (drafts.length === 0) return
    const head = await lockHead(session)
    await appendEntries(session, chain(head, drafts, formatInstant(this.clock())))
  }
}

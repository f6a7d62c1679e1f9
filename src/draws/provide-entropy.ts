import type { Audit } from '../audit/audit.js'
import type { Clock } from '../kernel/time.js'
import type { Database, Session } from '../storage/database.js'
import { sharedRules } from '../storage/rules-lock.js'
import type { AdvanceDraw } from './advance-draw.js'
import { lockDrawRow, saveEntropy } from './close.store.js'
import { auditedDraw } from './draw-audit.js'
import { checkEntropy } from './draw-status.js'
import { advanced, present } from './execute-draw.js'
import type { StoredDraw } from './stored-draw.js'

/** Takes the public randomness that a draw's label names, once its entries are frozen; the draw is made of it. */
export class ProvideEntropy {
  constructor(
    private readonly db: Database,
    private readonly advance: AdvanceDraw,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The draw as it is when it has been made, or after a while. Throws BAD_USER_INPUT, NOT_FOUND or CONFLICT. */
  async provide(drawId: string, value: string, by: string): Promise<StoredDraw> {
    await this.db.transaction(session => this.save(session, drawId, value, by))
    return advanced(this.db, this.advance, drawId)
  }

  private async save(session: Session, drawId: string, value: string, by: string): Promise<void> {
    // A cancellation holds the rules exclusively: it comes first, or sees this. Another value waits for the row.
    await sharedRules(session)
    await lockDrawRow(session, drawId)
    const before = await present(session, drawId)
    const at = this.clock()
    if (!checkEntropy(before, value, at)) return
    await saveEntropy(session, drawId, value)
    const entry = {
      actor: by,
      action: 'provideDrawEntropy',
      subject: `draw:${drawId}`,
      before: auditedDraw(before, at),
    }
    await this.audit.record(session, [{ ...entry, after: auditedDraw(await present(session, drawId), at) }])
  }
}

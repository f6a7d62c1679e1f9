import { setTimeout as pause } from 'node:timers/promises'
import type { Audit } from '../audit/audit.js'
import { AppError } from '../kernel/errors.js'
import { type Clock, SECOND_MS } from '../kernel/time.js'
import type { Database, Session } from '../storage/database.js'
import { sharedRules } from '../storage/rules-lock.js'
import type { AdvanceDraw } from './advance-draw.js'
import { lockDrawRow, markExecuted } from './close.store.js'
import { findDraw } from './draw.store.js'
import { auditedDraw } from './draw-audit.js'
import { checkExecutable } from './draw-status.js'
import type { StoredDraw } from './stored-draw.js'

/** A draw that takes longer goes on behind the answer. */
export const ANSWER_WITHIN_MS = 10 * SECOND_MS

/** Sets a draw on its way by hand. */
export class ExecuteDraw {
  constructor(
    private readonly db: Database,
    private readonly advance: AdvanceDraw,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The draw as it is when it goes no further, or after a while. Throws NOT_FOUND or CONFLICT. */
  async execute(id: string, force: boolean, by: string): Promise<StoredDraw> {
    await this.db.transaction(session => this.mark(session, id, force, by))
    return advanced(this.db, this.advance, id)
  }

  private async mark(session: Session, id: string, force: boolean, by: string): Promise<void> {
    // A cancellation holds the rules exclusively: it comes first, or sees this.
    await sharedRules(session)
    await lockDrawRow(session, id)
    const draw = await present(session, id)
    if (!checkExecutable(draw, force, this.clock())) return
    if (draw.executedAt !== null && (draw.forced || !force)) return
    await markExecuted(session, id, force, this.clock())
    const subject = `draw:${id}`
    const at = this.clock()
    const before = { ...auditedDraw(draw, at), forced: draw.forced }
    const after = { ...auditedDraw(await present(session, id), at), forced: draw.forced || force }
    await this.audit.record(session, [{ actor: by, action: 'executeDraw', subject, before, after }])
  }
}

/** What has become of a draw that something was done for, as far as it has come by then. */
export async function advanced(db: Database, advance: AdvanceDraw, id: string): Promise<StoredDraw> {
  await Promise.race([advance.start(id), pause(ANSWER_WITHIN_MS, undefined, { ref: false })])
  return present(db, id)
}

export async function present(db: Pick<Database, 'rows'>, id: string): Promise<StoredDraw> {
  const draw = await findDraw(db, id)
  if (draw === null) throw new AppError('NOT_FOUND', `there is no draw ${id}`)
  return draw
}

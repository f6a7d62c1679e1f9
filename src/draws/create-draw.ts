import type { Audit } from '../audit/audit.js'
import { AppError, badInput } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database, Session } from '../storage/database.js'
import { exclusiveRules } from '../storage/rules-lock.js'
import { checkDraw, checkText, type DrawDraft, rulesOf } from './draw.js'
import { countUnfinished, findDraw, insertDraw, markCancelled, replaceRules } from './draw.store.js'
import { auditedDraw } from './draw-audit.js'
import { PSEUDONYM_KEY_BYTES } from './draw-entries.js'
import type { SecretBox } from './draw-key.js'
import { checkCancellable, checkUpdatable } from './draw-status.js'
import { pseudonymKeyLabel, type SealedSecrets, type StoredDraw, seedLabel } from './stored-draw.js'
import { SEED_BYTES, seedHashOf } from './ticket-value.js'

/** Each batch asks of each event whether it is a stake of each of these. */
export const UNFINISHED_MAX = 200
/** One event may reach all of them, and its effects must fit into one commit. */
export const UNFINISHED_MILESTONES_MAX = 1_000
const REASON_MAX = 500

/** Makes, changes and cancels draws. Batches that begin afterwards, on any node, go by what is then. */
export class CreateDraw {
  constructor(
    private readonly db: Database,
    private readonly audit: Audit,
    private readonly box: SecretBox,
    private readonly random: (bytes: number) => Buffer,
    private readonly clock: Clock,
  ) {}

  /** Throws BAD_USER_INPUT, or CONFLICT where there is one of this id. */
  async create(draft: DrawDraft, by: string): Promise<StoredDraw> {
    checkDraw(draft)
    const secrets = this.secretsOf(draft.id)
    return this.change(async session => {
      if ((await findDraw(session, draft.id)) !== null) {
        throw new AppError('CONFLICT', `there is a draw ${draft.id} already: updateDraw changes it before it opens`)
      }
      await this.checkRoom(session, draft)
      await insertDraw(session, rulesOf(draft), secrets, by, this.clock())
      return this.audited(session, 'createDraw', null, draft.id, by)
    })
  }

  /** Before it opens; the seed stays. Throws BAD_USER_INPUT, NOT_FOUND or CONFLICT. */
  async update(draft: DrawDraft, by: string): Promise<StoredDraw> {
    checkDraw(draft)
    return this.change(async session => {
      const before = await present(session, draft.id)
      checkUpdatable(before, this.clock())
      await this.checkRoom(session, draft)
      await replaceRules(session, rulesOf(draft))
      return this.audited(session, 'updateDraw', before, draft.id, by)
    })
  }

  /** Throws BAD_USER_INPUT, NOT_FOUND or CONFLICT. */
  async cancel(id: string, reason: string, by: string): Promise<StoredDraw> {
    checkText('reason', reason, REASON_MAX)
    return this.change(async session => {
      const before = await present(session, id)
      checkCancellable(before, this.clock())
      await markCancelled(session, id, reason, this.clock())
      return this.audited(session, 'cancelDraw', before, id, by)
    })
  }

  private async checkRoom(session: Session, { id, milestones }: DrawDraft): Promise<void> {
    const beside = await countUnfinished(session, id)
    if (beside.draws >= UNFINISHED_MAX) {
      throw badInput('id', `is new, and there are ${UNFINISHED_MAX} draws that are not finished`, id)
    }
    if (beside.milestones + milestones.length > UNFINISHED_MILESTONES_MAX) {
      throw badInput(
        'milestones',
        `may be ${UNFINISHED_MILESTONES_MAX} of all draws that are not finished, the others have ${beside.milestones}`,
        milestones.length,
      )
    }
  }

  private change<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.db.transaction(async session => {
      await exclusiveRules(session)
      return work(session)
    })
  }

  private async audited(session: Session, action: string, before: StoredDraw | null, id: string, by: string) {
    const after = await present(session, id)
    const subject = `draw:${id}`
    const at = this.clock()
    const shown = (draw: StoredDraw) => auditedDraw(draw, at)
    await this.audit.record(session, [
      { actor: by, action, subject, before: before && shown(before), after: shown(after) },
    ])
    return after
  }

  private secretsOf(id: string): SealedSecrets {
    const seed = this.random(SEED_BYTES)
    return {
      seedHash: seedHashOf(seed),
      sealedSeed: this.box.seal(seed, seedLabel(id)),
      sealedPseudonymKey: this.box.seal(this.random(PSEUDONYM_KEY_BYTES), pseudonymKeyLabel(id)),
    }
  }
}

async function present(session: Session, id: string): Promise<StoredDraw> {
  const draw = await findDraw(session, id)
  if (draw === null) throw new AppError('NOT_FOUND', `there is no draw ${id}`)
  return draw
}

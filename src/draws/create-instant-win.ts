import type { Audit } from '../audit/audit.js'
import { AppError, badInput } from '../kernel/errors.js'
import { type Clock, formatInstant } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { ranked } from './draw.js'
import { auditedPrize } from './draw-audit.js'
import type { SecretBox } from './draw-key.js'
import { checkInstantWin, INSTANT_WINS_MAX, type InstantWin, type InstantWinDraft, seedLabelOf } from './instant-win.js'
import { countInstantWins, insertInstantWin, lockInstantWins } from './instant-win.store.js'
import { SEED_BYTES, seedHashOf } from './ticket-value.js'

/** The seed is drawn here, sealed, and forgotten: what is committed to is told at once, the rest at the end. */
export class CreateInstantWin {
  constructor(
    private readonly db: Database,
    private readonly secrets: SecretBox,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly randomBytes: (bytes: number) => Buffer,
  ) {}

  async create(draft: InstantWinDraft, by: string): Promise<InstantWin> {
    const now = this.clock()
    checkInstantWin(draft, now)
    const seed = this.randomBytes(SEED_BYTES)
    const sealedSeed = this.secrets.seal(seed, seedLabelOf(draft.id))
    const win = { ...draft, ...ranked(draft), seedHash: seedHashOf(seed), sealedSeed, played: 0 }
    await this.db.transaction(async session => {
      await lockInstantWins(session)
      if ((await countInstantWins(session)) >= INSTANT_WINS_MAX) {
        throw badInput('id', `is new, and there are ${INSTANT_WINS_MAX} instant wins already`, draft.id)
      }
      if (!(await insertInstantWin(session, win, by, now))) {
        throw new AppError('CONFLICT', `there is an instant win ${draft.id} already`)
      }
      await this.audit.record(session, [
        { actor: by, action: 'createInstantWin', subject: `instantWin:${win.id}`, before: null, after: audited(win) },
      ])
    })
    return win
  }
}

const audited = ({ id, name, startsAt, endsAt, seedHash, prizes, defaultPrize }: InstantWin) => ({
  id,
  name,
  startsAt: formatInstant(startsAt),
  endsAt: formatInstant(endsAt),
  seedHash,
  prizes: prizes.map(auditedPrize),
  defaultPrize: defaultPrize && auditedPrize(defaultPrize),
})

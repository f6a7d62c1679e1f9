import { AppError } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database, Session } from '../storage/database.js'
import { exclusiveRules } from '../storage/rules-lock.js'
import { type Campaign, type CampaignDraft, checkCampaign } from './campaign.js'
import { countCampaigns, findCampaign, readStandings, saveCampaign, saveCampaigns } from './campaign.store.js'
import { boundReached, CampaignBounds } from './campaign-bounds.js'
import { checkFilter } from './check-filter.js'

/** Who the system is among those who save. */
export const SYSTEM = 'system'

/**
 * Makes a campaign's next version. Every batch that begins afterwards, on any node, judges by it: the rules are held
 * exclusively for the change, so an event is judged by exactly one version.
 */
export class SaveCampaign {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  async save(draft: CampaignDraft, expectedVersion: number | null, by: string): Promise<Campaign> {
    checkCampaign(draft)
    checkFilter(draft.filter)
    return this.change(session => this.saveLocked(session, draft, expectedVersion, by))
  }

  /**
   * All in one change of the rules, each of another id; they have been checked. What is refused for a bound stands for its
   * campaign, and stops no other. So many statements whatever their number: batches wait meanwhile.
   */
  saveAll(drafts: readonly CampaignDraft[], by: string): Promise<(Campaign | AppError)[]> {
    return this.change(async session => {
      const bounds = new CampaignBounds(await readStandings(session))
      const refusals = drafts.map(draft => bounds.refusal(draft))
      const fitting = drafts.filter((_, i) => refusals[i] === null)
      const saved = await saveCampaigns(session, fitting, by, this.clock())
      let next = 0
      return refusals.map(refusal => refusal ?? saved[next++]!)
    })
  }

  /** Makes no version where nothing changes. */
  async setEnabled(id: string, enabled: boolean, by: string): Promise<Campaign> {
    return this.change(async session => {
      const present = await findCampaign(session, id)
      if (present === null) throw new AppError('NOT_FOUND', `there is no campaign ${id}`)
      if (present.enabled === enabled) return present
      if (enabled) checkFilter(present.filter)
      return this.saveLocked(session, { ...present, enabled, disabledReason: null }, null, by)
    })
  }

  /** Null when another version stands by now: what was seen of this one says nothing of that. */
  switchOff({ id, version }: Campaign, reason: string): Promise<Campaign | null> {
    return this.change(async session => {
      const present = await findCampaign(session, id)
      if (present === null || present.version !== version || !present.enabled) return null
      return saveCampaign(session, { ...present, enabled: false, disabledReason: reason }, SYSTEM, this.clock())
    })
  }

  private change<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.db.transaction(async session => {
      await exclusiveRules(session)
      return work(session)
    })
  }

  private async saveLocked(session: Session, draft: CampaignDraft, expectedVersion: number | null, by: string) {
    const present = await findCampaign(session, draft.id)
    checkVersion(present?.version ?? 0, expectedVersion)
    const { all, livePair } = await countCampaigns(session, draft)
    const refusal = boundReached(draft, present === null, all, livePair)
    if (refusal !== null) throw refusal
    return saveCampaign(session, draft, by, this.clock())
  }
}

function checkVersion(present: number, expected: number | null): void {
  if (expected === null || expected === present) return
  throw new AppError('CONFLICT', `expectedVersion is ${expected}, and the campaign has version ${present}`)
}

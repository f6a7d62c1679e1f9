import type { Audit } from '../audit/audit.js'
import { AppError } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database, Session } from '../storage/database.js'
import { exclusiveRules } from '../storage/rules-lock.js'
import { auditedChanges } from './audited-campaign.js'
import { type Campaign, type CampaignDraft, checkCampaign } from './campaign.js'
import {
  countCampaigns,
  findCampaign,
  findCampaigns,
  readStandings,
  saveCampaign,
  saveCampaigns,
} from './campaign.store.js'
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
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async save(draft: CampaignDraft, expectedVersion: number | null, by: string): Promise<Campaign> {
    checkCampaign(draft)
    checkFilter(draft.filter)
    return this.change(async session => {
      const present = await findCampaign(session, draft.id)
      checkVersion(present?.version ?? 0, expectedVersion)
      return this.saveChecked(session, 'saveCampaign', present, draft, by)
    })
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
      const present = await findCampaigns(
        session,
        fitting.map(({ id }) => id),
      )
      const saved = await saveCampaigns(session, fitting, by, this.clock())
      await this.audit.record(session, auditedChanges('importCampaigns', present, saved))
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
      return this.saveChecked(session, 'setCampaignEnabled', present, { ...present, enabled, disabledReason: null }, by)
    })
  }

  /** Null when another version stands by now: what was seen of this one says nothing of that. */
  switchOff({ id, version }: Campaign, reason: string): Promise<Campaign | null> {
    return this.change(async session => {
      const present = await findCampaign(session, id)
      if (present === null || present.version !== version || !present.enabled) return null
      const draft = { ...present, enabled: false, disabledReason: reason }
      return this.saveAudited(session, 'switchOffCampaign', present, draft, SYSTEM)
    })
  }

  private change<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.db.transaction(async session => {
      await exclusiveRules(session)
      return work(session)
    })
  }

  private async saveChecked(
    session: Session,
    action: string,
    present: Campaign | null,
    draft: CampaignDraft,
    by: string,
  ): Promise<Campaign> {
    const { all, livePair } = await countCampaigns(session, draft)
    const refusal = boundReached(draft, present === null, all, livePair)
    if (refusal !== null) throw refusal
    return this.saveAudited(session, action, present, draft, by)
  }

  private async saveAudited(
    session: Session,
    action: string,
    present: Campaign | null,
    draft: CampaignDraft,
    by: string,
  ): Promise<Campaign> {
    const saved = await saveCampaign(session, draft, by, this.clock())
    await this.audit.record(session, auditedChanges(action, present === null ? [] : [present], [saved]))
    return saved
  }
}

function checkVersion(present: number, expected: number | null): void {
  if (expected === null || expected === present) return
  throw new AppError('CONFLICT', `expectedVersion is ${expected}, and the campaign has version ${present}`)
}

import { campaignsSince } from '../campaigns/campaign.store.js'
import { LiveCampaigns } from '../campaigns/live-campaigns.js'
import { unfinishedDraws } from '../draws/draw.store.js'
import { LiveDraws } from '../draws/live-draws.js'
import type { Queryable } from '../storage/database.js'
import type { VipPolicy } from '../vip/vip-policy.js'
import { readVipRules } from '../vip/vip-policy.store.js'

/** Everything a batch judges its events by. */
export interface Rules {
  readonly revision: number
  readonly policies: readonly VipPolicy[]
  readonly campaigns: LiveCampaigns
  readonly draws: LiveDraws
}

/**
 * The rules of the last revision seen. A batch asks with the revision that it has read under the rules lock; as long as
 * it holds that lock there is no other, so lanes can share what is here.
 */
export class RulesCache {
  private rules: Rules = { revision: -1, policies: [], campaigns: new LiveCampaigns(), draws: new LiveDraws([]) }

  /** As far as is known before the revision of a batch is. */
  get hasCampaigns(): boolean {
    return !this.rules.campaigns.isEmpty
  }

  /** Whether batches read, or run filters, behind what they write: as far as is known. */
  get workBehindWrites(): boolean {
    return this.hasCampaigns || !this.rules.draws.isEmpty
  }

  async at(session: Queryable, revision: number): Promise<Rules> {
    if (this.rules.revision !== revision) {
      const { campaigns } = this.rules
      campaigns.apply(await campaignsSince(session, this.rules.revision))
      const draws = new LiveDraws(await unfinishedDraws(session))
      this.rules = { ...(await readVipRules(session)), campaigns, draws }
    }
    return this.rules
  }
}

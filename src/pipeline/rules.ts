import { campaignsSince } from '../campaigns/campaign.store.js'
import { LiveCampaigns } from '../campaigns/live-campaigns.js'
import type { Queryable } from '../storage/database.js'
import type { VipPolicy } from '../vip/vip-policy.js'
import { readVipRules } from '../vip/vip-policy.store.js'

/** Everything a batch judges its events by. */
export interface Rules {
  readonly revision: number
  readonly policies: readonly VipPolicy[]
  readonly campaigns: LiveCampaigns
}

/**
 * The rules of the last revision seen. A batch asks with the revision that it has read under the rules lock; as long as
 * it holds that lock there is no other, so lanes can share what is here.
 */
export class RulesCache {
  private rules: Rules = { revision: -1, policies: [], campaigns: new LiveCampaigns() }

  async at(session: Queryable, revision: number): Promise<Rules> {
    if (this.rules.revision !== revision) {
      const { campaigns } = this.rules
      campaigns.apply(await campaignsSince(session, this.rules.revision))
      this.rules = { ...(await readVipRules(session)), campaigns }
    }
    return this.rules
  }
}

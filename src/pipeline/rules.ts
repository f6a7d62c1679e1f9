import type { Queryable } from '../storage/database.js'
import type { VipPolicy } from '../vip/vip-policy.js'
import { readVipRules } from '../vip/vip-policy.store.js'

/** Everything a batch judges its events by. */
export interface Rules {
  readonly revision: number
  readonly policies: readonly VipPolicy[]
}

/** The rules of the last revision seen. A batch asks with the revision that it has read under the rules lock. */
export class RulesCache {
  private rules: Rules = { revision: -1, policies: [] }

  async at(session: Queryable, revision: number): Promise<Rules> {
    if (this.rules.revision !== revision) this.rules = await readVipRules(session)
    return this.rules
  }
}

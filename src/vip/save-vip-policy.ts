import type { Audit } from '../audit/audit.js'
import { AppError, badInput } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { exclusiveRules } from '../storage/rules-lock.js'
import { auditedPolicy } from './audited-policy.js'
import type { BackfillVipPolicy } from './backfill-vip-policy.js'
import { checkPolicy, POLICIES_MAX, type VipPolicy, type VipPolicyDraft } from './vip-policy.js'
import { countPolicies, findPolicy, savePolicy } from './vip-policy.store.js'

/**
 * Makes a policy's next version. Every batch that begins afterwards, on any node, judges by it; then those who are above
 * it already, in windows that are still open, get their entries.
 */
export class SaveVipPolicy {
  constructor(
    private readonly db: Database,
    private readonly backfill: BackfillVipPolicy,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async save(sent: VipPolicyDraft, expectedVersion: number | null, by: string): Promise<VipPolicy> {
    const draft = { ...sent, eventTypes: [...new Set(sent.eventTypes)] }
    checkPolicy(draft)
    const policy = await this.db.transaction(async session => {
      await exclusiveRules(session)
      const present = await findPolicy(session, draft.id)
      checkVersion(present?.version ?? 0, expectedVersion)
      if (present === null && (await countPolicies(session)) >= POLICIES_MAX) {
        throw badInput('id', `is new, and there are ${POLICIES_MAX} policies already`, draft.id)
      }
      const saved = await savePolicy(session, draft, by, this.clock())
      const before = present === null ? null : auditedPolicy(present)
      const change = { actor: by, action: 'saveVipPolicy', subject: `policy:${saved.id}` }
      await this.audit.record(session, [{ ...change, before, after: auditedPolicy(saved) }])
      return saved
    })
    if (policy.enabled) await this.backfill.run(policy)
    return policy
  }
}

function checkVersion(present: number, expected: number | null): void {
  if (expected === null || expected === present) return
  throw new AppError('CONFLICT', `expectedVersion is ${expected}, and the policy has version ${present}`)
}

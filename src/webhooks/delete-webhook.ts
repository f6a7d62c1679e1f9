import type { Audit } from '../audit/audit.js'
import type { Database } from '../storage/database.js'
import { auditedWebhook } from './audited-webhook.js'
import { deleteWebhook } from './webhook.store.js'

/** When it has answered, nothing is being sent any more. */
export class DeleteWebhook {
  constructor(
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /** False: there was none. */
  delete(id: string, by: string): Promise<boolean> {
    return this.db.transaction(async session => {
      const deleted = await deleteWebhook(session, id)
      if (deleted === null) return false
      const change = { actor: by, action: 'deleteWebhook', subject: `webhook:${id}` }
      await this.audit.record(session, [{ ...change, before: auditedWebhook(deleted), after: null }])
      return true
    })
  }
}

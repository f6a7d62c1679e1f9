import type { Audit } from '../audit/audit.js'
import { feedHead } from '../feed/feed.store.js'
import { badInput } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database, Queryable } from '../storage/database.js'
import { auditedWebhook } from './audited-webhook.js'
import { endBackoffs } from './delivery.store.js'
import { makeSecret } from './signature.js'
import { checkWebhook, WEBHOOKS_MAX, type Webhook, type WebhookDraft } from './webhook.js'
import { countWebhooks, holdWebhook, insertWebhook, lockWebhooks, updateWebhook } from './webhook.store.js'

export interface SavedWebhook {
  readonly webhook: Webhook
  /** Where one was made: shown this once. */
  readonly secret: string | null
}

/**
 * Makes a webhook, which gets what comes from now on, or changes one: whoever saves has mended something, so its circuit
 * is closed and what waits is due.
 */
export class SaveWebhook {
  constructor(
    private readonly db: Database,
    private readonly audit: Audit,
    private readonly allowPrivate: boolean,
    private readonly onChanged: (webhookId: string) => void,
    private readonly clock: Clock,
    private readonly randomBytes: (bytes: number) => Buffer,
  ) {}

  async save(sent: WebhookDraft, by: string): Promise<SavedWebhook> {
    const draft = { ...sent, topics: [...new Set(sent.topics)] }
    checkWebhook(draft, this.allowPrivate)
    const saved = await this.db.transaction(async session => {
      await lockWebhooks(session)
      const held = await holdWebhook(session, draft.id, draft.secret)
      const saved =
        held === null
          ? await this.make(session, draft, by)
          : { webhook: await updateWebhook(session, draft, by, this.clock()), secret: null }
      const change = { actor: by, action: 'saveWebhook', subject: `webhook:${draft.id}` }
      const before = held && auditedWebhook(held.webhook)
      const after = { ...auditedWebhook(saved.webhook), secretChanged: held?.secretChanges ?? true }
      await this.audit.record(session, [{ ...change, before, after }])
      return saved
    })
    await endBackoffs(this.db, draft.id, [], this.clock())
    this.onChanged(draft.id)
    return saved
  }

  private async make(session: Queryable, draft: WebhookDraft, by: string): Promise<SavedWebhook> {
    if ((await countWebhooks(session)) >= WEBHOOKS_MAX) {
      throw badInput('id', `is new, and there are ${WEBHOOKS_MAX} webhooks already`, draft.id)
    }
    const { id: position } = await feedHead(session)
    const secret = draft.secret ?? makeSecret(this.randomBytes)
    const webhook = await insertWebhook(session, draft, secret, position, by, this.clock())
    return { webhook, secret: draft.secret === null ? secret : null }
  }
}

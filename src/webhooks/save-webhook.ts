import { feedHead } from '../feed/feed.store.js'
import { badInput } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { endBackoffs } from './delivery.store.js'
import { makeSecret } from './signature.js'
import { checkWebhook, WEBHOOKS_MAX, type Webhook, type WebhookDraft } from './webhook.js'
import { countWebhooks, findWebhook, lockWebhooks, saveWebhook } from './webhook.store.js'

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
      const isNew = (await findWebhook(session, draft.id)) === null
      if (isNew && (await countWebhooks(session)) >= WEBHOOKS_MAX) {
        throw badInput('id', `is new, and there are ${WEBHOOKS_MAX} webhooks already`, draft.id)
      }
      const made = isNew && draft.secret === null ? makeSecret(this.randomBytes) : null
      const { id: position } = await feedHead(session)
      const withSecret = { ...draft, secret: draft.secret ?? made }
      return { webhook: await saveWebhook(session, withSecret, position, by, this.clock()), secret: made }
    })
    await endBackoffs(this.db, draft.id, this.clock())
    this.onChanged(draft.id)
    return saved
  }
}

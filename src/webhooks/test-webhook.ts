import type { Audit } from '../audit/audit.js'
import type { Database, Queryable } from '../storage/database.js'
import { auditedDelivery } from './audited-webhook.js'
import type { Delivery } from './delivery.js'
import { findDelivery } from './delivery.store.js'
import type { SendDelivery } from './send-delivery.js'
import type { Slots } from './slots.js'
import { noWebhook } from './webhook.js'

/** Sends one item that says it is a test, now, whatever the circuit says and also where the webhook is disabled. */
export class TestWebhook {
  constructor(
    private readonly db: Database,
    private readonly audit: Audit,
    private readonly sender: SendDelivery,
    private readonly slots: Slots,
    private readonly newId: () => string,
  ) {}

  async test(webhookId: string, by: string): Promise<Delivery> {
    const deliveryId = this.newId()
    const record = async (session: Queryable): Promise<void> => {
      const sent = await findDelivery(session, deliveryId)
      await this.audit.record(session, [auditedDelivery(by, 'testWebhook', null, sent!)])
    }
    const id = await this.slots.run(() => this.sender.test(deliveryId, webhookId, record))
    const delivery = id === null ? null : await findDelivery(this.db, id)
    if (delivery === null) throw noWebhook()
    return delivery
  }
}

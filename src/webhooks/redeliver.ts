import type { Audit } from '../audit/audit.js'
import { AppError } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { auditedDelivery } from './audited-webhook.js'
import type { Delivery } from './delivery.js'
import { holdDelivery, makePending } from './delivery.store.js'

/** Whatever has become of a delivery, it is pending again and due, with all its time for retries before it. */
export class Redeliver {
  constructor(
    private readonly db: Database,
    private readonly audit: Audit,
    private readonly retryForMs: number,
    private readonly onChanged: (webhookId: string) => void,
    private readonly clock: Clock,
  ) {}

  async redeliver(deliveryId: string, by: string): Promise<Delivery> {
    const delivery = await this.db.transaction(async session => {
      const before = await holdDelivery(session, deliveryId)
      if (before === null) throw new AppError('NOT_FOUND', 'there is no delivery of this id')
      const now = this.clock()
      const pending = await makePending(session, deliveryId, now, now + this.retryForMs)
      await this.audit.record(session, [auditedDelivery(by, 'redeliver', before, pending)])
      return pending
    })
    this.onChanged(delivery.webhookId)
    return delivery
  }
}

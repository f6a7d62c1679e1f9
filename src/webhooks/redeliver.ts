import { AppError } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { Delivery } from './delivery.js'
import { makePending } from './delivery.store.js'

/** Whatever has become of a delivery, it is pending again and due, with all its time for retries before it. */
export class Redeliver {
  constructor(
    private readonly db: Database,
    private readonly retryForMs: number,
    private readonly onChanged: (webhookId: string) => void,
    private readonly clock: Clock,
  ) {}

  async redeliver(deliveryId: string): Promise<Delivery> {
    const now = this.clock()
    const delivery = await makePending(this.db, deliveryId, now, now + this.retryForMs)
    if (delivery === null) throw new AppError('NOT_FOUND', 'there is no delivery of this id')
    this.onChanged(delivery.webhookId)
    return delivery
  }
}

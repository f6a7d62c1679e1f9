import type { PageProps } from '../shell/page'
import { Deliveries } from './deliveries'
import { Webhooks } from './webhooks'

/** All of them, or the deliveries of the one that the address names. */
export function WebhooksTab({ rest: [id] }: PageProps) {
  return id === undefined ? <Webhooks /> : <Deliveries key={id} webhookId={id} />
}

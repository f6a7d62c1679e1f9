import type { Millis } from '../kernel/time.js'
import type { CircuitState } from './circuit.js'
import type { DeliveryStatus } from './delivery.js'
import type { WebhookTopic } from './webhook.js'

export interface CircuitColumns {
  circuit: CircuitState
  circuit_failures: number
  circuit_opens: number
  circuit_until: Millis | null
}

/** Without the secret. */
export interface WebhookRow extends CircuitColumns {
  id: string
  url: string
  topics: WebhookTopic[]
  enabled: boolean
  created_at: Millis
}

/** What cutting and sending go by. */
export interface LeasedRow extends CircuitColumns {
  topics: WebhookTopic[]
  position: number
  /** Counted up to a bound. */
  pending: number
}

export interface DeliveryRow {
  seq: number
  id: string
  webhook_id: string
  topic: WebhookTopic
  status: DeliveryStatus
  attempts: number
  last_status_code: number | null
  last_error: string | null
  next_attempt_at: Millis | null
  created_at: Millis
  finished_at: Millis | null
}

/** bigint[] comes as text. */
export interface ParcelRow {
  id: string
  topic: WebhookTopic
  feed_ids: string[]
  next_attempt_at: Millis
}

export interface TakenRow extends CircuitColumns {
  webhook_id: string
  url: string
  secret: string
  tries: number
  retry_until: Millis
}

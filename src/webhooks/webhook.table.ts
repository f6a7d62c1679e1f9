import type { Millis } from '../kernel/time.js'

type Topic = 'VIP_ENTERED' | 'CAMPAIGN_TRIGGERED' | 'TICKET_MILESTONE' | 'PRIZE_AWARDED'

export interface CircuitColumns {
  circuit: 'CLOSED' | 'OPEN' | 'HALF_OPEN'
  circuit_failures: number
  circuit_opens: number
  circuit_until: Millis | null
}

/** Without the secret. */
export interface WebhookRow extends CircuitColumns {
  id: string
  url: string
  topics: Topic[]
  enabled: boolean
  created_at: Millis
}

/** What cutting and sending go by. */
export interface LeasedRow extends CircuitColumns {
  topics: Topic[]
  position: number
  /** Counted up to a bound. */
  pending: number
}

export interface DeliveryRow {
  seq: number
  id: string
  webhook_id: string
  topic: Topic
  status: 'PENDING' | 'DELIVERED' | 'DEAD'
  attempts: number
  last_status_code: number | null
  last_error: string | null
  next_attempt_at: Millis | null
  created_at: Millis
  delivered_at: Millis | null
}

/** bigint[] comes as text. */
export interface ParcelRow {
  id: string
  topic: Topic
  feed_ids: string[]
  next_attempt_at: Millis
}

export type ProbeRow = Omit<ParcelRow, 'next_attempt_at'> & Pick<TakenRow, 'tries'>

export interface TakenRow extends CircuitColumns {
  webhook_id: string
  url: string
  secret: string
  tries: number
  retry_until: Millis
  /** bigint[] comes as text. */
  withheld: string[]
  delivered_at: Millis | null
}

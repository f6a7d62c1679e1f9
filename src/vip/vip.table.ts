import type { Millis } from '../kernel/time.js'

export interface VipPolicyRow {
  id: string
  version: number
  name: string
  threshold: string
  window_ms: number
  slide_ms: number
  event_types: string[]
  enabled: boolean
}

export interface VipEntryRow {
  feed_id: number
  policy_id: string
  policy_version: number
  player_id: string
  window_start: Millis
  window_end: Millis
  event_types: string[]
  crossing_event_id: string | null
  entered_at: Millis
  suppressed: boolean
  amount: string
  event_count: number
  session_count: number
  first_event_at: Millis
  last_event_at: Millis
}

/** Of one entry's window and event types, from the raw events. */
export interface FiguresRow {
  amount: string
  event_count: number
  session_count: number
  first_event_at: Millis | null
  last_event_at: Millis | null
}

export interface PaneSumRow {
  player_id: string
  pane_start: Millis
  event_type: string
  amount: string
}

import type { Millis } from '../kernel/time.js'

export interface PlayerEventRow {
  player_id: string
  occurred_at: Millis
  event_id: string
  event_type: string
  event_name: string | null
  amount: string
  turnover: string
  payouts: string
  currency: string | null
  ingested_at: Millis
  stream: string
  game: string | null
  game_type: string | null
  competition: string | null
  market: string | null
  session_id: string | null
  device_id: string | null
  round_id: string | null
  bet_id: string | null
  bet_market: string | null
  selection: string | null
  odds: string | null
  probability: number | null
  result: string | null
  context: unknown
  data: unknown
  extra: unknown
  /** Of the rules that its batch went by; null in rows from before it was kept for every event. */
  rules_revision: number | null
  too_late: boolean | null
}

export interface StreamProgressRow {
  stream: string
  max_occurred_at: Millis | null
  last_commit_at: Millis | null
  events: number
  rejected: number
}

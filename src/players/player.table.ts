import type { Millis } from '../kernel/time.js'

/** With the suppression that is in force; all of it is null where none is. */
export interface PlayerRow {
  player_id: string
  first_seen_at: Millis | null
  last_seen_at: Millis | null
  reason: string | null
  since: Millis | null
  until_at: Millis | null
  suppressed_by: string | null
}

/** Under which rules and horizon a batch runs, and which of its shards another process wrote to last. */
export interface BatchOpening {
  revision: number
  horizon: Millis
  foreign_shards: number[]
  /** Nothing of theirs was ever stored. */
  new_players: string[]
}

export interface ActivityRow {
  turnover: string
  payouts: string
  event_count: number
}

export interface LeaderboardRow {
  player_id: string
  amount: string
}

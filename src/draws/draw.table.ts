import type { Millis } from '../kernel/time.js'

export interface PrizeJson {
  readonly rank: number
  readonly name: string
  readonly kind: 'CASH' | 'FREE_SPINS' | 'BONUS' | 'MESSAGE'
  readonly value: string
  readonly quantity: number
}

export interface DrawRow {
  readonly id: string
  readonly number: number
  readonly counting: number
  readonly revision: number
  readonly name: string
  readonly opens_at: Millis
  readonly draws_at: Millis
  readonly game: string | null
  readonly game_type: string | null
  readonly event_types: string[]
  readonly stake_per_ticket: string | null
  readonly max_tickets_per_player: number | null
  readonly opt_in_required: boolean
  readonly wins_per_player: number
  readonly milestones: number[]
  readonly prizes: PrizeJson[]
  readonly default_prize: PrizeJson | null
  readonly entropy_label: string | null
  readonly created_at: Millis
  readonly seed_hash: string
  readonly backfilled: boolean
  readonly executed_at: Millis | null
  readonly forced: boolean
  readonly closed_at: Millis | null
  readonly entries_hash: string | null
  readonly entries_total: number | null
  readonly tickets_total: number | null
  readonly excluded: number | null
  readonly entropy: string | null
  readonly awarded_up_to: number
  readonly drawn_at: Millis | null
  readonly cancelled_at: Millis | null
  readonly cancel_reason: string | null
  readonly settled: boolean
  /** Of what is counted so far, over all lanes. */
  readonly live_tickets: number
  readonly live_players: number
}

export interface StakeRow {
  readonly player_id: string
  readonly token: number
  readonly draws: number[]
  readonly stakes: string[]
}

export interface EntryRow {
  readonly draw_number: number
  readonly player_id: string
  readonly opted_in_at: Millis | null
  readonly granted: number
  readonly stake_before: string
  readonly counting: number | null
  readonly stake_total: string | null
  readonly tickets: number | null
  readonly excluded: boolean
}

export interface GrantRow {
  readonly idempotency_key: string
  readonly draw_id: string
  readonly player_id: string
  readonly tickets: number
  readonly source: string
}

export interface MilestoneRow {
  readonly feed_id: number
  readonly draw_id: string
  readonly player_id: string
  readonly milestone: number
  readonly tickets: number
  readonly reached_at: Millis
}

export interface AwardRow {
  readonly draw_number: number
  readonly position: number
  readonly feed_id: number | null
  readonly player_id: string
  readonly entry_id: string
  readonly ticket_number: number
  readonly ticket_value: string
  readonly outcome: 'PRIZE' | 'DEFAULT' | 'NO_PRIZE'
  readonly prize_rank: number | null
  readonly awarded_at: Millis
}

import type { Millis } from '../kernel/time.js'

export interface BetRow {
  readonly player_id: string
  readonly bet_id: string
  readonly game: string | null
  readonly placed_at: Millis | null
  readonly placed_by: string | null
  readonly stake: string | null
  readonly odds: string | null
  readonly probability: number | null
  readonly bet_market: string | null
  readonly selection: string | null
  readonly closed_at: Millis | null
  readonly closed_by: string | null
  readonly payout: string | null
  readonly result: string | null
  readonly winnings: string
  readonly cancelled: boolean
}

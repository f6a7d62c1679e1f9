import type { Millis } from '../kernel/time.js'
import type { PrizeJson } from './draw.table.js'

export interface InstantWinRow {
  readonly id: string
  readonly name: string
  readonly starts_at: Millis
  readonly ends_at: Millis
  readonly prizes: PrizeJson[]
  readonly default_prize: PrizeJson | null
  readonly seed_hash: string
  readonly sealed_seed: Buffer
  readonly played: number
}

export interface InstantWinAwardRow {
  readonly position: number
  readonly player_id: string
  readonly outcome: 'PRIZE' | 'DEFAULT' | 'NO_PRIZE'
  readonly prize_rank: number | null
  readonly awarded_at: Millis
}

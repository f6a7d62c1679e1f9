import { GAMES, type Game } from './game.js'
import type { Random } from './random.js'

/** One simulated player. Amounts are in cents, so that they are exact. */
export interface Profile {
  readonly playerId: string
  readonly deviceId: string
  readonly market: string
  readonly whale: boolean
  readonly stakeCents: number
  readonly favourites: readonly Game[]
}

const MARKETS = ['de', 'de', 'de', 'se', 'se', 'fi', 'ca', 'ca', 'nz', 'br']
const WHALE_SHARE = 0.01
const FAVOURITES = 3
const DIGITS = 6

/** At least one whale, always the first player, so that the smallest demo shows a VIP entry too. */
export function makeProfiles(players: number, random: Random): Profile[] {
  return Array.from({ length: players }, (_, n) => {
    const whale = n < Math.max(1, players * WHALE_SHARE)
    return {
      playerId: `player_${String(n + 1).padStart(DIGITS, '0')}`,
      deviceId: `dev_${random.hex(10)}`,
      market: random.pick(MARKETS),
      whale,
      stakeCents: whale ? random.pareto(12_000, 1.8) : random.logNormal(80, 0.9),
      favourites: Array.from({ length: FAVOURITES }, () => random.pick(GAMES)),
    }
  })
}

const STAKE_CENTS_MAX = 500_000

/** Players stake around their habit, now and then far above it, in steps that a game offers. */
export function stakeOf(profile: Profile, random: Random): number {
  const bold = random.chance(0.01) ? random.pareto(3, 1.3) : 1
  const cents = Math.min(STAKE_CENTS_MAX, random.logNormal(profile.stakeCents, 0.5) * bold)
  const step = cents < 200 ? 10 : cents < 2_000 ? 50 : cents < 20_000 ? 500 : 2_500
  return Math.max(step, Math.round(cents / step) * step)
}

/** Round sums, enough for a while of play. */
export function depositOf(profile: Profile, random: Random): number {
  const cents = random.logNormal(profile.stakeCents * 60, 0.6)
  const step = cents < 10_000 ? 1_000 : cents < 100_000 ? 5_000 : 50_000
  return Math.max(step, Math.round(cents / step) * step)
}

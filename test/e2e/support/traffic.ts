import type { Random } from '../../../src/simulate/random.js'
import type { ApiClient } from '../../support/client.js'

export interface Bet {
  readonly event_id: string
  readonly player_id: string
  readonly event_type: 'bet' | 'settlement' | 'rollback'
  readonly amount: number
  readonly timestamp: string
  readonly session_id: string
  readonly game?: string
  readonly bet_id?: string
  readonly odds?: string
  readonly result?: string
}

export interface OraclePolicy {
  readonly id: string
  readonly threshold: number
  readonly windowMs: number
  readonly slideMs: number
}

const MINUTE_MS = 60_000
export const START = Date.parse('2026-01-01T12:00:00Z')

/** Two that overlap, so that one event may cause several entries. */
export const POLICIES: readonly OraclePolicy[] = [
  { id: 'hour', threshold: 1_000, windowMs: 60 * MINUTE_MS, slideMs: 30 * MINUTE_MS },
  { id: 'half', threshold: 600, windowMs: 30 * MINUTE_MS, slideMs: 10 * MINUTE_MS },
]

const SAVE = `mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }`

export const savePolicies = async (client: ApiClient): Promise<void> => {
  for (const { id, threshold, windowMs, slideMs } of POLICIES) {
    const [window, slide] = [`PT${windowMs / MINUTE_MS}M`, `PT${slideMs / MINUTE_MS}M`]
    await client.data(SAVE, { input: { id, name: id, threshold: String(threshold), window, slide } })
  }
}

const GAMES = 4
const BETS_REMEMBERED = 5

/**
 * Bets of a few players at a time and what becomes of some of them, over three hours of event time, out of order; new
 * players come all the time.
 */
export class Traffic {
  private made = 0
  private readonly betsOf = new Map<string, string[]>()

  constructor(
    private readonly random: Random,
    private readonly prefix: string,
  ) {}

  batch(size: number): Bet[] {
    return Array.from({ length: size }, () => this.bet())
  }

  private bet(): Bet {
    const number = this.made++
    const player = `${this.prefix}-${Math.floor(number / 300)}-${this.random.below(25)}`
    const bets = this.betsOf.get(player) ?? []
    const event = {
      event_id: `${this.prefix}-${number}`,
      player_id: player,
      amount: 1 + this.random.below(300),
      timestamp: new Date(START + this.random.below(180 * MINUTE_MS)).toISOString(),
      session_id: `${player}-s`,
    }
    if (bets.length > 0 && this.random.below(100) < 25) {
      const bet_id = bets[this.random.below(bets.length)]!
      return this.random.below(100) < 15
        ? { ...event, event_type: 'rollback', bet_id }
        : { ...event, event_type: 'settlement', bet_id, result: 'won' }
    }
    this.betsOf.set(player, [event.event_id, ...bets].slice(0, BETS_REMEMBERED))
    const game = `game-${this.random.below(GAMES)}`
    return { ...event, event_type: 'bet', bet_id: event.event_id, game, odds: '2.5' }
  }
}

/** Every window of every policy that holds more than its threshold, by adding up each event in each of its windows. */
export function expectedEntries(
  events: Iterable<Pick<Bet, 'player_id' | 'event_type' | 'amount' | 'timestamp'>>,
): Set<string> {
  const sums = new Map<string, number>()
  for (const bet of events) {
    if (bet.event_type !== 'bet') continue
    const at = Date.parse(bet.timestamp)
    for (const { id, windowMs, slideMs } of POLICIES) {
      for (let start = Math.floor(at / slideMs) * slideMs; start + windowMs > at; start -= slideMs) {
        const key = `${id} ${bet.player_id} ${new Date(start).toISOString()}`
        sums.set(key, (sums.get(key) ?? 0) + bet.amount)
      }
    }
  }
  const thresholds = new Map(POLICIES.map(policy => [policy.id, policy.threshold]))
  return new Set([...sums].filter(([key, sum]) => sum > thresholds.get(key.split(' ')[0]!)!).map(([key]) => key))
}

import { formatInstant, parseInstant } from '../../src/kernel/time.js'
import { shuffled } from '../oracle/real-data.js'
import type { WireEvent } from './sort-and-replay.js'

const START = parseInstant('2026-03-01T10:00:00Z')!
const RESULTS = ['won', 'lost', 'void', 'cashout', 'half_won', 'half_lost']
const PLAYERS = 12
const GAMES = 5

/** Lives of bets with everything that can go wrong, in no order; some events are there twice. The same for the same seed. */
export function madeBets(seed: number, lives: number): WireEvent[] {
  let state = seed >>> 0
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const chance = (percent: number): boolean => next(100) < percent
  const pick = <T>(items: readonly T[]): T => items[next(items.length)]!
  const amount = (): string => `${next(90)}.${String(next(10_000)).padStart(4, '0')}`
  const at = (): string => formatInstant(START + next(180) * 60_000 + next(60_000))
  const events: WireEvent[] = []
  for (let life = 0; life < lives; life++) {
    const game = chance(4) ? undefined : `match-${next(GAMES)}`
    const base = { player_id: `p${next(PLAYERS)}`, ...(chance(92) ? { bet_id: `b${life}` } : {}) }
    let part = 0
    const add = (event_type: string, more: Partial<WireEvent>) =>
      events.push({ ...base, event_id: `${life}-${part++}`, event_type, amount: amount(), timestamp: at(), ...more })
    const placing = () => ({
      game,
      ...(chance(85) ? { odds: `${1 + next(8)}.${next(100)}1` } : {}),
      ...(chance(85) ? { bet_market: pick(['1X2', 'goals']) } : {}),
      ...(chance(85) ? { selection: pick(['H', 'D', 'A']) } : {}),
      ...(chance(20) ? { probability: next(1_000) / 1_000 } : {}),
    })
    // All that names a game names the same one.
    const named = () => (chance(60) ? { game } : {})
    if (chance(92)) add('bet', placing())
    if (chance(12)) add('bet', placing())
    for (let n = pick([0, 0, 1, 1, 1, 2, 3]); n > 0; n--) add('settlement', { ...named(), result: pick(RESULTS) })
    if (chance(8)) add('refund', named())
    if (chance(8)) add('rollback', named())
    for (let n = pick([0, 0, 0, 0, 1, 2]); n > 0; n--) add('win', { game })
  }
  const twice = events.filter(() => chance(15))
  return shuffled([...events, ...twice], seed)
}

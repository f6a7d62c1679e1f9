import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { LiveDraws, Stake } from './live-draws.js'
import type { StoredDraw } from './stored-draw.js'
import { tickets } from './ticket-rule.js'

/** What a player has done in a draw besides staking. */
export interface Part {
  readonly optedInAt: Millis | null
  readonly granted: number
}

/** One player in all draws, by their numbers. */
export interface Standing {
  /** Another one after each change, by whomever; 0 where nothing is stored. */
  readonly token: number
  readonly stakes: ReadonlyMap<number, Money>
  readonly parts: ReadonlyMap<number, Part>
}

export const NO_STANDING: Standing = { token: 0, stakes: new Map(), parts: new Map() }
export const NO_PART: Part = { optedInAt: null, granted: 0 }

/** Tickets of one player in one draw, before and after what has come to it. */
export interface Gain {
  readonly draw: StoredDraw
  readonly playerId: string
  readonly before: number
  readonly after: number
}

export interface Staked {
  readonly stakes: ReadonlyMap<number, Money>
  readonly gains: readonly Gain[]
}

/** What these stakes make of a player's standing; null when none of them counts. */
export function stake(live: LiveDraws, playerId: string, standing: Standing, theirs: readonly Stake[]): Staked | null {
  const added = new Map<StoredDraw, Money>()
  for (const { draw, amount, occurredAt } of theirs) {
    if (draw.optInRequired && !hasOptedIn(standing, draw, occurredAt)) continue
    added.set(draw, (added.get(draw) ?? 0n) + amount)
  }
  if (added.size === 0) return null
  const stakes = new Map([...standing.stakes].filter(([number]) => live.isKept(number)))
  const gains: Gain[] = []
  for (const [draw, amount] of added) {
    const before = stakes.get(draw.number) ?? 0n
    stakes.set(draw.number, before + amount)
    const granted = standing.parts.get(draw.number)?.granted ?? 0
    const gain = {
      draw,
      playerId,
      before: tickets(draw, { stakeTotal: before, granted }),
      after: tickets(draw, { stakeTotal: before + amount, granted }),
    }
    if (gain.after > gain.before) gains.push(gain)
  }
  return { stakes, gains }
}

function hasOptedIn(standing: Standing, draw: StoredDraw, at: Millis): boolean {
  const optedInAt = standing.parts.get(draw.number)?.optedInAt ?? null
  return optedInAt !== null && at >= optedInAt
}

/** What comes to the tickets of a draw. */
export interface CountStep {
  readonly drawNumber: number
  readonly tickets: number
  /** Players whose first ticket is among them. */
  readonly players: number
}

export function countsOf(gains: readonly Gain[]): CountStep[] {
  const steps = new Map<number, { drawNumber: number; tickets: number; players: number }>()
  for (const { draw, before, after } of gains) {
    const step = steps.get(draw.number) ?? { drawNumber: draw.number, tickets: 0, players: 0 }
    step.tickets += after - before
    if (before === 0) step.players++
    steps.set(draw.number, step)
  }
  return [...steps.values()]
}

const PLAYERS_MAX = 200_000

/**
 * The standings that this node has written last, so that a batch need not read them. None of them is trusted: what is
 * written on top of one is written only where its token still stands. Oldest out first.
 */
export class KnownStandings {
  private readonly players = new Map<string, Standing>()

  get(playerId: string): Standing | undefined {
    return this.players.get(playerId)
  }

  keep(standings: ReadonlyMap<string, Standing>): void {
    for (const [playerId, standing] of standings) this.players.set(playerId, standing)
    for (const oldest of this.players.keys()) {
      if (this.players.size <= PLAYERS_MAX) break
      this.players.delete(oldest)
    }
  }

  forgetPlayers(playerIds: Iterable<string>): void {
    for (const id of playerIds) this.players.delete(id)
  }
}

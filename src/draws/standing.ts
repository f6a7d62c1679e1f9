import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { LiveDraws, Stake } from './live-draws.js'
import { NO_SLOTS, type Slots, slotsOf } from './slots.js'
import type { StoredDraw } from './stored-draw.js'
import { tickets } from './ticket-rule.js'

/** What a player has done in a draw besides staking. */
export interface Part {
  readonly optedInAt: Millis | null
  readonly granted: number
}

/** What a player has staked in all draws, by their slots. */
export interface Stakes {
  readonly slots: Slots
  readonly stakes: readonly Money[]
}

/** One player in all draws. */
export interface Standing extends Stakes {
  /** Another one after each change, by whomever; 0 where nothing is stored. */
  readonly token: number
  /** By the number of the draw. */
  readonly parts: ReadonlyMap<number, Part>
}

const NO_PARTS: ReadonlyMap<number, Part> = new Map()
export const NO_STANDING: Standing = { token: 0, slots: NO_SLOTS, stakes: [], parts: NO_PARTS }
export const NO_PART: Part = { optedInAt: null, granted: 0 }

/** Tickets of one player in one draw, before and after what has come to it. */
export interface Gain {
  readonly draw: StoredDraw
  readonly playerId: string
  readonly before: number
  readonly after: number
}

export interface Staked extends Stakes {
  readonly gains: readonly Gain[]
}

/** What these stakes make of a player's standing; null when none of them counts. */
export function stake(live: LiveDraws, playerId: string, standing: Standing, theirs: readonly Stake[]): Staked | null {
  if (!theirs.some(({ draws, occurredAt }) => draws.some(draw => takesPart(standing, draw, occurredAt)))) return null
  const kept = keptOf(live, standing)
  let { slots } = kept
  const before = kept.stakes
  const stakes = [...before]
  const staked: StoredDraw[] = []
  for (const { draws, amount, occurredAt } of theirs) {
    for (const draw of draws) {
      if (!takesPart(standing, draw, occurredAt)) continue
      let at = slots.countings.indexOf(draw.counting)
      if (at < 0) {
        slots = slotsOf([...slots.countings, draw.counting])
        at = stakes.push(0n) - 1
      }
      stakes[at]! += amount
      if (!staked.includes(draw)) staked.push(draw)
    }
  }
  const gains: Gain[] = []
  for (const draw of staked) {
    const at = slots.countings.indexOf(draw.counting)
    const granted = standing.parts.get(draw.number)?.granted ?? 0
    const had = tickets(draw, { stakeTotal: before[at] ?? 0n, granted })
    const has = tickets(draw, { stakeTotal: stakes[at]!, granted })
    if (has > had) gains.push({ draw, playerId, before: had, after: has })
  }
  return { slots, stakes, gains }
}

/** Without the draws that are over. */
function keptOf(live: LiveDraws, { slots, stakes }: Stakes): Stakes {
  const isKept = (counting: number) => live.isKept(counting)
  if (slots.countings.every(isKept)) return { slots, stakes }
  return {
    slots: slotsOf(slots.countings.filter(isKept)),
    stakes: stakes.filter((_, at) => isKept(slots.countings[at]!)),
  }
}

function takesPart(standing: Standing, draw: StoredDraw, at: Millis): boolean {
  if (!draw.optInRequired) return true
  const optedInAt = standing.parts.get(draw.number)?.optedInAt ?? null
  return optedInAt !== null && at >= optedInAt
}

/** With so much more in one draw. */
export function withStake({ slots, stakes }: Stakes, counting: number, more: Money): Stakes {
  const at = slots.countings.indexOf(counting)
  if (at >= 0) return { slots, stakes: stakes.map((stake, i) => (i === at ? stake + more : stake)) }
  return more === 0n ? { slots, stakes } : { slots: slotsOf([...slots.countings, counting]), stakes: [...stakes, more] }
}

export const stakeIn = ({ slots, stakes }: Stakes, counting: number): Money =>
  stakes[slots.countings.indexOf(counting)] ?? 0n

/** Lane of what no batch has counted: grants, opt-ins, backfills. */
export const NO_LANE = -1

/** What comes to the tickets of a draw. */
export interface CountStep {
  readonly counting: number
  readonly tickets: number
  /** Players whose first ticket is among them. */
  readonly players: number
}

export function countsOf(gains: readonly Gain[]): CountStep[] {
  const steps = new Map<number, { counting: number; tickets: number; players: number }>()
  for (const { draw, before, after } of gains) {
    const step = steps.get(draw.counting) ?? { counting: draw.counting, tickets: 0, players: 0 }
    step.tickets += after - before
    if (before === 0) step.players++
    steps.set(draw.counting, step)
  }
  return [...steps.values()]
}

const PLAYERS_MAX = 200_000
const STAKES_MAX = 1_000_000

/** A player's standing as it was written last. It lives long and changes often, so it is changed in place. */
export class Remembered {
  private readonly amounts: BigInt64Array

  private constructor(
    readonly slots: Slots,
    readonly parts: ReadonlyMap<number, Part>,
    private token: number,
    stakes: readonly Money[],
  ) {
    this.amounts = BigInt64Array.from(stakes)
  }

  /** Null for what has no room in 64 bits. */
  static of({ slots, parts, token, stakes }: Standing): Remembered | null {
    return stakes.every(fits) ? new Remembered(slots, parts, token, stakes) : null
  }

  get size(): number {
    return this.amounts.length
  }

  get standing(): Standing {
    return { token: this.token, slots: this.slots, stakes: Array.from(this.amounts), parts: this.parts }
  }

  /** False where it is of other draws, or has no room. */
  become({ slots, parts, token, stakes }: Standing): boolean {
    if (slots !== this.slots || parts !== this.parts || !stakes.every(fits)) return false
    this.token = token
    this.amounts.set(stakes)
    return true
  }
}

const AMOUNT_BELOW = 2n ** 63n
const fits = (amount: Money): boolean => amount < AMOUNT_BELOW

/** What is to be remembered of a player; `known`: what was. */
export interface Kept {
  readonly playerId: string
  readonly known: Remembered | undefined
  readonly standing: Standing
}

/**
 * The standings that this node has written last, so that a batch need not read them. None of them is trusted: what is
 * written on top of one is written only where its token still stands. Oldest out first.
 */
export class KnownStandings {
  private readonly players = new Map<string, Remembered>()
  private stakes = 0

  get(playerId: string): Remembered | undefined {
    return this.players.get(playerId)
  }

  /** One that was dropped meanwhile is changed and not found again. */
  keep(all: readonly Kept[]): void {
    for (const { playerId, known, standing } of all) {
      if (known?.become(standing)) continue
      this.forgetPlayers([playerId])
      const remembered = Remembered.of(standing)
      if (remembered === null) continue
      this.players.set(playerId, remembered)
      this.stakes += remembered.size
    }
    for (const oldest of this.players.keys()) {
      if (this.players.size <= PLAYERS_MAX && this.stakes <= STAKES_MAX) break
      this.forgetPlayers([oldest])
    }
  }

  forgetPlayers(playerIds: Iterable<string>): void {
    for (const id of playerIds) {
      this.stakes -= this.players.get(id)?.size ?? 0
      this.players.delete(id)
    }
  }
}

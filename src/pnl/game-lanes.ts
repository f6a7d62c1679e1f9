import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { FineMoney } from './bet.js'
import type { StoredPosition } from './game-pnl.js'
import { latest, type Quote } from './implied.js'
import type { OpenSelection } from './market-expectation.js'
import { type ExpectedMoney, NO_POSITION, type Position, sum } from './position.js'

/** What one writer lane has stored of one selection. */
export interface LaneSelection {
  readonly betMarket: string
  readonly selection: string
  readonly quote: Quote | null
  readonly openStake: Money
  readonly openLiability: FineMoney
}

/** What one writer lane has stored of a game. */
export interface LanePosition {
  readonly lane: number
  /** Counts up with everything that the lane changes of the game, so it names the state. */
  readonly changes: number
  readonly position: Position
  readonly expected: ExpectedMoney
  readonly waiting: number
  readonly updatedAt: Millis
  /** By selectionKey. */
  readonly selections: ReadonlyMap<string, LaneSelection>
}

/** All that is stored of where a game stands. */
export interface GameLanes {
  readonly game: string
  readonly gameType: string | null
  readonly competition: string | null
  readonly lanes: readonly LanePosition[]
  /** False: it had no open bets, and selections were left out. */
  readonly hasSelections: boolean
}

/** How far each lane has come, by lane. */
export type LaneVersions = ReadonlyMap<number, number>

/** No name may hold a NUL, so no two keys run together. */
export const selectionKey = (betMarket: string, selection: string): string => `${betMarket}\0${selection}`

/** Lanes added up: sums, and the newest of what was quoted. */
export function merged({ game, gameType, competition, lanes }: GameLanes): StoredPosition {
  const total = lanes.reduce((position, lane) => sum(position, lane.position), NO_POSITION)
  return {
    ...total,
    game,
    gameType,
    competition,
    expected: lanes.reduce((expected, lane) => expected + lane.expected, 0n),
    waiting: lanes.reduce((waiting, lane) => waiting + lane.waiting, 0),
    changes: lanes.reduce((changes, lane) => changes + lane.changes, 0),
    updatedAt: Math.max(...lanes.map(lane => lane.updatedAt)),
    selections: mergedSelections(lanes),
  }
}

function mergedSelections(lanes: readonly LanePosition[]): OpenSelection[] {
  const all = new Map<string, LaneSelection>()
  for (const { selections } of lanes) {
    for (const [key, one] of selections) {
      const other = all.get(key)
      all.set(key, other === undefined ? one : both(other, one))
    }
  }
  return [...all.values()].map(({ betMarket, selection, quote, openStake, openLiability }) => ({
    betMarket,
    selection,
    odds: quote?.odds ?? null,
    openStake,
    openLiability,
  }))
}

export const both = (a: LaneSelection, b: LaneSelection): LaneSelection => ({
  betMarket: a.betMarket,
  selection: a.selection,
  quote: b.quote === null ? a.quote : latest(a.quote ?? undefined, b.quote),
  openStake: a.openStake + b.openStake,
  openLiability: a.openLiability + b.openLiability,
})

import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { FineMoney } from './bet.js'
import type { PositionDelta, SelectionDelta } from './game-deltas.js'
import type { StoredPosition } from './game-pnl.js'
import { latest, type Quote } from './implied.js'
import type { ExpectedMoney } from './position.js'

/** How far each lane's row of a game has come: how many changes it counts. Together they name a state. */
export type LaneVersions = Iterable<readonly [lane: number, changes: number]>

/** How far a game has come: its type and competition are told after its first events, perhaps. */
export interface GameVersion {
  readonly game: string
  readonly versions: LaneVersions
  readonly gameType: string | null
  readonly competition: string | null
}

/** All lanes together: what is open on a selection, and its newest quote. */
export interface SelectionState {
  readonly betMarket: string
  readonly selection: string
  quote: Quote | null
  openStake: Money
  openLiability: FineMoney
}

/** All lanes of a game together. Changed in place, so what is made of it is made at once. */
export interface GameState {
  readonly game: string
  readonly gameType: string | null
  readonly competition: string | null
  readonly versions: Map<number, number>
  bets: number
  turnover: Money
  payouts: Money
  openBets: number
  openStake: Money
  liability: FineMoney
  expected: ExpectedMoney
  waiting: number
  changes: number
  updatedAt: Millis
  /** By selectionKey; null: the game had no open bets, and they were not read. */
  readonly selections: Map<string, SelectionState> | null
}

/** No name may hold a NUL, so no two keys run together. */
export const selectionKey = (betMarket: string, selection: string): string => `${betMarket}\0${selection}`

export const storedPositionOf = (state: GameState): StoredPosition => ({
  ...state,
  selections: Array.from(state.selections?.values() ?? [], ({ betMarket, selection, quote, ...open }) => ({
    betMarket,
    selection,
    odds: quote?.odds ?? null,
    openStake: open.openStake,
    openLiability: open.openLiability,
  })),
})

/** What a lane of this node has committed of games: what was added to each, and how far the lane's row has come with it. */
export interface CommittedGames {
  readonly lane: number
  readonly at: Millis
  readonly positions: readonly PositionDelta[]
  readonly selections: readonly SelectionDelta[]
  /** By game. */
  readonly changes: ReadonlyMap<string, number>
  /** Whose type or competition was not known before. */
  readonly named: readonly string[]
}

/** A read that is under way. */
export interface PositionRead {
  /** How far games have come that moved or were forgotten meanwhile: what the read says of them may be older. */
  readonly passed: Map<string, Map<number, number>>
}

/** States of games and selections that are kept: some 60 MB. */
const STATES_MAX = 200_000

/**
 * Remembers where games stand, so that neither a frame nor a query has to read again what this node has written itself.
 *
 * Each row of a game and lane counts its changes. What this node commits is added to what is remembered where it is the
 * very next change of that row; where another node came in between, the game is forgotten, and read again by whoever
 * wants it. So what is here is never behind what this node has answered; whether another node has gone further is for
 * the reader to ask (`isCurrent`). The games that were read longest ago are forgotten first.
 */
export class KnownPositions {
  private readonly games = new Map<string, GameState>()
  private readonly reads = new Set<PositionRead>()
  private states = 0

  get(game: string): GameState | undefined {
    return this.games.get(game)
  }

  /** What is known is not behind this. */
  isCurrent({ game, versions, gameType, competition }: GameVersion): boolean {
    const known = this.games.get(game)
    if (known === undefined || known.gameType !== gameType || known.competition !== competition) return false
    return reaches(known.versions, versions)
  }

  /** Call before a read, and `endRead` with what it found. */
  beginRead(): PositionRead {
    const read: PositionRead = { passed: new Map() }
    this.reads.add(read)
    return read
  }

  endRead(read: PositionRead, found: readonly GameState[]): void {
    this.reads.delete(read)
    for (const state of found) {
      if (!reaches(state.versions, read.passed.get(state.game) ?? NOWHERE)) continue
      this.forget(state.game)
      this.games.set(state.game, state)
      this.states += statesOf(state)
    }
    this.makeRoom()
  }

  committed({ lane, at, positions, selections, changes, named }: CommittedGames): void {
    const moved = new Set<string>()
    for (const delta of positions) {
      const { game } = delta
      const next = changes.get(game)!
      this.pass(game, lane, next)
      const state = this.games.get(game)
      if (state === undefined) continue
      const own = state.versions.get(lane) ?? 0
      if (own >= next) continue
      if (own + 1 < next) {
        this.forget(game)
        continue
      }
      state.versions.set(lane, next)
      addPosition(state, delta, at)
      moved.add(game)
    }
    for (const delta of selections) if (moved.has(delta.game)) this.addSelection(delta)
    for (const game of named) this.forget(game)
    this.makeRoom()
  }

  private makeRoom(): void {
    for (const oldest of this.games.keys()) {
      if (this.states <= STATES_MAX) break
      this.forget(oldest)
    }
  }

  /** It is read again when it is asked for. */
  forget(game: string): void {
    const state = this.games.get(game)
    if (state === undefined) return
    for (const [lane, changes] of state.versions) this.pass(game, lane, changes)
    this.games.delete(game)
    this.states -= statesOf(state)
  }

  private pass(game: string, lane: number, changes: number): void {
    for (const { passed } of this.reads) {
      const lanes = passed.get(game) ?? new Map<number, number>()
      passed.set(game, lanes.set(lane, Math.max(lanes.get(lane) ?? 0, changes)))
    }
  }

  private addSelection({ game, betMarket, selection, quote, openStake, openLiability }: SelectionDelta): void {
    const state = this.games.get(game)
    if (state === undefined) return
    if (state.selections === null) {
      this.forget(game)
      return
    }
    const key = selectionKey(betMarket, selection)
    const known = state.selections.get(key)
    if (known === undefined) {
      state.selections.set(key, { betMarket, selection, quote, openStake, openLiability })
      this.states++
      return
    }
    if (quote !== null) known.quote = latest(known.quote ?? undefined, quote)
    known.openStake += openStake
    known.openLiability += openLiability
  }
}

const NOWHERE: LaneVersions = []

const statesOf = ({ selections }: GameState): number => 1 + (selections?.size ?? 0)

function reaches(own: ReadonlyMap<number, number>, others: LaneVersions): boolean {
  for (const [lane, changes] of others) if ((own.get(lane) ?? 0) < changes) return false
  return true
}

function addPosition(state: GameState, { position, expected, waiting }: PositionDelta, at: Millis): void {
  state.bets += position.bets
  state.turnover += position.turnover
  state.payouts += position.payouts
  state.openBets += position.openBets
  state.openStake += position.openStake
  state.liability += position.liability
  state.expected += expected
  state.waiting += waiting
  state.changes++
  state.updatedAt = Math.max(state.updatedAt, at)
}

import type { Millis } from '../kernel/time.js'
import type { PositionDelta, SelectionDelta } from './game-deltas.js'
import {
  both,
  type GameLanes,
  type LanePosition,
  type LaneSelection,
  type LaneVersions,
  selectionKey,
} from './game-lanes.js'
import { NO_POSITION, sum } from './position.js'

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

/** What is read while others commit. */
export interface PositionRead {
  /** Games that were committed meanwhile and are not kept: what the read says of them may be older. */
  readonly missed: Set<string>
}

/** Rows of lanes and selections that are kept: some 60 MB. */
const ROWS_MAX = 150_000

/**
 * Remembers where games stand, so that neither a frame nor a read has to read again what this node has written itself.
 *
 * Each row of a game and lane counts its changes. What this node commits is added to what it remembers exactly where it
 * is the next change of that row; where another node came in between, the game is forgotten, and read again by whoever
 * wants it. So what is here is never behind what this node has answered; whether another node has gone further is for
 * the reader to ask (`isCurrent`). The games that were left alone longest are forgotten first.
 */
export class KnownPositions {
  private readonly games = new Map<string, GameLanes>()
  private readonly reads = new Set<PositionRead>()
  private rows = 0

  /** Of what it was then, whatever comes later. */
  get(game: string): GameLanes | undefined {
    return this.games.get(game)
  }

  /** Nothing that is known here is behind these. */
  isCurrent(game: string, versions: LaneVersions): boolean {
    const known = this.games.get(game)
    if (known === undefined) return false
    for (const [lane, changes] of versions) {
      const own = known.lanes.find(one => one.lane === lane)
      if (own === undefined || own.changes < changes) return false
    }
    return true
  }

  /** Call before a read, and `endRead` with what it found. */
  beginRead(): PositionRead {
    const read = { missed: new Set<string>() }
    this.reads.add(read)
    return read
  }

  endRead(read: PositionRead, found: readonly GameLanes[]): void {
    this.reads.delete(read)
    for (const game of found) if (!read.missed.has(game.game)) this.keep(game)
    for (const oldest of this.games.keys()) {
      if (this.rows <= ROWS_MAX) break
      this.forget(oldest)
    }
  }

  /** Also of games that are not kept: a read that is under way may have seen them as they were before. */
  forget(game: string): void {
    for (const read of this.reads) read.missed.add(game)
    const known = this.games.get(game)
    if (known === undefined) return
    this.games.delete(game)
    this.rows -= rowsOf(known)
  }

  committed({ lane, at, positions, selections, changes, named }: CommittedGames): void {
    const moved = new Set<string>()
    for (const delta of positions) {
      const { game } = delta
      const known = this.games.get(game)
      const next = known === undefined ? null : stepped(known, lane, delta, changes.get(game)!, at)
      if (next === null) this.forget(game)
      else if (next !== known) {
        this.games.set(game, next)
        moved.add(game)
      }
    }
    for (const delta of selections) if (moved.has(delta.game)) this.addSelection(lane, delta)
    for (const game of named) this.forget(game)
  }

  private addSelection(
    lane: number,
    { game, betMarket, selection, quote, openStake, openLiability }: SelectionDelta,
  ): void {
    const known = this.games.get(game)
    if (known === undefined) return
    if (!known.hasSelections) return this.forget(game)
    const selections = known.lanes.find(one => one.lane === lane)!.selections as Map<string, LaneSelection>
    const key = selectionKey(betMarket, selection)
    const before = selections.get(key)
    const added = { betMarket, selection, quote, openStake, openLiability }
    selections.set(key, before === undefined ? added : both(before, added))
    if (before === undefined) this.rows++
  }

  /** Lane by lane the newer: each row is a state of its own. */
  private keep(read: GameLanes): void {
    const known = this.games.get(read.game)
    this.forget(read.game)
    if (known === undefined) return this.hold(read)
    if (known.hasSelections !== read.hasSelections) return
    const newer = (lane: LanePosition): LanePosition => {
      const own = known.lanes.find(one => one.lane === lane.lane)
      return own !== undefined && own.changes > lane.changes ? own : lane
    }
    const unread = known.lanes.filter(own => !read.lanes.some(lane => lane.lane === own.lane))
    this.hold({ ...read, lanes: [...read.lanes.map(newer), ...unread] })
  }

  private hold(lanes: GameLanes): void {
    this.games.set(lanes.game, lanes)
    this.rows += rowsOf(lanes)
  }
}

const rowsOf = ({ lanes }: GameLanes): number => lanes.reduce((rows, { selections }) => rows + 1 + selections.size, 0)

/** The same object where it is in there already; null where something is missing in between. */
function stepped(known: GameLanes, lane: number, delta: PositionDelta, changes: number, at: Millis): GameLanes | null {
  const place = known.lanes.findIndex(one => one.lane === lane)
  const before = known.lanes[place] ?? { ...NOTHING_YET, lane, selections: new Map() }
  if (before.changes >= changes) return known
  if (before.changes + 1 !== changes) return null
  const after: LanePosition = {
    ...before,
    changes,
    position: sum(before.position, delta.position),
    expected: before.expected + delta.expected,
    waiting: before.waiting + delta.waiting,
    updatedAt: Math.max(before.updatedAt, at),
  }
  const others = known.lanes.filter(one => one.lane !== lane)
  return { ...known, lanes: [...others, after] }
}

const NOTHING_YET = { changes: 0, position: NO_POSITION, expected: 0n, waiting: 0, updatedAt: 0 } as const

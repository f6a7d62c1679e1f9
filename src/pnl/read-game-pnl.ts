import type { Database } from '../storage/database.js'
import { type GameFilter, type GamePnl, type GameScope, gamePnlOf, type ModelInForce, revisionOf } from './game-pnl.js'
import { countPositions, readScopeVersions, readStates, readVersions } from './game-pnl.store.js'
import {
  type CommittedGames,
  type GameState,
  KnownPositions,
  type LaneVersions,
  storedPositionOf,
} from './known-positions.js'
import { findActiveModel } from './outcome-model.store.js'

/**
 * Where games stand, with what is expected of their open bets by the model that is active now. What this node has written
 * itself it remembers: a query asks the database how far games have come, and reads those alone that others have moved.
 */
export class ReadGamePnl {
  private readonly known = new KnownPositions()
  private inForce: ModelInForce | null = null
  /** The highest that was met. */
  private activation = 0

  constructor(private readonly db: Database) {}

  /** This node has committed changes of games. */
  committed(games: CommittedGames): void {
    this.known.committed(games)
  }

  /** By game, `limit` of those behind `after`. */
  async page(filter: GameFilter, after: string, limit: number): Promise<GamePnl[]> {
    const { versions, activation } = await readVersions(this.db, filter, after, limit)
    const model = await this.modelOf(activation)
    const current = new Map<string, GamePnl>()
    const others: string[] = []
    for (const version of versions) {
      const { game } = version
      if (this.known.isCurrent(version)) current.set(game, gamePnlOf(storedPositionOf(this.known.get(game)!), model))
      else others.push(game)
    }
    for (const pnl of await this.load(others)) current.set(pnl.game, pnl)
    return versions.flatMap(({ game }) => current.get(game) ?? [])
  }

  /** Those of these that are known, at least as far as this node has told anybody. */
  async read(games: readonly string[]): Promise<GamePnl[]> {
    const model = await this.modelOf(this.activation)
    const kept: GamePnl[] = []
    const others: string[] = []
    for (const game of games) {
      const known = this.known.get(game)
      if (known === undefined) others.push(game)
      else kept.push(gamePnlOf(storedPositionOf(known), model))
    }
    return others.length === 0 ? kept : [...kept, ...(await this.load(others))]
  }

  count(filter: GameFilter): Promise<number> {
    return countPositions(this.db, filter)
  }

  /** By game. What other nodes have moved is read again when it is asked for. */
  async revisions(scope: GameScope): Promise<Map<string, string>> {
    const { versions, activation } = await readScopeVersions(this.db, scope)
    await this.modelOf(activation)
    const revisions = new Map<string, string>()
    for (const version of versions) {
      if (!this.known.isCurrent(version)) this.known.forget(version.game)
      revisions.set(version.game, revisionOf(changesOf(version.versions), activation))
    }
    return revisions
  }

  private async load(games: readonly string[]): Promise<GamePnl[]> {
    if (games.length === 0) return []
    const read = this.known.beginRead()
    let found: readonly GameState[] = []
    try {
      const { games: states, activation } = await readStates(this.db, games)
      const model = await this.modelOf(activation)
      found = states
      return states.map(state => gamePnlOf(storedPositionOf(state), model))
    } finally {
      this.known.endRead(read, found)
    }
  }

  /** Or a later one: a model that was active once is never so again. */
  private async modelOf(activation: number): Promise<ModelInForce | null> {
    this.activation = Math.max(this.activation, activation)
    if (this.activation === 0) return null
    if (this.inForce === null || this.inForce.activation < this.activation) {
      this.inForce = await findActiveModel(this.db)
    }
    return this.inForce
  }
}

function changesOf(versions: LaneVersions): number {
  let sum = 0
  for (const [, changes] of versions) sum += changes
  return sum
}

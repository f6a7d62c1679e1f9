import type { Database } from '../storage/database.js'
import { type GameFilter, type GamePnl, type GameScope, gamePnlOf, type ModelInForce, revisionOf } from './game-pnl.js'
import { countPositions, readPositions, readRevisions } from './game-pnl.store.js'
import { findActiveModel } from './outcome-model.store.js'

/** Where games stand, with what is expected of their open bets by the model that is active now. */
export class ReadGamePnl {
  private inForce: ModelInForce | null = null

  constructor(private readonly db: Database) {}

  /** By game, `limit` of those behind `after`. */
  async page(filter: GameFilter, after: string, limit: number): Promise<GamePnl[]> {
    const { positions, activation } = await readPositions(this.db, filter, after, limit)
    const model = await this.modelOf(activation)
    return positions.map(position => gamePnlOf(position, model))
  }

  /** Those of these that are known. */
  read(games: readonly string[]): Promise<GamePnl[]> {
    return this.page({ games, gameType: null }, '', games.length)
  }

  count(filter: GameFilter): Promise<number> {
    return countPositions(this.db, filter)
  }

  /** By game. */
  async revisions(scope: GameScope): Promise<Map<string, string>> {
    const { games, activation } = await readRevisions(this.db, scope)
    return new Map(games.map(({ game, changes }) => [game, revisionOf(changes, activation)]))
  }

  /** Or a later one: a model that was active once is never so again. */
  private async modelOf(activation: number): Promise<ModelInForce | null> {
    if (activation === 0) return null
    if (this.inForce === null || this.inForce.activation < activation) this.inForce = await findActiveModel(this.db)
    return this.inForce
  }
}

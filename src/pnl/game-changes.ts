import { Newest } from '../kernel/newest.js'
import type { GameFilter, GamePnl } from './game-pnl.js'

export interface GameChangesOptions {
  readonly filter: GameFilter
  /** The newest state of a game that was pushed. */
  readonly newestOf: (game: string) => GamePnl
  readonly onFrame: () => void
  readonly onClose: (changes: GameChanges) => void
}

/**
 * One subscriber's view of the games that match: of those that have changed and were not taken yet, the names alone are
 * kept, in the order in which they changed first.
 */
export class GameChanges extends Newest<GamePnl> {
  readonly games: ReadonlySet<string> | null
  readonly gameType: string | null
  private readonly pending = new Set<string>()

  constructor(private readonly options: GameChangesOptions) {
    super()
    const { games, gameType } = options.filter
    this.games = games === null ? null : new Set(games)
    this.gameType = gameType
  }

  push(game: string): void {
    if (this.isClosed) return
    this.pending.add(game)
    this.offer()
  }

  protected take(): GamePnl | null {
    for (const game of this.pending) {
      this.pending.delete(game)
      this.options.onFrame()
      return this.options.newestOf(game)
    }
    return null
  }

  protected onClosed(): void {
    this.pending.clear()
    this.options.onClose(this)
  }
}

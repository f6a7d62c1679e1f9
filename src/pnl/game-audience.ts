import type { GameChanges } from './game-changes.js'
import type { GamePnl, GameScope } from './game-pnl.js'

/** Who follows which games. Those who name them are found by name, so that a change of one game does not ask them all. */
export class GameAudience {
  private readonly byGame = new Map<string, Set<GameChanges>>()
  /** Who follow all games, or all of a type. */
  private readonly broad = new Set<GameChanges>()
  private readonly all = new Set<GameChanges>()

  get size(): number {
    return this.all.size
  }

  add(follower: GameChanges): void {
    this.all.add(follower)
    if (follower.games === null) this.broad.add(follower)
    for (const game of follower.games ?? []) {
      const others = this.byGame.get(game)
      if (others === undefined) this.byGame.set(game, new Set([follower]))
      else others.add(follower)
    }
  }

  delete(follower: GameChanges): void {
    this.all.delete(follower)
    this.broad.delete(follower)
    for (const game of follower.games ?? []) {
      const others = this.byGame.get(game)
      if (others?.delete(follower) && others.size === 0) this.byGame.delete(game)
    }
  }

  [Symbol.iterator](): IterableIterator<GameChanges> {
    return this.all.values()
  }

  *of({ game, gameType }: GamePnl): Iterable<GameChanges> {
    const matches = (follower: GameChanges) => follower.gameType === null || follower.gameType === gameType
    for (const follower of this.byGame.get(game) ?? []) if (matches(follower)) yield follower
    for (const follower of this.broad) if (matches(follower)) yield follower
  }

  /** Whether a change of this game may be somebody's; a game without a type may have got one. */
  mayFollow(game: string, known: GamePnl | undefined): boolean {
    if (this.byGame.has(game)) return true
    const gameType = known?.gameType ?? null
    for (const follower of this.broad) {
      if (follower.gameType === null || gameType === null || follower.gameType === gameType) return true
    }
    return false
  }

  scope(): GameScope {
    const gameTypes = new Set<string>()
    for (const { gameType } of this.broad) {
      if (gameType === null) return { games: null, gameTypes: [] }
      gameTypes.add(gameType)
    }
    return { games: [...this.byGame.keys()], gameTypes: [...gameTypes] }
  }
}

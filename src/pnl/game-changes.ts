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
 * kept, in the order in which they changed first. What is taken is the newest state, so one that reads slowly skips
 * states and never falls behind.
 */
export class GameChanges implements AsyncIterableIterator<GamePnl> {
  readonly games: ReadonlySet<string> | null
  readonly gameType: string | null
  private readonly pending = new Set<string>()
  private waiting: Waiting | null = null
  private failure: Error | null = null
  private closed = false

  constructor(private readonly options: GameChangesOptions) {
    const { games, gameType } = options.filter
    this.games = games === null ? null : new Set(games)
    this.gameType = gameType
  }

  push(game: string): void {
    if (this.closed) return
    const { waiting } = this
    this.waiting = null
    if (waiting === null) this.pending.add(game)
    else waiting.resolve(this.frameOf(game))
  }

  async next(): Promise<IteratorResult<GamePnl>> {
    const { failure, pending } = this
    this.failure = null
    if (failure !== null) throw failure
    if (this.closed) return { done: true, value: undefined }
    for (const game of pending) {
      pending.delete(game)
      return this.frameOf(game)
    }
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
    })
  }

  async return(): Promise<IteratorResult<GamePnl>> {
    this.close()
    return { done: true, value: undefined }
  }

  /** Ends it with an error, e.g. when the node stops. */
  fail(error: Error): void {
    const { waiting } = this
    this.waiting = null
    if (waiting === null) this.failure = error
    else waiting.reject(error)
    this.close()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  private frameOf(game: string): IteratorResult<GamePnl> {
    this.options.onFrame()
    return { done: false, value: this.options.newestOf(game) }
  }

  private close(): void {
    if (this.closed) return
    this.closed = true
    this.pending.clear()
    this.waiting?.resolve({ done: true, value: undefined })
    this.waiting = null
    this.options.onClose(this)
  }
}

interface Waiting {
  readonly resolve: (result: IteratorResult<GamePnl>) => void
  readonly reject: (error: Error) => void
}

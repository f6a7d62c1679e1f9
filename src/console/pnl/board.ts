/** How one game stands; revisions compare as text. */
export interface GameState {
  readonly game: string
  readonly revision: string
}

export interface BoardView<State> {
  readonly states: readonly State[]
  /** Games that have changed since the last painting. */
  readonly moved: ReadonlySet<string>
  /** As a list that can be paused: games that changed while it was held. */
  readonly list: { readonly held: boolean; readonly missed: number }
}

export const EMPTY_VIEW = { states: [], moved: new Set<string>(), list: { held: false, missed: 0 } } as const

export const PAINT_EVERY_MS = 250

/**
 * The newest state of each game, painted a few times a second however fast they change. States may come in any order and
 * from several answers: an older one never takes the place of a newer one. While it is held, what is painted stays.
 */
export class Board<State extends GameState> {
  private readonly newest = new Map<string, State>()
  private moved = new Set<string>()
  private painted: readonly State[] = []
  private held = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly show: (view: BoardView<State>) => void) {}

  take(state: State): void {
    const before = this.newest.get(state.game)
    if (before !== undefined && before.revision >= state.revision) return
    this.newest.set(state.game, state)
    if (before !== undefined || this.held) this.moved.add(state.game)
    this.soon()
  }

  games(): string[] {
    return [...this.newest.keys()]
  }

  hold(): void {
    this.held = true
    this.paint()
  }

  release(): void {
    this.held = false
    this.paint()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  paint(): void {
    this.stop()
    const { held, moved } = this
    if (held) {
      this.show({ states: this.painted, moved: new Set(), list: { held, missed: moved.size } })
      return
    }
    this.painted = [...this.newest.values()]
    this.moved = new Set()
    this.show({ states: this.painted, moved, list: { held, missed: 0 } })
    // What is marked as moved does not stay so.
    if (moved.size > 0) this.soon()
  }

  private soon(): void {
    this.timer ??= setTimeout(() => this.paint(), PAINT_EVERY_MS)
  }
}

import { AppError } from '../kernel/errors.js'
import type { Clock, Millis } from '../kernel/time.js'
import { GameAudience } from './game-audience.js'
import { GameChanges } from './game-changes.js'
import type { GameFilter, GamePnl, GameScope } from './game-pnl.js'

export interface GameSource {
  /** These games, those of them that are known. */
  read(games: readonly string[]): Promise<readonly GamePnl[]>
  /** By game, how far each has come. */
  revisions(scope: GameScope): Promise<ReadonlyMap<string, string>>
}

export interface GameWatchOptions {
  readonly source: GameSource
  /** From one frame of a game to its next one, at least. */
  readonly everyMs: number
  readonly clock: Clock
  readonly onSubscribers: (subscribers: number) => void
  readonly onFrame: () => void
  readonly onError: (error: Error) => void
}

interface Known {
  readonly pnl: GamePnl
  readonly readAt: Millis
}

const POLL_EVERY_MS = 100
const GAMES_A_READ = 500
const stopping = (): AppError => new AppError('UNAVAILABLE', 'this server is stopping')

/**
 * Tells subscribers how games stand whenever they change, on whichever node.
 *
 * Idle: nobody follows; nothing is read, and nothing is known. Looking: one loop. What this node has committed is told to
 * it (`changed`) and read at once, all such games together; what other nodes committed, another model, a new game and
 * the games of a new subscriber are found by comparing revisions every 100 ms. A game that was read waits `everyMs` for
 * its next read, and after each read the database has as much time without it, so the more changes there are the more
 * of them share a read. A read that fails is done again; it is told once, until one has succeeded. Stopped: every
 * subscription has been failed.
 */
export class GameWatch {
  private readonly followers = new GameAudience()
  private readonly known = new Map<string, Known>()
  /** Changed, and not read since. */
  private readonly dirty = new Set<string>()
  /** Who have not been told yet of games that are known. */
  private fresh = new Set<GameChanges>()
  private pollAt: Millis = 0
  private restUntil: Millis = 0
  /** When the first of the dirty games may be read. */
  private readAt: Millis = Number.POSITIVE_INFINITY
  private timer: NodeJS.Timeout | undefined
  private endRest: (() => void) | null = null
  private looking: Promise<void> | null = null
  private failing = false
  private stopped = false

  constructor(private readonly options: GameWatchOptions) {}

  watch(filter: GameFilter): GameChanges {
    if (this.stopped) throw stopping()
    const follower = new GameChanges({
      filter,
      newestOf: game => this.known.get(game)!.pnl,
      onFrame: this.options.onFrame,
      onClose: gone => this.leave(gone),
    })
    this.followers.add(follower)
    this.fresh.add(follower)
    this.options.onSubscribers(this.followers.size)
    this.looking ??= this.look()
    this.wake()
    return follower
  }

  /** This node has committed changes of these games. */
  changed(games: Iterable<string>): void {
    if (this.followers.size === 0) return
    for (const game of games) {
      const known = this.known.get(game)
      if (this.followers.mayFollow(game, known?.pnl)) this.markDirty(game, known)
    }
    this.wake()
  }

  /** Resolves when nothing is being read any more. */
  async stop(): Promise<void> {
    this.stopped = true
    for (const follower of [...this.followers]) follower.fail(stopping())
    this.wake()
    await this.looking
  }

  private leave(follower: GameChanges): void {
    this.followers.delete(follower)
    this.fresh.delete(follower)
    this.options.onSubscribers(this.followers.size)
    if (this.followers.size === 0) this.wake()
  }

  private markDirty(game: string, known: Known | undefined): void {
    this.dirty.add(game)
    this.readAt = Math.min(this.readAt, known === undefined ? 0 : known.readAt + this.options.everyMs)
  }

  private get isOver(): boolean {
    return this.stopped || this.followers.size === 0
  }

  private async look(): Promise<void> {
    const { clock } = this.options
    while (!this.isOver) {
      const startedAt = clock()
      await this.round(startedAt)
      const endedAt = clock()
      this.restUntil = this.failing ? endedAt + POLL_EVERY_MS : 2 * endedAt - startedAt
      await this.rest()
    }
    this.known.clear()
    this.dirty.clear()
    this.readAt = Number.POSITIVE_INFINITY
    this.looking = null
  }

  private async round(now: Millis): Promise<void> {
    try {
      if (this.fresh.size > 0 || now >= this.pollAt) await this.poll()
      await this.readDue()
      this.failing = false
    } catch (error) {
      if (!this.failing) this.options.onError(error as Error)
      this.failing = true
    }
  }

  private async poll(): Promise<void> {
    const { fresh } = this
    this.fresh = new Set()
    try {
      const revisions = await this.options.source.revisions(this.followers.scope())
      for (const [game, revision] of revisions) {
        const known = this.known.get(game)
        if (known === undefined || known.pnl.revision < revision) this.markDirty(game, known)
        else this.tell(known.pnl, fresh)
      }
    } catch (error) {
      for (const follower of fresh) this.fresh.add(follower)
      throw error
    } finally {
      this.pollAt = this.options.clock() + POLL_EVERY_MS
    }
  }

  private tell(pnl: GamePnl, fresh: ReadonlySet<GameChanges>): void {
    if (fresh.size === 0) return
    for (const follower of this.followers.of(pnl)) if (fresh.has(follower)) follower.push(pnl.game)
  }

  private async readDue(): Promise<void> {
    const due = this.takeDue(this.options.clock())
    if (due.length === 0) return
    try {
      const games = await this.options.source.read(due)
      const at = this.options.clock()
      for (const pnl of games) this.learn(pnl, at)
    } catch (error) {
      for (const game of due) this.markDirty(game, this.known.get(game))
      throw error
    }
  }

  private takeDue(now: Millis): string[] {
    if (now < this.readAt) return []
    const due: string[] = []
    const waiting: string[] = []
    for (const game of this.dirty) {
      const known = this.known.get(game)
      const isDue = known === undefined || known.readAt + this.options.everyMs <= now
      if (isDue && due.length < GAMES_A_READ) due.push(game)
      else waiting.push(game)
    }
    this.dirty.clear()
    this.readAt = Number.POSITIVE_INFINITY
    for (const game of waiting) this.markDirty(game, this.known.get(game))
    return due
  }

  private learn(pnl: GamePnl, readAt: Millis): void {
    const known = this.known.get(pnl.game)
    if (known !== undefined && known.pnl.revision >= pnl.revision) return
    this.known.set(pnl.game, { pnl, readAt })
    // Who is fresh is told of it by the poll that is due, with all that is known.
    for (const follower of this.followers.of(pnl)) if (!this.fresh.has(follower)) follower.push(pnl.game)
  }

  private rest(): Promise<void> {
    return new Promise(resolve => {
      this.endRest = () => {
        clearTimeout(this.timer)
        this.endRest = null
        resolve()
      }
      this.wake()
    })
  }

  /** Has the rest end when there is something to do. */
  private wake(): void {
    if (this.endRest === null) return
    if (this.isOver) {
      this.endRest()
      return
    }
    const nextAt = this.fresh.size > 0 ? 0 : Math.min(this.pollAt, this.readAt)
    const waitMs = Math.max(nextAt, this.restUntil) - this.options.clock()
    clearTimeout(this.timer)
    // Never longer than to the next poll, whatever a clock that was turned says.
    this.timer = setTimeout(this.endRest, Math.min(Math.max(waitMs, 0), POLL_EVERY_MS))
  }
}

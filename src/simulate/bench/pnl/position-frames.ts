import type { Position } from '../subscriber.js'

interface Game {
  /** When the bets were sent that no frame has shown, oldest first. */
  readonly waiting: number[]
  /** How many bets the newest frame has shown. */
  shown: number
}

/**
 * How long each bet took to be in a frame of its game. A frame says how many bets its game has, so it answers for as many
 * of those that were sent.
 */
export class PositionFrames {
  tookMs: number[] = []
  frames = 0
  private readonly games = new Map<string, Game>()
  private missing = 0
  private failure: Error | undefined
  private wake: () => void = () => undefined

  constructor(games: readonly string[]) {
    for (const game of games) this.games.set(game, { waiting: [], shown: 0 })
  }

  sent(game: string, at: number): void {
    const known = this.games.get(game)
    if (known === undefined) return
    known.waiting.push(at)
    this.missing++
  }

  arrived({ game, bets }: Position, at: number): void {
    this.frames++
    const known = this.games.get(game)
    if (known === undefined || bets <= known.shown) return
    const shown = known.waiting.splice(0, bets - known.shown)
    known.shown = bets
    this.missing -= shown.length
    for (const sentAt of shown) this.tookMs.push(at - sentAt)
    this.wake()
  }

  fail(error: Error): void {
    this.failure = error
    this.wake()
  }

  forget(): void {
    this.tookMs = []
    this.frames = 0
  }

  /** Resolves when a frame has shown each bet that was sent. */
  async all(withinMs: number): Promise<void> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.wake()
    }, withinMs)
    while (this.missing > 0 && !late && this.failure === undefined) {
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
    clearTimeout(timer)
    if (this.failure !== undefined) throw this.failure
    if (this.missing > 0) throw new Error(`${this.missing} bets were in no frame ${withinMs} ms after the last one`)
  }
}

import type { DrawStep } from './draw-waiting.js'

/** Takes the steps for which the node is needed; returns one that is not among them, null where the draw can wait. */
export type MoveHere = (drawId: string, signal: AbortSignal) => Promise<DrawStep | null>
/** Takes the steps that are computed for long, where nobody waits for them. Aborted, it resolves once they have left off. */
export type MakeElsewhere = (drawId: string, signal: AbortSignal) => Promise<unknown>

/** Each holds a connection, and all but the backfill a good part of a core. */
export const RUNS_AT_ONCE_MAX = 3

/**
 * The one thing that moves draws on, as far as they can go: backfilled, closed, frozen, awarded. The first two are taken
 * here, where the node knows what it has received; the rest in a thread of its own, because ingest needs this one.
 */
export class AdvanceDraw {
  private readonly runs = new Map<string, Promise<void>>()
  /** Draws that were asked for again while they were on their way: what they wait for may have come. */
  private readonly again = new Set<string>()
  private readonly stopping = new AbortController()

  constructor(
    private readonly here: MoveHere,
    private readonly elsewhere: MakeElsewhere,
    private readonly onError: (drawId: string, error: Error) => void,
  ) {}

  /** In the background. Resolves when the draw can go no further for now, or failed: then it is tried again later. */
  start(drawId: string): Promise<void> {
    const present = this.runs.get(drawId)
    if (present !== undefined) {
      this.again.add(drawId)
      return present
    }
    if (this.stopping.signal.aborted || this.runs.size >= RUNS_AT_ONCE_MAX) return Promise.resolve()
    const run = this.runTillDone(drawId)
      .catch(error => {
        if (!this.stopping.signal.aborted) this.onError(drawId, error as Error)
      })
      .finally(() => {
        this.runs.delete(drawId)
        this.again.delete(drawId)
      })
    this.runs.set(drawId, run)
    return run
  }

  /** Resolves when all runs have left off: what they have not committed is done by whoever comes next. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await Promise.all(this.runs.values())
  }

  private async runTillDone(drawId: string): Promise<void> {
    const { signal } = this.stopping
    do {
      this.again.delete(drawId)
      const left = await this.here(drawId, signal)
      if (left !== null && !signal.aborted) await this.elsewhere(drawId, signal)
    } while (this.again.has(drawId) && !signal.aborted)
  }
}

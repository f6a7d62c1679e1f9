import type { Clock, Millis } from '../kernel/time.js'
import type { Database, Session } from '../storage/database.js'
import type { AwardDraw } from './award-draw.js'
import type { BackfillDraw } from './backfill-draw.js'
import { tryLockDraw, unlockDraw } from './close.store.js'
import type { CloseDraw } from './close-draw.js'
import { findDraw } from './draw.store.js'
import { type DrawStep, nextStep } from './draw-waiting.js'
import type { FrozenEntries } from './entrants.js'
import type { FreezeDraw } from './freeze-draw.js'
import { settleDraw } from './settle-draw.js'
import type { StoredDraw } from './stored-draw.js'

export interface DrawSteps {
  readonly backfill: BackfillDraw
  readonly closing: CloseDraw
  readonly freezing: FreezeDraw
  readonly awarding: AwardDraw
  /** Told of each that has succeeded. */
  readonly onStep: (step: DrawStep, tookMs: Millis) => void
}

/** A draw has four steps; rules that are changed meanwhile have one of them done again. */
const STEPS_A_RUN_MAX = 20
/** Each holds a connection, and all but the backfill a good part of a core. */
export const RUNS_AT_ONCE_MAX = 3

/**
 * The one thing that moves draws on, as far as they can go: backfilled, closed, frozen, awarded. A run holds the draw's
 * lock on the connection that it works with, so no two nodes work on one draw, and a node that dies holds nothing. Each
 * step checks where the draw stands in the transaction in which it writes, and leaves off nowhere in between.
 */
export class AdvanceDraw {
  private readonly runs = new Map<string, Promise<void>>()
  /** Draws that were asked for again while they were on their way: what they wait for may have come. */
  private readonly again = new Set<string>()
  private readonly stopping = new AbortController()

  constructor(
    private readonly db: Database,
    private readonly steps: DrawSteps,
    private readonly onError: (drawId: string, error: Error) => void,
    private readonly clock: Clock,
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

  /** Does nothing where another one moves the draw on. */
  run(drawId: string): Promise<void> {
    return this.db.withSession(async session => {
      if (!(await tryLockDraw(session, drawId))) return
      try {
        await this.advance(session, drawId)
      } finally {
        await unlockDraw(session, drawId)
      }
    })
  }

  /** Resolves when all runs have left off: what they have not committed is done by whoever comes next. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await Promise.all(this.runs.values())
  }

  private async runTillDone(drawId: string): Promise<void> {
    do {
      this.again.delete(drawId)
      await this.run(drawId)
    } while (this.again.has(drawId) && !this.stopping.signal.aborted)
  }

  private async advance(session: Session, drawId: string): Promise<void> {
    const progress: Progress = { frozen: null }
    for (let taken = 0; taken < STEPS_A_RUN_MAX && !this.stopping.signal.aborted; taken++) {
      const draw = await findDraw(session, drawId)
      const startedAt = this.clock()
      const step = draw && nextStep(draw, startedAt)
      if (step === null || !(await this.take(step, session, draw!, progress))) return
      this.steps.onStep(step, this.clock() - startedAt)
    }
  }

  /** False when the draw must wait. */
  private async take(step: DrawStep, session: Session, draw: StoredDraw, progress: Progress): Promise<boolean> {
    const { backfill, closing, freezing, awarding } = this.steps
    const { signal } = this.stopping
    switch (step) {
      case 'backfill':
        await backfill.run(session, draw, signal)
        return true
      case 'close':
        return closing.run(session, draw)
      case 'freeze':
        progress.frozen = await freezing.run(session, draw, signal)
        return true
      case 'award':
        await awarding.run(session, draw, progress.frozen, signal)
        return true
      case 'settle':
        await settleDraw(session, draw)
        return true
    }
  }
}

/** What a run knows of the draw by its own work. */
interface Progress {
  frozen: FrozenEntries | null
}

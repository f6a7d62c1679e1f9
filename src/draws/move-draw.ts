import type { Clock, Millis } from '../kernel/time.js'
import type { Database, Session } from '../storage/database.js'
import { tryLockDraw, unlockDraw } from './close.store.js'
import { findDraw } from './draw.store.js'
import { type DrawStep, nextStep } from './draw-waiting.js'
import type { StoredDraw } from './stored-draw.js'

/** Resolves to false when the draw must wait. */
export type TakeStep = (session: Session, draw: StoredDraw, signal: AbortSignal) => Promise<boolean>

/** Told of each step that has succeeded. */
export type OnStep = (step: DrawStep, tookMs: Millis) => void

/** A draw has four steps; rules that are changed meanwhile have one of them done again. */
const STEPS_A_RUN_MAX = 20

/**
 * Takes those steps of a draw that it knows. It holds the draw's lock on the connection that it works with, so no two
 * nodes or threads work on one draw, and one that dies holds nothing. Each step checks where the draw stands in the
 * transaction in which it writes, and leaves off nowhere in between.
 */
export class MoveDraw {
  constructor(
    private readonly db: Database,
    private readonly steps: Partial<Record<DrawStep, TakeStep>>,
    private readonly onStep: OnStep,
    private readonly clock: Clock,
  ) {}

  /** Returns the step that comes next and is not known here; null where the draw waits, or is another one's. */
  run(drawId: string, signal: AbortSignal): Promise<DrawStep | null> {
    return this.db.withSession(async session => {
      if (!(await tryLockDraw(session, drawId))) return null
      try {
        return await this.takeAll(session, drawId, signal)
      } finally {
        await unlockDraw(session, drawId)
      }
    })
  }

  private async takeAll(session: Session, drawId: string, signal: AbortSignal): Promise<DrawStep | null> {
    for (let taken = 0; taken < STEPS_A_RUN_MAX && !signal.aborted; taken++) {
      const draw = await findDraw(session, drawId)
      const startedAt = this.clock()
      const step = draw && nextStep(draw, startedAt)
      if (step === null) return null
      const take = this.steps[step]
      if (take === undefined) return step
      if (!(await take(session, draw!, signal))) return null
      this.onStep(step, this.clock() - startedAt)
    }
    return null
  }
}

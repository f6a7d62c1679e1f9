import type { Clock } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { exclusiveRules } from '../storage/rules-lock.js'
import { markClosed } from './close.store.js'
import { findDraw } from './draw.store.js'
import { nextStep, type Stream, streamsBehind } from './draw-waiting.js'
import type { StoredDraw } from './stored-draw.js'

/** How far all streams have come, as a session sees it. */
export type StreamsOf = (session: Queryable) => Promise<readonly Stream[]>

/** Closes a draw once no stream may bring events of before drawsAt: no batch that begins afterwards counts for it. */
export class CloseDraw {
  constructor(
    private readonly streamsOf: StreamsOf,
    private readonly clock: Clock,
  ) {}

  /** False when it still waits for a stream. */
  async run(session: Session, draw: StoredDraw): Promise<boolean> {
    if (await this.waits(session, draw)) return false
    await session.rows('BEGIN')
    try {
      await exclusiveRules(session)
      // Again, now that no batch is under way.
      const present = await findDraw(session, draw.id)
      const closes =
        present !== null && nextStep(present, this.clock()) === 'close' && !(await this.waits(session, present))
      if (closes) await markClosed(session, present.number, this.clock())
      await session.rows('COMMIT')
      return closes
    } catch (error) {
      await session.rows('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  private async waits(session: Session, draw: StoredDraw): Promise<boolean> {
    return !draw.forced && streamsBehind(draw.drawsAt, await this.streamsOf(session)).length > 0
  }
}

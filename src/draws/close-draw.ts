import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { exclusiveRules } from '../storage/rules-lock.js'
import { markClosed } from './close.store.js'
import { findDraw } from './draw.store.js'
import { nextStep, type Stream, streamsBehind } from './draw-waiting.js'
import type { StoredDraw } from './stored-draw.js'

/** How far all streams have come, as a session sees it. */
export type StreamsOf = (session: Queryable) => Promise<readonly Stream[]>

const OTHERS_COMMIT_WITHIN_MS = 500

/** Closes a draw once no stream may bring events of before drawsAt: no batch that begins afterwards counts for it. */
export class CloseDraw {
  constructor(
    private readonly streamsOf: StreamsOf,
    /** Resolves when what this node had received is committed. */
    private readonly settled: () => Promise<unknown>,
    private readonly clock: Clock,
  ) {}

  /** False when it still waits for a stream. */
  async run(session: Session, draw: StoredDraw): Promise<boolean> {
    if (await this.waits(session, draw)) return false
    if (!draw.forced) await this.lanes(session)
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

  /**
   * Lanes overtake each other: behind a watermark there may be earlier events that were received and are not committed.
   * Those of this node are waited for, those of other nodes for as long as a batch takes.
   */
  private async lanes(session: Session): Promise<void> {
    const commits = (await this.streamsOf(session)).map(({ lastCommitAt }) => lastCommitAt ?? Number.NEGATIVE_INFINITY)
    const quietMs = this.clock() - Math.max(...commits, Number.NEGATIVE_INFINITY)
    await this.settled()
    if (quietMs < OTHERS_COMMIT_WITHIN_MS) await pause(OTHERS_COMMIT_WITHIN_MS)
  }

  private async waits(session: Session, draw: StoredDraw): Promise<boolean> {
    return !draw.forced && streamsBehind(draw.drawsAt, await this.streamsOf(session)).length > 0
  }
}

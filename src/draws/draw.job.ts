import { type Clock, SECOND_MS } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { AdvanceDraw } from './advance-draw.js'
import { unfinishedDraws } from './draw.store.js'
import { nextStep } from './draw-waiting.js'

/** Moves draws on at their times, and those whose node was killed. It waits for none: one of millions takes a while. */
export const drawJob = (db: Database, advance: AdvanceDraw, clock: Clock) => ({
  name: 'draws',
  everyMs: SECOND_MS,
  async run() {
    for (const draw of await unfinishedDraws(db)) {
      if (nextStep(draw, clock()) !== null) void advance.start(draw.id)
    }
  },
})

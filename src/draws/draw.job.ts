import { type Clock, SECOND_MS } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { AdvanceDraw } from './advance-draw.js'
import { unfinishedDraws } from './draw.store.js'
import { nextStep, type Stream, streamsBehind } from './draw-waiting.js'

/**
 * Moves draws on at their times, and those whose node was killed. It waits for none: one of millions takes a while. Where
 * more of them can move than may at once, another one is first each time.
 */
export function drawJob(db: Database, streams: () => Promise<readonly Stream[]>, advance: AdvanceDraw, clock: Clock) {
  let turn = 0
  return {
    name: 'draws',
    everyMs: SECOND_MS,
    async run() {
      const now = clock()
      const moving = (await unfinishedDraws(db)).filter(draw => nextStep(draw, now) !== null)
      if (moving.length === 0) return
      const present = await streams()
      const ready = moving.filter(
        draw => draw.forced || nextStep(draw, now) !== 'close' || streamsBehind(draw.drawsAt, present).length === 0,
      )
      turn++
      for (let i = 0; i < ready.length; i++) void advance.start(ready[(turn + i) % ready.length]!.id)
    },
  }
}

import type { StreamProgress } from '../events/stream.js'
import type { Millis } from '../kernel/time.js'
import { isReadyToDraw, statusAt } from './draw-status.js'
import type { StoredDraw } from './stored-draw.js'

export type Stream = Pick<StreamProgress, 'stream' | 'watermark' | 'idle' | 'lastCommitAt'>

const BACKFILL = 'backfill'
const ENTROPY = 'entropy'

/** Names of the streams that may still bring events of before drawsAt. */
export const streamsBehind = (drawsAt: Millis, streams: readonly Stream[]): string[] =>
  streams
    .filter(({ watermark, idle }) => !idle && (watermark === null || watermark < drawsAt))
    .map(({ stream }) => stream)

/** All that a closing draw waits for; one that is not closing waits for nothing. */
export function waitingFor(draw: StoredDraw, streams: readonly Stream[], now: Millis): string[] {
  if (statusAt(draw, now) !== 'CLOSING') return []
  const waiting = draw.closedAt === null && !draw.forced ? streamsBehind(draw.drawsAt, streams) : []
  if (!draw.backfilled) waiting.push(BACKFILL)
  if (draw.entropyLabel !== null && draw.entropy === null) waiting.push(ENTROPY)
  return waiting
}

/** What comes next of a draw; each of them moves it on, and can be done again where it was interrupted. */
export type DrawStep = 'backfill' | 'close' | 'freeze' | 'award' | 'settle'

/** Null: nothing, for now or for ever. The streams are asked about when it closes. */
export function nextStep(draw: StoredDraw, now: Millis): DrawStep | null {
  const status = statusAt(draw, now)
  if (status === 'CANCELLED') return draw.settled ? null : 'settle'
  if (status === 'DRAWN') return null
  if (!draw.backfilled) return 'backfill'
  if (status !== 'CLOSING') return null
  if (draw.closedAt === null) return 'close'
  if (draw.entriesHash === null) return 'freeze'
  return isReadyToDraw(draw) ? 'award' : null
}

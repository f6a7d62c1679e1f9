import { badInput } from '../kernel/errors.js'
import type { Millis } from '../kernel/time.js'
import type { StreamProgressRow } from './event.table.js'

/** A stream is one source of events: an HTTP producer, later a Kafka partition. */
export const STREAMS_MAX = 1_000
const STREAM_NAME = /^[A-Za-z0-9_.:/-]{1,100}$/

export function checkStreamName(name: string): string {
  if (!STREAM_NAME.test(name)) throw badInput('stream', 'must be 1 to 100 of A-Z a-z 0-9 _ . : / -', name)
  return name
}

export interface StreamSettings {
  readonly latenessMs: number
  readonly idleMs: number
  readonly laggingMs: number
}

export interface StreamProgress {
  readonly stream: string
  /** The highest committed event time minus the lateness bound: events before it are late. */
  readonly watermark: Millis | null
  readonly lastEventAt: Millis | null
  readonly lastCommitAt: Millis | null
  readonly events: number
  readonly rejected: number
  /** Age of the oldest event received and not committed. */
  readonly lagMs: number
  readonly idle: boolean
}

export function progressOf(
  row: StreamProgressRow,
  lagMs: number,
  settings: StreamSettings,
  now: Millis,
): StreamProgress {
  const quietMs = row.last_commit_at === null ? Number.POSITIVE_INFINITY : now - row.last_commit_at
  return {
    stream: row.stream,
    watermark: row.max_occurred_at === null ? null : row.max_occurred_at - settings.latenessMs,
    lastEventAt: row.max_occurred_at,
    lastCommitAt: row.last_commit_at,
    events: row.events,
    rejected: row.rejected,
    lagMs,
    idle: lagMs === 0 && quietMs >= settings.idleMs,
  }
}

/**
 * How far event time has come for all: the slowest watermark of the streams that are not idle. When all are idle, the
 * furthest, since none of them will ever catch up with it; null before the first event.
 */
export function slowestWatermark(streams: readonly StreamProgress[]): Millis | null {
  const known = streams.filter(s => s.watermark !== null)
  const active = known.filter(s => !s.idle).map(s => s.watermark!)
  if (active.length > 0) return Math.min(...active)
  return known.length > 0 ? Math.max(...known.map(s => s.watermark!)) : null
}

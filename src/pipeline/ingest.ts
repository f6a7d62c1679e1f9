import type { IngestPort, Submission } from '../events/ingest-port.js'
import type { IngestOutcome } from '../events/player-event.js'
import type { StreamHighs } from '../events/stream-highs.js'
import { AppError } from '../kernel/errors.js'
import type { Clock, Millis } from '../kernel/time.js'
import type { Lanes } from './lanes.js'
import { Piece } from './piece.js'

export interface IngestOptions {
  readonly lanes: Lanes
  readonly queueEventsMax: number
  readonly clock: Clock
  readonly highs: StreamHighs
  readonly registerStream: (stream: string) => Promise<void>
  readonly onBusy: () => void
}

/** Big events fill the queue by their size rather than by their number. */
const QUEUE_BYTES_MAX = 64 * 1024 * 1024
const RETRY_AFTER_MS = 250

/**
 * The bounded queue before the lanes. Open: a call is admitted while there is room, and what it then offers waits for
 * room, in the order in which it asked (backpressure). Draining: nothing new is admitted, everything admitted is
 * committed.
 */
export class Ingest implements IngestPort {
  private queuedEvents = 0
  private queuedBytes = 0
  private draining = false
  private readonly known = new Set<string>()
  private readonly under = new Map<string, Set<Piece>>()
  private readonly forRoom: (() => void)[] = []
  private readonly forEmpty: (() => void)[] = []

  constructor(private readonly options: IngestOptions) {}

  get depth(): number {
    return this.queuedEvents
  }

  async admit(stream: string): Promise<void> {
    if (this.draining) throw new AppError('UNAVAILABLE', 'this server is stopping')
    if (!this.hasRoom()) {
      this.options.onBusy()
      throw new AppError('INGEST_BUSY', `${this.queuedEvents} events are waiting: send again later`, {
        retryAfterMs: RETRY_AFTER_MS,
      })
    }
    if (this.known.has(stream)) return
    await this.options.registerStream(stream)
    this.known.add(stream)
  }

  async offer(submission: Submission, outcome: IngestOutcome): Promise<{ committed: Promise<void> }> {
    while (!this.hasRoom()) await new Promise<void>(resolve => this.forRoom.push(resolve))
    this.queuedEvents += submission.events.length + submission.rejections.length
    this.queuedBytes += submission.bytes
    const { clock, highs } = this.options
    const piece = new Piece(submission, outcome, clock(), highs.at(submission.stream), done => this.release(done))
    this.enqueue(piece)
    return { committed: piece.committed }
  }

  /** Age of the oldest event received and not committed, by stream. */
  lagMs(now: Millis): ReadonlyMap<string, number> {
    const lags = new Map<string, number>()
    for (const [stream, pieces] of this.under) {
      for (const oldest of pieces) {
        lags.set(stream, Math.max(0, now - oldest.receivedAt))
        break
      }
    }
    return lags
  }

  /** Resolves when what is queued by now is committed, or was refused. */
  async settled(): Promise<void> {
    const pieces = [...this.under.values()].flatMap(theirs => [...theirs])
    await Promise.allSettled(pieces.map(piece => piece.committed))
  }

  /** Resolves when everything admitted is committed. */
  async drain(): Promise<void> {
    this.draining = true
    while (this.queuedEvents > 0) await new Promise<void>(resolve => this.forEmpty.push(resolve))
  }

  private hasRoom(): boolean {
    return this.queuedEvents < this.options.queueEventsMax && this.queuedBytes < QUEUE_BYTES_MAX
  }

  private enqueue(piece: Piece): void {
    const { stream, events, rejections } = piece.submission
    if (events.length + rejections.length === 0) return
    const pieces = this.under.get(stream) ?? new Set()
    this.under.set(stream, pieces.add(piece))
    this.options.lanes.enqueue(piece, this.queuedEvents)
  }

  private release(piece: Piece): void {
    const { stream, events, rejections, bytes } = piece.submission
    this.queuedEvents -= events.length + rejections.length
    this.queuedBytes -= bytes
    const pieces = this.under.get(stream)
    pieces?.delete(piece)
    if (pieces?.size === 0) this.under.delete(stream)
    this.options.lanes.done(piece)
    if (this.hasRoom()) for (const go of this.forRoom.splice(0)) go()
    if (this.queuedEvents === 0) for (const go of this.forEmpty.splice(0)) go()
  }
}

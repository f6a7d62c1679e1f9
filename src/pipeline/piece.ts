import type { Submission } from '../events/ingest-port.js'
import { type IngestOutcome, type PlayerEvent, REJECTED_LISTED_MAX, type Rejection } from '../events/player-event.js'
import type { Millis } from '../kernel/time.js'

/** One event on its way through a lane, and the submission that waits for it. */
export interface QueuedEvent {
  readonly event: PlayerEvent
  readonly index: number
  readonly piece: Piece
}

/** A submission under way: settles when the last of its events has been decided. */
export class Piece {
  readonly committed: Promise<void>
  private settle!: () => void
  private refuse!: (error: Error) => void
  private open: number
  private failure: Error | null = null

  constructor(
    readonly submission: Submission,
    private readonly outcome: IngestOutcome,
    readonly receivedAt: Millis,
    /** How far its stream had come when it arrived. */
    readonly streamHigh: Millis,
    private readonly onDone: (piece: Piece) => void,
  ) {
    this.open = submission.events.length + submission.rejections.length
    this.committed = new Promise((resolve, reject) => {
      this.settle = resolve
      this.refuse = reject
    })
    // The offer's caller may look at it only after its whole body has been read.
    this.committed.catch(() => undefined)
    if (this.open === 0) this.done()
  }

  accepted(): void {
    this.outcome.accepted++
    this.decided()
  }

  duplicate(): void {
    this.outcome.duplicates++
    this.decided()
  }

  rejected(rejection: Rejection): void {
    this.outcome.rejectedCount++
    if (this.outcome.rejected.length < REJECTED_LISTED_MAX) this.outcome.rejected.push(rejection)
    this.decided()
  }

  failed(error: Error): void {
    this.failure = error
    this.decided()
  }

  private decided(): void {
    this.open--
    if (this.open === 0) this.done()
  }

  private done(): void {
    this.onDone(this)
    if (this.failure === null) this.settle()
    else this.refuse(this.failure)
  }
}

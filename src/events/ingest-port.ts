import type { IngestOutcome, PlayerEvent, Rejection } from './player-event.js'

/** Some of a caller's events, in the order in which they arrived. */
export interface Submission {
  readonly stream: string
  /** Who sent it: the token's subject. */
  readonly actor: string
  readonly events: readonly PlayerEvent[]
  /** The place of each event in what the caller sent. */
  readonly indexes: readonly number[]
  readonly rejections: readonly Rejection[]
  /** About the size of what was sent: the queue is bounded in bytes too. */
  readonly bytes: number
}

/** The door of the pipeline, whatever the transport. */
export interface IngestPort {
  /** Refuses with INGEST_BUSY while the queue is full, and with BAD_USER_INPUT a stream too many. */
  admit(stream: string): Promise<void>
  /**
   * Waits for room, then queues. `committed` settles when all of it is durable, with all its effects, or rejects when the
   * database stayed away; it adds to the outcome that was given.
   */
  offer(submission: Submission, outcome: IngestOutcome): Promise<{ committed: Promise<void> }>
}

export const newOutcome = (): IngestOutcome => ({ accepted: 0, duplicates: 0, rejectedCount: 0, rejected: [] })

import type { Millis } from '../kernel/time.js'

/** The highest event time of one stream in one batch; null where it has rejections alone. */
export interface StreamStep {
  readonly stream: string
  readonly maxOccurredAt: Millis | null
}

interface Highs {
  /** Of this node's commits: those that it knows of, and those that may be on their way. */
  committed: Millis
  sent: Millis
  /** The highest that only another node can have committed. */
  foreign: Millis
}

/**
 * How far each stream had come when something of it arrived here. Lanes overtake each other, so a replay that comes in
 * order is committed out of order: what an event is late against is what had been committed when it arrived, not what
 * another lane has committed since.
 */
export class StreamHighs {
  private readonly streams = new Map<string, Highs>()

  /** The highest event time of the stream that this node knows to be committed. */
  at(stream: string): Millis {
    const { committed, foreign } = this.of(stream)
    return Math.max(committed, foreign)
  }

  /** A commit with these event times is about to be sent. */
  sending(steps: readonly StreamStep[]): void {
    for (const { stream, maxOccurredAt } of steps) {
      const highs = this.of(stream)
      highs.sent = Math.max(highs.sent, maxOccurredAt ?? NEVER)
    }
  }

  committed(steps: readonly StreamStep[]): void {
    for (const { stream, maxOccurredAt } of steps) {
      const highs = this.of(stream)
      highs.committed = Math.max(highs.committed, maxOccurredAt ?? NEVER)
    }
  }

  /** What the database says. Returns what is known of other nodes' commits. */
  read(stream: string, high: Millis): Millis {
    const highs = this.of(stream)
    if (high > highs.sent) highs.foreign = Math.max(highs.foreign, high)
    return highs.foreign
  }

  private of(stream: string): Highs {
    let highs = this.streams.get(stream)
    if (highs === undefined) {
      highs = { committed: NEVER, sent: NEVER, foreign: NEVER }
      this.streams.set(stream, highs)
    }
    return highs
  }
}

const NEVER = Number.NEGATIVE_INFINITY

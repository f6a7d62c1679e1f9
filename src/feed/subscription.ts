import { AppError } from '../kernel/errors.js'

/** What a subscription reads of its topic's past: items behind `after`, oldest first, up to and with `upTo`. */
export type ReplayTopic<T> = (after: number, upTo: number, limit: number) => Promise<FeedItem<T>[]>

export interface FeedItem<T = unknown> {
  readonly id: number
  readonly topic: string
  readonly payload: T
}

export interface SubscriptionSource<T> {
  /** The last id that this node has published. */
  position(): number
  replay: ReplayTopic<T>
  attach(subscription: Subscription<T>): void
  detach(subscription: Subscription<T>): void
}

const REPLAY_PAGE = 500

/**
 * One subscriber's view of one topic, in three modes.
 *
 * Replaying: it reads pages of the table behind its position, and nothing is queued for it. When a page brings it to the
 * node's own position it attaches, in the same turn of the event loop, so there is neither a gap nor a double.
 * Live: the node pushes into its queue, which is bounded. One that overruns it is detached, its queue is let go, and
 * its next pull fails with SLOW_CONSUMER: it resumes from the last cursor it has seen.
 * Closed: by the consumer (return), by an overrun or by a failed read.
 */
export class Subscription<T> implements AsyncIterableIterator<T> {
  private mode: 'replaying' | 'live' | 'closed' = 'replaying'
  private queue: T[] = []
  private overrun = false
  private waiting: ((result: IteratorResult<T>) => void) | null = null
  private failWaiting: ((error: Error) => void) | null = null

  constructor(
    readonly topic: string,
    private readonly source: SubscriptionSource<T>,
    private readonly accepts: (payload: T) => boolean,
    private position: number,
    private readonly queueMax: number,
    private readonly onOverrun: () => void,
  ) {
    this.attachWhenCaughtUp()
  }

  /** Called by the node for each item it publishes while this is attached. */
  push(item: FeedItem<T>): void {
    // A client may come from a node that was ahead of this one: what it has seen there is not told again.
    if (this.mode !== 'live' || item.id <= this.position || !this.accepts(item.payload)) return
    if (this.waiting !== null) {
      const deliver = this.waiting
      this.waiting = this.failWaiting = null
      deliver({ done: false, value: item.payload })
    } else if (this.queue.length < this.queueMax) {
      this.queue.push(item.payload)
    } else {
      this.overrun = true
      this.close()
      this.onOverrun()
    }
  }

  async next(): Promise<IteratorResult<T>> {
    while (this.mode === 'replaying' && this.queue.length === 0) await this.replayPage()
    if (this.queue.length > 0) return { done: false, value: this.queue.shift()! }
    if (this.overrun) {
      this.overrun = false
      throw new AppError(
        'SLOW_CONSUMER',
        `more than ${this.queueMax} effects were waiting: resume after the last feedCursor`,
      )
    }
    if (this.mode === 'closed') return { done: true, value: undefined }
    return new Promise((resolve, reject) => {
      this.waiting = resolve
      this.failWaiting = reject
    })
  }

  async return(): Promise<IteratorResult<T>> {
    this.close()
    return { done: true, value: undefined }
  }

  /** Ends the subscription with an error, e.g. when the node stops. */
  fail(error: Error): void {
    const reject = this.failWaiting
    this.waiting = this.failWaiting = null
    this.close()
    reject?.(error)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  private async replayPage(): Promise<void> {
    const upTo = this.source.position()
    // Half of the queue stays free for what is published before the page has been sent.
    const limit = Math.max(1, Math.min(REPLAY_PAGE, Math.floor(this.queueMax / 2)))
    try {
      const page = await this.source.replay(this.position, upTo, limit)
      for (const item of page) if (this.accepts(item.payload)) this.queue.push(item.payload)
      this.position = page.length < limit ? upTo : page.at(-1)!.id
    } catch (error) {
      this.close()
      throw error
    }
    this.attachWhenCaughtUp()
  }

  private attachWhenCaughtUp(): void {
    if (this.mode !== 'replaying' || this.position < this.source.position()) return
    this.mode = 'live'
    this.source.attach(this)
  }

  private close(): void {
    if (this.mode === 'live') this.source.detach(this)
    this.mode = 'closed'
    this.queue = []
    const finish = this.waiting
    this.waiting = this.failWaiting = null
    finish?.({ done: true, value: undefined })
  }
}

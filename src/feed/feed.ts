import { AppError } from '../kernel/errors.js'
import type { Database } from '../storage/database.js'
import { formatCursor, parseCursor } from './cursor.js'
import { feedHead } from './feed.store.js'
import { type FeedItem, type ReplayTopic, Subscription } from './subscription.js'

export interface FeedOptions {
  readonly subscriberQueueMax: number
  readonly onPublished: (item: FeedItem, position: number) => void
  readonly onSlowConsumer: () => void
  readonly onError: (error: Error) => void
}

const SLICE_MAX = 500
const POLL_MS = 5_000

/**
 * The gap-free log of effects, as this node publishes it: contiguous ids only. What the node has committed itself comes
 * from memory when the id before has been published; everything else (another node's commits, a commit whose answer
 * was lost) is read from the table. A notification tells how far the feed has come; a slow poll stands in for lost ones.
 */
export class Feed {
  private epoch = ''
  private published = 0
  /** The highest id known to be committed. */
  private known = 0
  private readonly own = new Map<number, FeedItem>()
  private readonly topics = new Map<string, ReplayTopic<unknown>>()
  private readonly live = new Map<string, Set<Subscription<unknown>>>()
  private catchingUp = false
  private pausing = false
  private closed = false
  private poll: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly options: FeedOptions,
  ) {}

  /** Each topic is read back by its own domain. */
  registerTopic<T>(topic: string, replay: ReplayTopic<T>): void {
    this.topics.set(topic, replay as ReplayTopic<unknown>)
    this.live.set(topic, new Set())
  }

  async start(): Promise<void> {
    const head = await feedHead(this.db)
    this.epoch = head.epoch
    this.published = this.known = head.id
    this.poll = setInterval(() => this.look(), POLL_MS)
  }

  close(): void {
    this.closed = true
    clearInterval(this.poll)
    for (const subscriptions of this.live.values()) {
      for (const subscription of subscriptions)
        subscription.fail(new AppError('UNAVAILABLE', 'this server is stopping'))
    }
  }

  cursorOf = (id: number): string => formatCursor(this.epoch, id)

  /** The place behind everything that is committed now, on whichever node. */
  async headCursor(): Promise<string> {
    return this.cursorOf((await feedHead(this.db)).id)
  }

  idOf = (field: string, cursor: string): number => parseCursor(field, cursor, this.epoch)

  /** `after`: a cursor that the caller has seen; from now on where it is absent. */
  async subscribe<T>(
    topic: string,
    after: string | null | undefined,
    accepts: (payload: T) => boolean,
  ): Promise<Subscription<T>> {
    const position = after == null ? this.published : await this.checkedPosition(after)
    const replay = this.topics.get(topic) as ReplayTopic<T>
    const live = this.live.get(topic) as unknown as Set<Subscription<T>>
    const source = {
      position: () => this.published,
      replay,
      attach: (subscription: Subscription<T>) => live.add(subscription),
      detach: (subscription: Subscription<T>) => live.delete(subscription),
    }
    const { subscriberQueueMax, onSlowConsumer } = this.options
    return new Subscription<T>(topic, source, accepts, position, subscriberQueueMax, onSlowConsumer)
  }

  /** Another node's cursor may be ahead of what this node has published, but not of what is committed. */
  private async checkedPosition(after: string): Promise<number> {
    const id = this.idOf('after', after)
    if (id > this.published && id > (await feedHead(this.db)).id) {
      throw new AppError('CURSOR_EXPIRED', 'after is ahead of this database: query the lists and start anew')
    }
    return id
  }

  /** What this node has just committed. */
  committed(items: readonly FeedItem[]): void {
    for (const item of items) if (item.id > this.published) this.own.set(item.id, item)
    const last = items.at(-1)
    if (last !== undefined) this.known = Math.max(this.known, last.id)
    this.advance()
  }

  /** How far somebody has told that the feed has come; null: unknown, look. */
  told(headId: number | null): void {
    if (headId === null) this.look()
    else {
      this.known = Math.max(this.known, headId)
      this.advance()
    }
  }

  private look(): void {
    feedHead(this.db).then(head => this.told(head.id), this.options.onError)
  }

  /** So much at a time that nobody who reads is overrun by one batch: half a queue, then its turn to send. */
  private get slice(): number {
    return Math.max(1, Math.min(SLICE_MAX, Math.floor(this.options.subscriberQueueMax / 2)))
  }

  private advance(): void {
    if (this.pausing) return
    for (let left = this.slice; left > 0; left--) {
      const item = this.own.get(this.published + 1)
      if (item === undefined) break
      this.publish(item)
    }
    if (this.own.has(this.published + 1)) {
      this.pause()
      return
    }
    if (this.known > this.published && !this.catchingUp && !this.closed) {
      this.catchingUp = true
      this.catchUp().then(
        () => {
          this.catchingUp = false
          this.advance()
        },
        error => {
          this.catchingUp = false
          this.options.onError(error as Error)
        },
      )
    }
  }

  private pause(): void {
    this.pausing = true
    setImmediate(() => {
      this.pausing = false
      this.advance()
    })
  }

  /** Everything up to an id that is committed is committed, so a page of the table has no holes. */
  private async catchUp(): Promise<void> {
    const after = this.published
    const upTo = Math.min(this.known, after + this.slice)
    const pages = await Promise.all([...this.topics.values()].map(replay => replay(after, upTo, this.slice)))
    const items = pages.flat().sort((a, b) => a.id - b.id)
    for (const item of items) if (item.id === this.published + 1) this.publish(item)
    if (this.published < upTo) throw new Error(`the feed has no item ${this.published + 1}, and ${upTo} is committed`)
  }

  private publish(item: FeedItem): void {
    this.published = item.id
    this.own.delete(item.id)
    for (const subscription of this.live.get(item.topic) ?? []) subscription.push(item)
    this.options.onPublished(item, this.published)
  }
}

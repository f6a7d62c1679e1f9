import { AppError } from '../kernel/errors.js'
import type { Database } from '../storage/database.js'
import { formatCursor, parseCursor } from './cursor.js'
import { countFeed, feedHead, type TopicCount } from './feed.store.js'
import { type FeedItem, type ReplayTopic, Subscription } from './subscription.js'

export interface FeedOptions {
  readonly subscriberQueueMax: number
  /** So many items of a topic. `position`: of the last one that this node has published. */
  readonly onPublished: (topic: string, items: number, position: number) => void
  readonly onSlowConsumer: () => void
  readonly onError: (error: Error) => void
}

const SLICE_MAX = 500
const POLL_MS = 5_000
/** Of what nobody follows here, which is counted and not read. */
const COUNTED_MAX = 20_000

/**
 * The gap-free log of effects, as this node publishes it: contiguous ids only. What the node has committed itself comes
 * from memory when the id before has been published; everything else (another node's commits, a commit whose answer
 * was lost) is read from the table, as far as somebody follows its topic here: of other topics it is enough to know how
 * much there is. A notification tells how far the feed has come; a slow poll stands in for lost ones.
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
    const { upTo, counts } = await this.nextPage(after)
    const pages = new Map<string, readonly FeedItem[]>()
    const followed = this.unread(counts, pages)
    await Promise.all(
      followed.map(async ({ topic, items }) => pages.set(topic, await this.read(topic, after, upTo, items))),
    )
    // Own commits have filled the hole, or somebody follows what was only counted: it is looked at again.
    if (this.published !== after || this.unread(counts, pages).length > 0) return
    this.publishPage(upTo, counts, pages)
  }

  /** So much of the feed that what is read of it is no more than a slice. */
  private async nextPage(after: number): Promise<{ upTo: number; counts: readonly TopicCount[] }> {
    for (let most = COUNTED_MAX; ; most = this.slice) {
      const upTo = Math.min(this.known, after + most)
      const counts = await countFeed(this.db, after, upTo)
      const items = sumOf(counts)
      if (items < upTo - after) {
        throw new Error(`the feed has ${items} items behind ${after}, and ${upTo} is committed`)
      }
      if (upTo - after <= this.slice || sumOf(this.unread(counts, new Map())) <= this.slice) return { upTo, counts }
    }
  }

  private unread(counts: readonly TopicCount[], read: ReadonlyMap<string, unknown>): readonly TopicCount[] {
    return counts.filter(({ topic }) => !read.has(topic) && (this.live.get(topic)?.size ?? 0) > 0)
  }

  private async read(topic: string, after: number, upTo: number, items: number): Promise<FeedItem[]> {
    const page = await this.topics.get(topic)!(after, upTo, items)
    if (page.length < items) {
      throw new Error(`${topic} has ${page.length} items from ${after} to ${upTo}, and the feed ${items}`)
    }
    return page
  }

  private publishPage(
    upTo: number,
    counts: readonly TopicCount[],
    pages: ReadonlyMap<string, readonly FeedItem[]>,
  ): void {
    for (const id of this.own.keys()) if (id <= upTo) this.own.delete(id)
    this.published = upTo
    for (const { topic, items } of counts) {
      for (const item of pages.get(topic) ?? []) this.push(item)
      this.options.onPublished(topic, items, upTo)
    }
  }

  private publish(item: FeedItem): void {
    this.published = item.id
    this.own.delete(item.id)
    this.push(item)
    this.options.onPublished(item.topic, 1, this.published)
  }

  private push(item: FeedItem): void {
    for (const subscription of this.live.get(item.topic) ?? []) subscription.push(item)
  }
}

const sumOf = (counts: readonly TopicCount[]): number => counts.reduce((sum, { items }) => sum + items, 0)

import { type Clock, SECOND_MS } from '../kernel/time.js'
import { shardOf } from '../players/player-lock.js'
import type { Lane } from './lane.js'
import type { Piece } from './piece.js'

export interface LanesOptions {
  readonly all: readonly Pick<Lane, 'push' | 'pushRejected' | 'wake'>[]
  /** As soon as so many events wait, several lanes write; 0 for always. */
  readonly spreadFromEvents: number
  /** Whether batches leave their lane idle in the middle, for what they read or run behind their writes. */
  readonly leaveGaps: () => boolean
  readonly clock: Clock
}

/** So long after the last rush one lane is enough again. */
const CALM_AFTER_MS = 2 * SECOND_MS

/** Where batches leave no gaps, the rest of the lanes would only make the batches of these smaller. */
const WITHOUT_GAPS = 2 / 3

/**
 * One lane writes while it keeps up: one commit of a hundred events costs a third of three commits of a third of them.
 * In a rush several do, each the players of its shards: all of them where one fills the gaps of another. A player changes
 * lanes only while nothing is in any of them, so that its events are committed in the order in which they came.
 */
export class Lanes {
  private inUse = 1
  private inLanes = 0
  private held: Piece[] = []
  private lastRushAt = Number.NEGATIVE_INFINITY

  constructor(private readonly options: LanesOptions) {}

  /** Waiting: all that is queued, the piece included. */
  enqueue(piece: Piece, waiting: number): void {
    const now = this.options.clock()
    const isRush = waiting >= this.options.spreadFromEvents
    if (isRush) this.lastRushAt = now
    const isEmpty = this.inLanes === 0
    if (this.held.length > 0 || (isRush && this.inUse < this.inRush && !isEmpty)) {
      this.held.push(piece)
      return
    }
    if (isEmpty) this.inUse = now - this.lastRushAt < CALM_AFTER_MS ? this.inRush : 1
    this.hand(piece)
  }

  /** Call when the last of a piece's events has been decided. */
  done(piece: Piece): void {
    this.inLanes -= sizeOf(piece)
    if (this.inLanes > 0 || this.held.length === 0) return
    this.inUse = this.inRush
    for (const held of this.held.splice(0)) this.hand(held)
  }

  private get inRush(): number {
    const { all, leaveGaps } = this.options
    return leaveGaps() ? all.length : Math.ceil(all.length * WITHOUT_GAPS)
  }

  private hand(piece: Piece): void {
    const { stream, actor, events, indexes, rejections } = piece.submission
    const { all } = this.options
    this.inLanes += sizeOf(piece)
    const woken = new Set<(typeof all)[number]>()
    for (let i = 0; i < events.length; i++) {
      const event = events[i]!
      const lane = all[shardOf(event.playerId) % this.inUse]!
      lane.push({ event, index: indexes[i]!, piece })
      woken.add(lane)
    }
    for (const rejection of rejections) {
      all[0]!.pushRejected({ stream, actor, rejection }, piece)
      woken.add(all[0]!)
    }
    for (const lane of woken) lane.wake()
  }
}

const sizeOf = ({ submission }: Piece): number => submission.events.length + submission.rejections.length

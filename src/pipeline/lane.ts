import type { RejectedEvent } from '../events/event.store.js'
import { rejection } from '../events/read-event.js'
import { AppError } from '../kernel/errors.js'
import type { Clock, Millis } from '../kernel/time.js'
import { BET_TABLE } from '../pnl/bet.store.js'
import type { Database } from '../storage/database.js'
import type { Engine } from '../storage/engine.js'
import {
  isConnectionFailure,
  isDataError,
  isDuplicateKey,
  isDuplicateOf,
  isMissingPartition,
  isTransient,
} from '../storage/failures.js'
import { type Batch, type BatchMode, type CommittedBatch, commitBatch, type Memory } from './batch.js'
import { TooManyEffects } from './effects.js'
import type { Piece, QueuedEvent } from './piece.js'

export interface LaneOptions {
  readonly number: number
  readonly batchEventsMax: number
  readonly batchWaitMs: number
  readonly db: Database
  readonly engine: Engine
  readonly memory: Memory
  readonly clock: Clock
  readonly onCommitted: (committed: CommittedBatch, batch: Batch, tookMs: number) => void
  readonly onTrouble: (message: string, error: Error) => void
}

/** After a duplicate was met, or a bet that something is known of, so many batches look first: they come in runs. */
const LOOK_FIRST_BATCHES = 50
const RETRY_FROM_MS = 20
const RETRY_UP_TO_MS = 2_000
/** How long the database may be away before callers are told that their events were not taken. */
const RETRY_FOR_MS = 60_000

interface QueuedRejection {
  readonly rejected: RejectedEvent
  readonly piece: Piece
}

/**
 * One writer. Idle until something is queued; then it waits a moment for company, takes what is there up to a batch,
 * and commits. While it commits, the next batch gathers: under load batches grow by themselves. One batch at a time, so
 * the order of arrival is the order of commits for all players of the lane.
 */
export class Lane {
  private waiting: QueuedEvent[] = []
  private waitingRejected: QueuedRejection[] = []
  private taken = 0
  private running = false
  /** For so many more batches. */
  private lookFirst = 0
  private lookForBets = 0

  constructor(private readonly options: LaneOptions) {}

  push(item: QueuedEvent): void {
    this.waiting.push(item)
  }

  pushRejected(rejected: RejectedEvent, piece: Piece): void {
    this.waitingRejected.push({ rejected, piece })
  }

  /** Call after pushing. */
  wake(): void {
    if (this.running) return
    this.running = true
    void this.run()
  }

  private async run(): Promise<void> {
    const { batchEventsMax, batchWaitMs } = this.options
    if (batchWaitMs > 0 && this.waiting.length < batchEventsMax) await pause(batchWaitMs)
    while (this.waiting.length > this.taken || this.waitingRejected.length > 0) {
      const events = this.waiting.slice(this.taken, this.taken + batchEventsMax)
      this.taken += events.length
      if (this.taken === this.waiting.length) {
        this.waiting = []
        this.taken = 0
      } else if (this.taken > 4 * batchEventsMax) {
        this.waiting = this.waiting.slice(this.taken)
        this.taken = 0
      }
      await this.decide(events, this.waitingRejected.splice(0, batchEventsMax))
    }
    this.running = false
  }

  private async decide(events: QueuedEvent[], rejects: QueuedRejection[]): Promise<void> {
    const batch: Batch = { events, rejected: rejects.map(r => r.rejected), ingestedAt: this.options.clock() }
    try {
      const { duplicates, refused } = await this.commit(batch)
      for (const item of events) {
        const why = refused.get(item)
        if (why !== undefined) item.piece.rejected(why)
        else duplicates.has(item) ? item.piece.duplicate() : item.piece.accepted()
      }
      for (const { rejected, piece } of rejects) piece.rejected(rejected.rejection)
    } catch (error) {
      const parts = error instanceof TooManyEffects ? error.parts : isDataError(error) ? 2 : 1
      if (parts > 1 && events.length + rejects.length > 1) return this.divide(events, rejects, parts)
      this.giveUp(events, rejects, error as Error)
    }
  }

  /** A data error belongs to one event or rejection: halves are tried until it stands alone. Effects fit into several commits. */
  private async divide(events: QueuedEvent[], rejects: QueuedRejection[], parts: number): Promise<void> {
    for (const part of divided(rejects, parts)) await this.decide([], part)
    for (const part of divided(events, parts)) await this.decide(part, [])
  }

  private giveUp(events: QueuedEvent[], rejects: QueuedRejection[], error: Error): void {
    const [only] = events
    if (isDataError(error) && only !== undefined) {
      this.options.onTrouble('an event was refused by the database', error)
      const { event, index, piece } = only
      const refused = rejection(
        index,
        event.eventId,
        'REFUSED_BY_DATABASE',
        'the database refused this event',
        event.eventId,
      )
      this.pushRejected({ stream: piece.submission.stream, actor: piece.submission.actor, rejection: refused }, piece)
      return
    }
    if (isDataError(error)) {
      this.options.onTrouble('a rejection could not be kept', error)
      for (const { rejected, piece } of rejects) piece.rejected(rejected.rejection)
      return
    }
    this.options.onTrouble('a batch could not be committed', error)
    const told = new AppError(
      'UNAVAILABLE',
      'the events may not have been taken, send them again: the database is not available',
    )
    for (const { piece } of [...events, ...rejects]) piece.failed(told)
  }

  /** Tries until it is committed, for as long as trying again can help. */
  private async commit(batch: Batch): Promise<CommittedBatch> {
    const { clock, engine, onTrouble } = this.options
    const startedAt = clock()
    let mayBeStored = false
    for (let delayMs = RETRY_FROM_MS; ; delayMs = Math.min(2 * delayMs, RETRY_UP_TO_MS)) {
      try {
        return await this.attempt(batch, {
          lane: this.options.number,
          lookFirst: mayBeStored || this.lookFirst > 0,
          lookForBets: this.lookForBets > 0,
          mayBeStored,
        })
      } catch (error) {
        if (isDuplicateOf(error, BET_TABLE) && this.lookForBets === 0) {
          this.lookForBets = LOOK_FIRST_BATCHES
          continue
        }
        if (isDuplicateKey(error) && this.lookFirst === 0) {
          this.lookFirst = LOOK_FIRST_BATCHES
          continue
        }
        if (isMissingPartition(error)) engine.forgetRoom()
        else if (!isTransient(error)) throw error
        if (clock() - startedAt > RETRY_FOR_MS) throw error
        mayBeStored ||= isConnectionFailure(error)
        onTrouble(`a batch is tried again in ${delayMs} ms`, error as Error)
        await pause(delayMs)
      }
    }
  }

  private async attempt(batch: Batch, mode: BatchMode): Promise<CommittedBatch> {
    const { db, engine, memory, clock, onCommitted } = this.options
    await engine.makeRoom(distinctTimes(batch))
    const startedAt = clock()
    const committed = await db.withSession(session => commitBatch(session, memory, batch, mode))
    if (this.lookFirst > 0) this.lookFirst = committed.duplicates.size > 0 ? LOOK_FIRST_BATCHES : this.lookFirst - 1
    if (this.lookForBets > 0) this.lookForBets = committed.metKnownBets ? LOOK_FIRST_BATCHES : this.lookForBets - 1
    onCommitted(committed, batch, clock() - startedAt)
    return committed
  }
}

function divided<T>(list: readonly T[], parts: number): T[][] {
  const size = Math.ceil(list.length / parts)
  const result: T[][] = []
  for (let i = 0; i < list.length; i += size) result.push(list.slice(i, i + size))
  return result
}

const ROOM_STEP_MS = 86_400_000

/** A time in every day that the batch has events in. */
function distinctTimes(batch: Batch): Millis[] {
  const times = new Map<number, Millis>()
  let last = Number.NaN
  for (const { event } of batch.events) {
    const day = Math.floor(event.occurredAt / ROOM_STEP_MS)
    if (day !== last) times.set(day, event.occurredAt)
    last = day
  }
  return [...times.values()]
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

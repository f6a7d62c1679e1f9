import { setImmediate as turn } from 'node:timers/promises'
import { type EventSnapshot, playerEventOf } from '../events/event-snapshot.js'
import { AppError, badInput } from '../kernel/errors.js'
import { type Clock, formatInstant, type Millis, SECOND_MS } from '../kernel/time.js'
import type { Database, Session } from '../storage/database.js'
import { checkFilter } from './check-filter.js'
import type { CompiledFilter } from './filter/filter.js'
import { FilterEvent, type PlayerState } from './filter/filter-event.js'
import { FilterError } from './filter/filter-problem.js'
import { boundStatements, type EventRange, isCutOff, nextEvents, openEvents } from './preview.store.js'
import { readStatesThen } from './preview-player.store.js'
import { type Preview, PreviewTally } from './preview-tally.js'

export interface PreviewAsked extends EventRange {
  readonly filter: string
  /** How many of the earliest matches are wanted. */
  readonly samples: number
}

export interface PreviewLimits {
  /** On this node; each holds a connection of the pool. */
  readonly atOnceMax: number
  readonly eventsMax: number
  readonly tookMsMax: number
}

export const PREVIEW_LIMITS: PreviewLimits = { atOnceMax: 2, eventsMax: 1_000_000, tookMsMax: 10 * SECOND_MS }

const SAMPLES_MAX = 50

const PAGE_EVENTS_FIRST = 100
const PAGE_EVENTS_MAX = 1_000
/** Of JSON members, which is what makes some events a thousand times as big as others. */
const PAGE_CHARACTERS = 4_000_000

/** Between two turns of the event loop: reading an event takes time too, which no steps are counted for. */
const TURN_MS_MAX = 20
/** Of the evaluator, between two turns: some milliseconds. */
const STEPS_A_TURN = 50_000
/** What reading an event is worth, in such steps. */
const STEPS_AN_EVENT = 100

/** Shows a filter to stored events, and tells what it did. It may run to its bounds; what it holds up is one connection. */
export class PreviewCampaign {
  private running = 0

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly limits = PREVIEW_LIMITS,
    /** Runs evenly whatever the wall clock does. */
    private readonly stopwatch: Clock = () => performance.now(),
  ) {}

  async preview(asked: PreviewAsked): Promise<Preview> {
    checkAsked(asked)
    const filter = checkFilter(asked.filter)
    const { atOnceMax } = this.limits
    if (this.running >= atOnceMax) {
      throw new AppError('UNAVAILABLE', `previews under way on this node: ${atOnceMax}, try again when one has ended`)
    }
    this.running++
    try {
      return await this.db.transaction(session => this.scan(session, asked, filter))
    } finally {
      this.running--
    }
  }

  private async scan(session: Session, asked: PreviewAsked, filter: CompiledFilter): Promise<Preview> {
    const showing = new Showing(filter, new PreviewTally(asked.samples), this.limits, this.clock, this.stopwatch)
    try {
      return showing.tally.result(!(await showing.run(session, asked)))
    } catch (error) {
      // The transaction is over with it, and there was nothing to commit.
      if (isCutOff(error)) return showing.tally.result(true)
      throw error
    }
  }
}

function checkAsked({ from, to, samples }: PreviewAsked): void {
  if (from >= to) throw badInput('to', `must be later than from ${formatInstant(from)}`, formatInstant(to))
  if (samples < 0 || samples > SAMPLES_MAX) throw badInput('samples', `must be from 0 to ${SAMPLES_MAX}`, samples)
}

/** One filter before the events of one range, page by page. */
class Showing {
  private readonly endsAt: Millis
  private pageMax = PAGE_EVENTS_FIRST
  private pageCharacters = 0
  private stepsOfTurn = 0
  private turnSince: Millis

  constructor(
    private readonly filter: CompiledFilter,
    readonly tally: PreviewTally,
    private readonly limits: PreviewLimits,
    private readonly clock: Clock,
    private readonly stopwatch: Clock,
  ) {
    this.endsAt = clock() + limits.tookMsMax
    this.turnSince = stopwatch()
  }

  /** Whether all events of the range were shown. */
  async run(session: Session, range: EventRange): Promise<boolean> {
    await this.boundNext(session)
    await openEvents(session, range)
    for (;;) {
      const left = this.limits.eventsMax - this.tally.scanned
      // One more than may be shown tells whether there is more.
      const asked = Math.min(this.pageMax, left + 1)
      await this.boundNext(session)
      const page = await nextEvents(session, asked)
      if (!(await this.show(session, page.slice(0, left)))) return false
      if (page.length < asked) return true
      if (page.length > left || this.isOver()) return false
    }
  }

  /** False when time was up before the last of them. */
  private async show(session: Session, page: readonly EventSnapshot[]): Promise<boolean> {
    const states = await this.statesOf(session, page)
    this.pageCharacters = 0
    this.beginTurn()
    for (const [i, event] of page.entries()) {
      if (this.isTurnOver()) {
        await turn()
        this.beginTurn()
        if (this.isOver()) return false
      }
      this.showOne(event, states?.[i] ?? null)
    }
    const fitting = Math.floor((page.length * PAGE_CHARACTERS) / Math.max(1, this.pageCharacters))
    this.pageMax = Math.max(1, Math.min(fitting, 2 * this.pageMax, PAGE_EVENTS_MAX))
    return true
  }

  private async statesOf(session: Session, page: readonly EventSnapshot[]): Promise<readonly PlayerState[] | null> {
    if (!this.filter.usesPlayer) return null
    await this.boundNext(session)
    return readStatesThen(
      session,
      page.map(e => ({ playerId: e.player_id, occurredAt: e.occurred_at, ingestedAt: e.ingested_at })),
    )
  }

  private showOne(row: EventSnapshot, state: PlayerState | null): void {
    const event = playerEventOf(row)
    this.pageCharacters += charactersOf(event.data) + charactersOf(event.context) + charactersOf(event.extra)
    try {
      if (this.filter.matches(new FilterEvent(event, state))) this.tally.match(row)
      else this.tally.noMatch()
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      this.tally.failure(row, error.message)
    }
    this.stepsOfTurn += this.filter.steps + STEPS_AN_EVENT
  }

  /** Also after each wait for the database. */
  private beginTurn(): void {
    this.stepsOfTurn = 0
    this.turnSince = this.stopwatch()
  }

  private isTurnOver(): boolean {
    return this.stepsOfTurn > STEPS_A_TURN || this.stopwatch() - this.turnSince >= TURN_MS_MAX
  }

  private isOver(): boolean {
    return this.clock() >= this.endsAt
  }

  private boundNext(session: Session): Promise<unknown> {
    return boundStatements(session, Math.max(1, this.endsAt - this.clock()))
  }
}

const charactersOf = (json: string | null): number => json?.length ?? 0

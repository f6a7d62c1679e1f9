import type { PlayerEvent } from '../../events/player-event.js'
import { formatMoney, MONEY_SCALE, type Money } from '../../kernel/money.js'
import { formatInstant } from '../../kernel/time.js'
import { EVENT_FIELDS, type EventField, eventField, fieldOfAccessor, snakeCase } from './event-fields.js'
import { EVENT_KEY_CHARACTERS_MAX } from './limits.js'
import { step } from './run.js'
import { type Method, Special } from './values/special.js'

/** A player's live state as of the batch before the event's. */
export interface PlayerState {
  readonly turnover1h: number
  readonly eventCount1h: number
  readonly isVip: boolean
}

/**
 * One event as filters see it, shared by all campaigns that look at it. What costs something (JSON, amounts, the time as
 * text) is made when the first filter asks, kept, and frozen, because the next filter sees the same.
 */
export class FilterEvent extends Special {
  readonly typeName = 'Object'
  private dataRead: unknown
  private contextRead: unknown
  private extraRead: Readonly<Record<string, unknown>> | undefined
  private playerRead: PlayerState | null | undefined
  private timeRead: string | undefined
  private amountRead: number | undefined

  constructor(
    readonly event: PlayerEvent,
    private readonly state: PlayerState | null,
  ) {
    super()
  }

  get data(): unknown {
    const { data, dataValue } = this.event
    if (this.dataRead === undefined) this.dataRead = dataValue === undefined ? parsed(data) : frozen(dataValue)
    return this.dataRead
  }

  get context(): unknown {
    if (this.contextRead === undefined) this.contextRead = parsed(this.event.context)
    return this.contextRead
  }

  get player(): PlayerState | null {
    if (this.playerRead === undefined) {
      const state = this.state
      const copy = state && { turnover1h: state.turnover1h, eventCount1h: state.eventCount1h, isVip: state.isVip }
      this.playerRead = Object.freeze(copy)
    }
    return this.playerRead
  }

  get time(): string {
    if (this.timeRead === undefined) this.timeRead = formatInstant(this.event.occurredAt)
    return this.timeRead
  }

  get amount(): number {
    if (this.amountRead === undefined) this.amountRead = decimal(this.event.amount)
    return this.amountRead
  }

  /** Members that are no field of ours, as they were sent; `snake` is the name in snake_case. */
  extra(name: string, snake = snakeCase(name)): unknown {
    if (this.event.extra === null) return undefined
    if (this.extraRead === undefined) this.extraRead = parsed(this.event.extra) as Readonly<Record<string, unknown>>
    if (Object.hasOwn(this.extraRead, name)) return this.extraRead[name]
    return Object.hasOwn(this.extraRead, snake) ? this.extraRead[snake] : undefined
  }

  override read(key: string): unknown {
    return lookedUp(key)(this)
  }

  override keys(): readonly string[] {
    this.extra('')
    return [...EVENT_FIELDS, ...Object.keys(this.extraRead ?? {}).filter(key => eventField(key) === undefined)]
  }

  override method(name: string): Method | undefined {
    const field = fieldOfAccessor(name)
    if (field === null) return undefined
    const read = lookedUp(field)
    return self => read(self as FilterEvent) ?? null
  }
}

type Reader = (event: FilterEvent) => unknown

const READERS: Readonly<Record<EventField, Reader>> = {
  eventId: self => self.event.eventId,
  playerId: self => self.event.playerId,
  eventType: self => self.event.eventType,
  eventName: self => self.event.eventName,
  amount: self => self.amount,
  currency: self => self.event.currency,
  occurredAt: self => self.time,
  game: self => self.event.game,
  gameType: self => self.event.gameType,
  competition: self => self.event.competition,
  market: self => self.event.market,
  sessionId: self => self.event.sessionId,
  deviceId: self => self.event.deviceId,
  roundId: self => self.event.roundId,
  betId: self => self.event.betId,
  betMarket: self => self.event.betMarket,
  selection: self => self.event.selection,
  odds: self => (self.event.odds === null ? null : decimal(self.event.odds)),
  probability: self => self.event.probability,
  result: self => self.event.result,
  context: self => self.context,
  data: self => self.data,
  player: self => self.player,
}

/** How to read a member of an event whose name is known beforehand. */
export function eventReader(name: string): Reader {
  if (name.length > EVENT_KEY_CHARACTERS_MAX) return () => undefined
  const field = eventField(name)
  if (field !== undefined) return READERS[field]
  const snake = snakeCase(name)
  return self => self.extra(name, snake)
}

/** Characters of a name, as a power of two: finding out what it is in snake_case takes time. */
const NAME_STEP_SHIFT = 3

/** The same for a name that is known only now. */
function lookedUp(name: string): Reader {
  if (name.length <= EVENT_KEY_CHARACTERS_MAX) step(name.length >> NAME_STEP_SHIFT)
  return eventReader(name)
}

const SCALE = Number(MONEY_SCALE)

function decimal(amount: Money): number {
  const units = Number(amount)
  return Number.isSafeInteger(units) ? units / SCALE : Number(formatMoney(amount))
}

const parsed = (text: string | null): unknown => (text === null ? null : frozen(JSON.parse(text)))

/** As deep as an event may be nested: 16 levels. */
function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key]
    if (typeof item === 'object') frozen(item)
  }
  return Object.freeze(value)
}

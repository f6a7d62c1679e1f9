/** What an editor may tell whoever writes a filter: TypeScript declarations of all that there is. */
export const FILTER_TYPES = `/** A campaign's filter: a function of one event. Only the boolean true matches. */
declare type Filter = (event: FilterEvent) => boolean

/** Data that came as JSON, read-only. Members that are absent are undefined; get() gives null for them. */
declare type FilterData = { readonly [key: string]: any } & FilterMap
interface FilterMap {
  get(key: string): any
  getOrDefault(key: string, otherwise: any): any
  has(key: string): boolean
  containsKey(key: string): boolean
  containsValue(value: any): boolean
  contains(value: any): boolean
  keySet(): string[]
  values(): any[]
  size(): number
  isEmpty(): boolean
}

/** The player as of the batch before the event's. */
interface FilterPlayer {
  /** Sum of stakes in the last hour, in the base currency. */
  readonly turnover1h: number
  /** Events in the last hour. */
  readonly eventCount1h: number
  /** Whether the player is a VIP. */
  readonly isVip: boolean
}

interface FilterEvent {
${fields([
  ['eventId', 'string', ''],
  ['playerId', 'any', 'Text. A direct comparison with a number, event.playerId === 12345, compares as text.'],
  ['eventType', 'string', "'bet', 'win', 'deposit', 'login', ..."],
  ['eventName', 'string | null', "What the campaign's eventName is compared with."],
  ['amount', 'number', '0 where the event has none.'],
  ['currency', 'string | null', ''],
  ['occurredAt', 'string', "ISO 8601, UTC: '2023-11-20T11:00:00.000Z'."],
  ['timestamp', 'string', 'The same as occurredAt.'],
  ['createdAt', 'string', 'The same as occurredAt.'],
  ['game', 'string | null', ''],
  ['gameType', 'string | null', ''],
  ['competition', 'string | null', ''],
  ['market', 'string | null', ''],
  ['sessionId', 'string | null', ''],
  ['deviceId', 'string | null', ''],
  ['roundId', 'string | null', ''],
  ['betId', 'string | null', ''],
  ['betMarket', 'string | null', ''],
  ['selection', 'string | null', ''],
  ['odds', 'number | null', 'Decimal odds.'],
  ['probability', 'number | null', 'From 0 to 1.'],
  ['result', 'string | null', ''],
  ['context', 'FilterData | null', ''],
  ['data', 'FilterData | null', ''],
  ['player', 'FilterPlayer', 'Looked up only for filters that mention it.'],
])}

  /** Whatever else was sent: schemaVersion, systemType, hostname, ... camelCase finds snake_case. */
  readonly [field: string]: any
}

interface String {
  equals(other: any): boolean
  equalsIgnoreCase(other: string): boolean
  contains(text: string): boolean
  isEmpty(): boolean
}

interface Array<T> {
  get(index: number): T | null
  contains(item: T): boolean
  has(item: T): boolean
  size(): number
  isEmpty(): boolean
}
interface ReadonlyArray<T> {
  get(index: number): T | null
  contains(item: T): boolean
  has(item: T): boolean
  size(): number
  isEmpty(): boolean
}
`

/** Each as a member and as the accessor that filters of the original use. */
function fields(list: readonly [name: string, type: string, note: string][]): string {
  return list
    .map(([name, type, note]) => {
      const comment = note === '' ? '' : `  /** ${note} */\n`
      return `${comment}  readonly ${name}: ${type}\n  get${name[0]!.toUpperCase()}${name.slice(1)}(): ${type}`
    })
    .join('\n')
}

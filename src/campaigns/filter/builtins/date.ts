import { toNumber, toPrimitive } from '../values/coerce.js'
import { DateValue } from '../values/date-value.js'
import { fault, type Method } from '../values/special.js'
import { methodTable, numberAt } from './method-table.js'

const PARTS = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'] as const
type Part = (typeof PARTS)[number]

function iso(self: DateValue): string {
  return Number.isNaN(self.at) ? fault('RangeError', 'Invalid time value') : new Date(self.at).toISOString()
}

function setPart(part: Exclude<Part, 'Day'>): Method {
  return (self, args) => {
    const date = new Date((self as DateValue).at)
    const [first, ...more] = args.slice(0, 4).map(toNumber)
    // The native setters take what belongs to them and leave the rest.
    ;(date[`setUTC${part}`] as (...parts: number[]) => number)(first ?? Number.NaN, ...more)
    ;(self as DateValue).at = date.getTime()
    return date.getTime()
  }
}

function partMethods(): [string, Method][] {
  return PARTS.flatMap((part): [string, Method][] => {
    const get: Method = self => new Date((self as DateValue).at)[`getUTC${part}`]()
    const getters: [string, Method][] = [
      [`getUTC${part}`, get],
      [`get${part}`, get],
    ]
    if (part === 'Day') return getters
    const set = setPart(part)
    return [...getters, [`setUTC${part}`, set], [`set${part}`, set]]
  })
}

const DATE_METHODS = new Map<string, Method>([
  ...methodTable<DateValue>({
    getTime: self => self.at,
    getTimezoneOffset: self => (Number.isNaN(self.at) ? Number.NaN : 0),
    getYear: self => new Date(self.at).getUTCFullYear() - 1900,
    setTime: (self, args) => {
      self.at = new Date(numberAt(args, 0)).getTime()
      return self.at
    },
    toDateString: self => self.day(),
    toGMTString: self => new Date(self.at).toUTCString(),
    toISOString: iso,
    toJSON: self => (Number.isNaN(self.at) ? null : iso(self)),
    toString: (self: DateValue) => self.text(),
    toTimeString: self => self.time(),
    toUTCString: self => new Date(self.at).toUTCString(),
    valueOf: (self: DateValue) => self.at,
  }),
  ...partMethods(),
])

const ISO = /^(?:[+-]\d{6}|\d{4})(?:-\d\d(?:-\d\d)?)?(?:T\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/

/** ISO 8601 alone: what else Date.parse reads differs between machines. Without an offset it is UTC. */
export function parseDate(text: string): number {
  const parts = ISO.exec(text)
  if (parts === null) return Number.NaN
  return Date.parse(text.includes('T') && parts[1] === undefined ? `${text}Z` : text)
}

export function newDate(args: readonly unknown[]): DateValue {
  return new DateValue(args.length === 1 ? instantOf(args[0]) : utc(args), DATE_METHODS)
}

function instantOf(value: unknown): number {
  if (value instanceof DateValue) return value.at
  const primitive = toPrimitive(value, 'default')
  return typeof primitive === 'string' ? parseDate(primitive) : new Date(Number(primitive)).getTime()
}

export function utc(args: readonly unknown[]): number {
  const [year, month, ...rest] = args.slice(0, 7).map(toNumber)
  return Date.UTC(year ?? Number.NaN, month ?? 0, ...(rest as [number?]))
}

import { ARRAY_ELEMENTS_MAX, DATA_DEPTH_MAX } from '../limits.js'
import { checkLength, LimitReached, made, nest, run, scanned, step } from '../run.js'
import { Callable, fault, type Hint, Special } from './special.js'

/** An element may be an object with a toString that makes text of an array again. */
const ARRAY_NESTING = 2

/**
 * JavaScript's conversions. The native ones must not see objects of a filter: they recurse without a bound and would look
 * for toString and valueOf along prototypes.
 */
type Primitive = string | number | boolean | null | undefined

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

export function toPrimitive(value: unknown, hint: Hint): Primitive {
  if (!isObject(value)) return value as Primitive
  if (value instanceof Special) return value.primitive(hint)
  if (Array.isArray(value)) return arrayText(value, ',', [])
  return plainPrimitive(value as Record<string, unknown>, hint)
}

/** An object of the filter may have toString and valueOf of its own. */
function plainPrimitive(value: Record<string, unknown>, hint: Hint): Primitive {
  for (const name of hint === 'string' ? ['toString', 'valueOf'] : ['valueOf', 'toString']) {
    const own = Object.hasOwn(value, name)
    const method = own ? value[name] : undefined
    if (method instanceof Callable) {
      const result = method.call([])
      if (!isObject(result)) return result as Primitive
    } else if (!own && name === 'toString') return '[object Object]'
  }
  return fault('TypeError', 'an object has no primitive value')
}

export function toText(value: unknown): string {
  if (typeof value === 'string') return value
  return isObject(value) ? String(toPrimitive(value, 'string')) : String(value)
}

export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value
  return numberOf(isObject(value) ? toPrimitive(value, 'number') : (value as Primitive))
}

/** Text is read to its end. */
export function numberOf(value: Primitive): number {
  return Number(typeof value === 'string' ? scanned(value) : value)
}

/** Whole and within the range of a double's exact integers. */
export function toInteger(value: unknown, absent = 0): number {
  if (value === undefined) return absent
  const number = Math.trunc(toNumber(value))
  return Number.isNaN(number) ? 0 : number
}

export function toKey(value: unknown): string {
  return typeof value === 'string' ? value : toText(value)
}

/** An array that holds itself reads as empty there, as in JavaScript. */
export function arrayText(array: readonly unknown[], separator: string, holders: readonly unknown[]): string {
  if (holders.includes(array)) return ''
  if (holders.length >= DATA_DEPTH_MAX) throw new LimitReached(`arrays are nested deeper than ${DATA_DEPTH_MAX}`)
  const inside = [...holders, array]
  nest(ARRAY_NESTING)
  const parts: string[] = []
  let length = 0
  for (const item of array) {
    step(1)
    const part =
      item === null || item === undefined ? '' : Array.isArray(item) ? arrayText(item, ',', inside) : toText(item)
    length += part.length + separator.length
    checkLength(length)
    parts.push(part)
    if (parts.length > ARRAY_ELEMENTS_MAX) throw tooManyElements()
  }
  run.nesting -= ARRAY_NESTING
  return made(parts.join(separator))
}

export const tooManyElements = (): LimitReached =>
  new LimitReached(`an array has more than ${ARRAY_ELEMENTS_MAX} elements`)

export function typeOf(value: unknown): string {
  return value instanceof Callable ? 'function' : typeof value
}

/** For messages: never runs anything of the filter's. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)
  if (!isObject(value)) return String(value)
  if (value instanceof Callable) return 'a function'
  if (value instanceof Special) return `this ${value.typeName}`
  return Array.isArray(value) ? 'an array' : 'an object'
}

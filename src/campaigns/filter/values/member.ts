import type { Place } from '../filter-problem.js'
import { ARRAY_ELEMENTS_MAX, OBJECT_KEYS_MAX } from '../limits.js'
import { LimitReached, step } from '../run.js'
import { isObject, shownValue, toKey, toNumber, tooManyElements } from './coerce.js'
import { fault, Special } from './special.js'

/**
 * Reading and writing members. Only own members are seen. No value of a filter is a native function, and all that an
 * array or a parsed object inherits are native functions (and __proto__), so a native function is what it does not have:
 * that is the quickest way to ask.
 */
export type Plain = Record<string, unknown>

export const isPlain = (value: unknown): value is Plain =>
  isObject(value) && !(value instanceof Special) && !Array.isArray(value)

export const PROTO = '__proto__'

/** Of an array or plain object. */
export function ownValue(target: object, key: string): unknown {
  if (key === PROTO) return undefined
  const value = (target as Plain)[key]
  return typeof value === 'function' ? undefined : value
}

export function readMember(target: unknown, key: unknown, place: Place): unknown {
  if (typeof target === 'string') return characterOf(target, key)
  if (!isObject(target)) return readOfPrimitive(target, key, place)
  if (target instanceof Special) return target.read(toKey(key))
  if (typeof key === 'number' && Array.isArray(target)) return target[key]
  return ownValue(target, toKey(key))
}

function characterOf(text: string, key: unknown): unknown {
  if (key === 'length') return text.length
  const index = typeof key === 'number' ? key : indexOf(toKey(key))
  return text[index]
}

/** As many digits as the largest exact integer has. */
const INDEX_CHARACTERS_MAX = 16

/** -1 for what is not an index. */
function indexOf(key: string): number {
  if (key.length > INDEX_CHARACTERS_MAX) return -1
  const index = Number(key)
  return String(index) === key && Number.isInteger(index) && index >= 0 ? index : -1
}

function readOfPrimitive(target: unknown, key: unknown, place: Place): undefined {
  if (target === null || target === undefined) {
    fault('TypeError', `${target} has no property ${shownValue(isObject(key) ? key : toKey(key))}`, place)
  }
  return undefined
}

/** Reads a member whose name is known beforehand. */
export function readerOf(key: string, place: Place): (target: unknown) => unknown {
  if (key === PROTO)
    return target => (target === null || target === undefined ? readMember(target, key, place) : undefined)
  return target => readNamed(target, key, place)
}

/** Of any name but __proto__. */
export function readNamed(target: unknown, key: string, place: Place): unknown {
  if (!isObject(target)) return readMember(target, key, place)
  if (target instanceof Special) return target.read(key)
  const value = (target as Plain)[key]
  return typeof value === 'function' ? undefined : value
}

export function hasMember(target: unknown, key: string): boolean {
  if (!isObject(target)) return typeof target === 'string' && characterOf(target, key) !== undefined
  if (target instanceof Special) return keysOf(target).includes(key)
  return key !== PROTO && Object.hasOwn(target, key)
}

/** Own keys in JavaScript's order. */
export function keysOf(target: unknown): readonly string[] {
  if (typeof target === 'string') {
    step(target.length)
    return Array.from({ length: target.length }, (_, i) => String(i))
  }
  if (!isObject(target)) return []
  const keys = target instanceof Special ? target.keys() : Object.keys(target)
  step(keys.length)
  return keys
}

export const makeObject = (): Plain => Object.create(null) as Plain

/** What came with the event is shared by all campaigns, and therefore frozen. */
export function checkWritable(target: object, place?: Place | null): void {
  if (!Object.isExtensible(target)) {
    fault('TypeError', "event data is read-only and can't be changed: copy it first", place)
  }
}

export function writeMember(target: unknown, key: unknown, value: unknown, place: Place): void {
  if (!isObject(target)) {
    if (target === null || target === undefined) {
      fault('TypeError', `${target} can't hold a property ${shownValue(toKey(key))}`, place)
    }
    fault('TypeError', `a ${typeof target} can't hold properties`, place)
  }
  if (target instanceof Special) return void target.write(toKey(key), value)
  checkWritable(target, place)
  if (Array.isArray(target)) writeElement(target, key, value, place)
  else writeOwn(target as Plain, toKey(key), value, place)
}

/** How many keys the objects have that a filter fills one by one: counting them each time would be quadratic. */
const keyCounts = new WeakMap<object, number>()

export function writeOwn(target: Plain, key: string, value: unknown, place?: Place | null): void {
  if (key === PROTO) fault('TypeError', '__proto__ can not be written', place)
  if (!Object.hasOwn(target, key)) {
    const count = (keyCounts.get(target) ?? Object.keys(target).length) + 1
    if (count > OBJECT_KEYS_MAX) throw new LimitReached(`an object has more than ${OBJECT_KEYS_MAX} keys`)
    keyCounts.set(target, count)
    step(1)
  }
  target[key] = value
}

function writeElement(array: unknown[], key: unknown, value: unknown, place: Place): void {
  if (key === 'length') return void resize(array, toNumber(value), place)
  const index = typeof key === 'number' ? key : indexOf(toKey(key))
  if (!Number.isInteger(index) || index < 0) {
    fault('TypeError', `an array can't hold a property ${shownValue(isObject(key) ? key : toKey(key))}`, place)
  }
  if (index >= array.length) resize(array, index + 1, place)
  array[index] = value
}

function resize(array: unknown[], length: number, place: Place | null): void {
  if (!Number.isInteger(length) || length < 0) fault('RangeError', 'Invalid array length', place)
  if (length > ARRAY_ELEMENTS_MAX) throw tooManyElements()
  step(Math.max(0, length - array.length))
  // No holes: what is missing is undefined.
  while (array.length < length) array.push(undefined)
  array.length = length
}

export function deleteMember(target: unknown, key: unknown, place: Place): boolean {
  if (!isPlain(target)) fault('TypeError', `${shownValue(target)} lets nothing be deleted from it`, place)
  checkWritable(target, place)
  const name = toKey(key)
  if (name === PROTO || !Object.hasOwn(target, name)) return true
  delete target[name]
  const count = keyCounts.get(target)
  if (count !== undefined) keyCounts.set(target, count - 1)
  return true
}

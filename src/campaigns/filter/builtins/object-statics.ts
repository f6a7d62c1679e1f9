import { ARRAY_ELEMENTS_MAX } from '../limits.js'
import { step } from '../run.js'
import { isObject, shownValue, toInteger, toKey, tooManyElements } from '../values/coerce.js'
import { append, itemsOf, listOf, Walkable } from '../values/iterate.js'
import {
  checkWritable,
  hasMember,
  isPlain,
  keysOf,
  makeObject,
  type Plain,
  readMember,
  writeOwn,
} from '../values/member.js'
import { strictlyEqual } from '../values/operators.js'
import { Builtin, Callable, fault } from '../values/special.js'
import { functionAt } from './method-table.js'

type Args = readonly unknown[]
/** For reads that can't fail. */
const NOWHERE = { line: 1, column: 1 }

function keysAt(args: Args): readonly string[] {
  if (args[0] === null || args[0] === undefined) fault('TypeError', `${args[0]} has no keys`)
  return keysOf(args[0])
}

/** Copies own members, as `{ ...source }` and Object.assign do. */
export function copyMembers(into: Plain, source: unknown, without?: ReadonlySet<string>): void {
  for (const key of keysOf(source)) {
    if (without === undefined || !without.has(key)) writeOwn(into, key, readMember(source, key, NOWHERE))
  }
}

function fromEntries(args: Args): Plain {
  const object = makeObject()
  for (const entry of itemsOf(args[0])) {
    step(1)
    if (!isObject(entry)) fault('TypeError', 'an entry must be an array of a key and a value')
    writeOwn(object, toKey(readMember(entry, 0, NOWHERE)), readMember(entry, 1, NOWHERE))
  }
  return object
}

function assign(args: Args): unknown {
  const target = args[0]
  if (!isPlain(target)) fault('TypeError', `${shownValue(target)} can not be assigned to`)
  checkWritable(target)
  for (const source of args.slice(1)) copyMembers(target, source)
  return target
}

const same = (left: unknown, right: unknown): boolean =>
  typeof left === 'string' ? strictlyEqual(left, right) : Object.is(left, right)

export const OBJECT: ReadonlyMap<string, unknown> = new Map([
  ['assign', new Builtin(assign)],
  ['entries', new Builtin(args => keysAt(args).map(key => [key, readMember(args[0], key, NOWHERE)]))],
  ['fromEntries', new Builtin(fromEntries)],
  ['hasOwn', new Builtin(args => hasMember(args[0], toKey(args[1])))],
  ['is', new Builtin(args => same(args[0], args[1]))],
  ['keys', new Builtin(args => [...keysAt(args)])],
  ['values', new Builtin(args => keysAt(args).map(key => readMember(args[0], key, NOWHERE)))],
])

function arrayFrom(args: Args): unknown[] {
  const source = args[0]
  const items = typeof source === 'string' || Array.isArray(source) || source instanceof Walkable
  if (source === null || source === undefined) fault('TypeError', `${source} is not iterable`)
  const list = items ? listOf(source) : arrayLike(source)
  if (args[1] === undefined) return list
  const callback: Callable = functionAt(args, 1)
  const mapped: unknown[] = []
  for (let i = 0; i < list.length; i++) append(mapped, callback.call([list[i], i]))
  return mapped
}

/** { length: 3 } */
export function arrayLike(source: unknown): unknown[] {
  const length = Math.max(0, toInteger(readMember(source, 'length', NOWHERE)))
  if (length > ARRAY_ELEMENTS_MAX) throw tooManyElements()
  step(length)
  const list: unknown[] = []
  for (let i = 0; i < length; i++) list.push(readMember(source, String(i), NOWHERE))
  return list
}

export const ARRAY: ReadonlyMap<string, unknown> = new Map([
  ['from', new Builtin(arrayFrom)],
  ['isArray', new Builtin(args => Array.isArray(args[0]))],
  ['of', new Builtin(args => listOf(args))],
])

/** Array(3) holds three undefined, Array(1, 2) holds 1 and 2. */
export function newArray(args: Args): unknown[] {
  const [length] = args
  if (args.length !== 1 || typeof length !== 'number') return listOf(args)
  if (!Number.isInteger(length) || length < 0) fault('RangeError', 'Invalid array length')
  return arrayLike(Object.assign(makeObject(), { length }))
}

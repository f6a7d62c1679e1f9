import { STRING_STEP_SHIFT } from '../limits.js'
import { checkLength, scanned, step } from '../run.js'
import { isObject, numberOf, toNumber, toPrimitive } from './coerce.js'

/** Operators on any two values, as JavaScript has them. */

export function joined(left: string, right: string): string {
  const length = left.length + right.length
  checkLength(length)
  step(length >> STRING_STEP_SHIFT)
  return left + right
}

export function add(left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number') return left + right
  if (typeof left === 'string' && typeof right === 'string') return joined(left, right)
  const a = toPrimitive(left, 'default')
  const b = toPrimitive(right, 'default')
  if (typeof a === 'string' || typeof b === 'string') return joined(String(a), String(b))
  return numberOf(a) + numberOf(b)
}

export function looselyEqual(left: unknown, right: unknown): boolean {
  if (isObject(left)) {
    if (isObject(right)) return left === right
    if (right === null || right === undefined) return false
    return looselyEqual(toPrimitive(left, 'default'), right)
  }
  if (isObject(right)) return looselyEqual(right, left)
  if (typeof left === 'string' && typeof right === 'string') return strictlyEqual(left, right)
  // Text next to a number is converted.
  if (typeof left === 'string') scanned(left)
  if (typeof right === 'string') scanned(right)
  // biome-ignore lint/suspicious/noDoubleEquals: this is the operator
  return left == right
}

/** Text of the same length may have to be read to its end. */
export function strictlyEqual(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string' && left.length === right.length) scanned(left)
  return left === right
}

/** Before a value is looked for in a list: text is compared with text of the same length. */
export function chargeSearch(list: readonly unknown[], sought: unknown): void {
  step(list.length >> 2)
  if (typeof sought !== 'string' || sought.length < 2 ** STRING_STEP_SHIFT) return
  for (const item of list) if (typeof item === 'string' && item.length === sought.length) scanned(sought)
}

type Comparable = number
/** Primitives compare natively; the type is a white lie, strings are compared as strings. */
function comparable(value: unknown): Comparable {
  const primitive = toPrimitive(value, 'number')
  return (typeof primitive === 'string' ? scanned(primitive) : primitive) as Comparable
}

export const isLess = (left: unknown, right: unknown): boolean => comparable(left) < comparable(right)
export const isAtMost = (left: unknown, right: unknown): boolean => comparable(left) <= comparable(right)
export const isMore = (left: unknown, right: unknown): boolean => comparable(left) > comparable(right)
export const isAtLeast = (left: unknown, right: unknown): boolean => comparable(left) >= comparable(right)

type Arithmetic = (left: number, right: number) => number
const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '|': (a, b) => a | b,
  '&': (a, b) => a & b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
}

/** Of `+ - * / % ** | & ^ << >> >>>`; undefined for any other. */
export function arithmetic(operator: string): ((left: unknown, right: unknown) => unknown) | undefined {
  if (operator === '+') return add
  const of = ARITHMETIC[operator]
  if (of === undefined) return undefined
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return of(left, right)
    const a = toNumber(left)
    return of(a, toNumber(right))
  }
}

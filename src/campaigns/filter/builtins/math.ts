import { step } from '../run.js'
import { toNumber } from '../values/coerce.js'
import { Builtin } from '../values/special.js'

const ONE =
  'abs acos acosh asin asinh atan atanh cbrt ceil clz32 cos cosh exp expm1 floor fround log log10 log1p log2 round sign sin sinh sqrt tan tanh trunc'.split(
    ' ',
  )
const TWO = ['atan2', 'imul', 'pow'] as const
const ANY = ['hypot', 'max', 'min'] as const
const CONSTANTS = ['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'] as const

const NATIVE = Math as unknown as Record<string, (...numbers: number[]) => number>

const ofOne = (name: string): Builtin => {
  const native = NATIVE[name]!
  return new Builtin(args => native(toNumber(args[0])))
}
const ofTwo = (name: string): Builtin => {
  const native = NATIVE[name]!
  return new Builtin(args => native(toNumber(args[0]), toNumber(args[1])))
}
const ofAny = (name: string): Builtin => {
  const native = NATIVE[name]!
  return new Builtin(args => {
    step(args.length)
    return native(...args.map(toNumber))
  })
}

/** All of Math but random: a filter that is asked twice has to answer the same. */
export const MATH: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...ONE.map((name): [string, Builtin] => [name, ofOne(name)]),
  ...TWO.map((name): [string, Builtin] => [name, ofTwo(name)]),
  ...ANY.map((name): [string, Builtin] => [name, ofAny(name)]),
  ...CONSTANTS.map((name): [string, number] => [name, Math[name]]),
])

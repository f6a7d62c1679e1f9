import { shownValue, toInteger, toNumber, toText } from '../values/coerce.js'
import { Callable, fault, type Method } from '../values/special.js'

export type MethodTable = ReadonlyMap<string, Method>

/** Methods by name; the caller has looked at what `self` is. */
export function methodTable<Self>(
  methods: Record<string, (self: Self, args: readonly unknown[]) => unknown>,
): MethodTable {
  return new Map(Object.entries(methods)) as unknown as MethodTable
}

type Args = readonly unknown[]

export const textAt = (args: Args, index: number): string => toText(args[index])
export const numberAt = (args: Args, index: number): number => toNumber(args[index])
export const integerAt = (args: Args, index: number, absent?: number): number => toInteger(args[index], absent)

export function functionAt(args: Args, index: number): Callable {
  const value = args[index]
  return value instanceof Callable ? value : fault('TypeError', `${shownValue(value)} is not a function`)
}

/** From the end where negative, kept within 0 and length. */
export function relative(index: number, length: number): number {
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length)
}

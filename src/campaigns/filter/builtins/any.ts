import { toKey, toText } from '../values/coerce.js'
import { hasMember } from '../values/member.js'
import { Special } from '../values/special.js'
import { methodTable } from './method-table.js'

/** What every value has, unless its own kind says otherwise. */
export const ANY_METHODS = methodTable<unknown>({
  hasOwnProperty: (self: unknown, args: readonly unknown[]) => hasMember(self, toKey(args[0])),
  propertyIsEnumerable: (self: unknown, args: readonly unknown[]) => {
    const key = toKey(args[0])
    return hasMember(self, key) && !(key === 'length' && (typeof self === 'string' || Array.isArray(self)))
  },
  toString: (self: unknown) => toText(self),
  valueOf: (self: unknown) => self,
})

/** Object.prototype.toString */
export function tagOf(value: unknown): string {
  if (value === null) return '[object Null]'
  if (value instanceof Special) return `[object ${value.typeName}]`
  if (Array.isArray(value)) return '[object Array]'
  const type = typeof value
  return `[object ${type[0]!.toUpperCase()}${type.slice(1)}]`
}

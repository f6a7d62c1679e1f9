import { toKey } from '../values/coerce.js'
import { hasMember, keysOf, ownValue, type Plain } from '../values/member.js'
import { chargeSearch } from '../values/operators.js'
import { methodTable } from './method-table.js'

function values(self: Plain): unknown[] {
  return keysOf(self).map(key => self[key])
}

function holds(self: Plain, args: readonly unknown[]): boolean {
  const list = values(self)
  chargeSearch(list, args[0])
  return list.includes(args[0])
}

/** Java's maps, for filters that were written for the original; an own function of that name goes first. */
export const OBJECT_METHODS = methodTable<Plain>({
  contains: holds,
  containsKey: (self, args) => hasMember(self, toKey(args[0])),
  containsValue: holds,
  get: (self, args) => ownValue(self, toKey(args[0])) ?? null,
  getOrDefault: (self, args) => (hasMember(self, toKey(args[0])) ? self[toKey(args[0])] : args[1]),
  has: (self, args) => hasMember(self, toKey(args[0])),
  isEmpty: self => keysOf(self).length === 0,
  keySet: self => [...keysOf(self)],
  size: self => keysOf(self).length,
  toString: () => '[object Object]',
  valueOf: (self: Plain) => self,
  values,
})

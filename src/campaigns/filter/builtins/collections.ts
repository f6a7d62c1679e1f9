import { ARRAY_ELEMENTS_MAX } from '../limits.js'
import { LimitReached, scanned, step } from '../run.js'
import { isObject } from '../values/coerce.js'
import { itemsOf, Walkable } from '../values/iterate.js'
import { readMember } from '../values/member.js'
import { fault, type Method } from '../values/special.js'
import { functionAt, methodTable } from './method-table.js'

function checkRoom(kept: { readonly size: number }): void {
  if (kept.size > ARRAY_ELEMENTS_MAX)
    throw new LimitReached(`a collection has more than ${ARRAY_ELEMENTS_MAX} elements`)
}

/** Text is hashed, and compared with text of the same hash. */
const keyed = (key: unknown): unknown => (typeof key === 'string' ? scanned(key) : key)

export class SetValue extends Walkable {
  readonly typeName = 'Set'
  readonly kept = new Set<unknown>()

  add(item: unknown): this {
    this.kept.add(keyed(item))
    checkRoom(this.kept)
    return this
  }

  override read(key: string): unknown {
    return key === 'size' ? this.kept.size : undefined
  }

  override method(name: string): Method | undefined {
    return SET_METHODS.get(name)
  }

  override items(): Iterable<unknown> {
    return this.kept
  }
}

export class MapValue extends Walkable {
  readonly typeName = 'Map'
  readonly kept = new Map<unknown, unknown>()

  set(key: unknown, value: unknown): this {
    this.kept.set(keyed(key), value)
    checkRoom(this.kept)
    return this
  }

  override read(key: string): unknown {
    return key === 'size' ? this.kept.size : undefined
  }

  override method(name: string): Method | undefined {
    return MAP_METHODS.get(name)
  }

  override *items(): Iterable<unknown> {
    for (const [key, value] of this.kept) yield [key, value]
  }
}

function copied(items: Iterable<unknown>, size: number): unknown[] {
  step(size)
  return [...items]
}

const SET_METHODS = methodTable<SetValue>({
  add: (self, args) => self.add(args[0]),
  clear: self => self.kept.clear(),
  delete: (self, args) => self.kept.delete(keyed(args[0])),
  entries: self => copied(self.kept.entries(), self.kept.size),
  forEach: (self, args) => {
    const callback = functionAt(args, 0)
    for (const item of self.kept) {
      step(1)
      callback.call([item, item, self])
    }
  },
  has: (self, args) => self.kept.has(keyed(args[0])),
  keys: self => copied(self.kept, self.kept.size),
  values: self => copied(self.kept, self.kept.size),
})

const MAP_METHODS = methodTable<MapValue>({
  clear: self => self.kept.clear(),
  delete: (self, args) => self.kept.delete(keyed(args[0])),
  entries: self => copied(self.kept.entries(), self.kept.size),
  forEach: (self, args) => {
    const callback = functionAt(args, 0)
    for (const [key, value] of self.kept) {
      step(1)
      callback.call([value, key, self])
    }
  },
  get: (self, args) => self.kept.get(keyed(args[0])),
  has: (self, args) => self.kept.has(keyed(args[0])),
  keys: self => copied(self.kept.keys(), self.kept.size),
  set: (self, args) => self.set(args[0], args[1]),
  values: self => copied(self.kept.values(), self.kept.size),
})

export function newSet(source: unknown): SetValue {
  const set = new SetValue()
  if (source === undefined || source === null) return set
  for (const item of itemsOf(source)) {
    step(1)
    set.add(item)
  }
  return set
}

export function newMap(source: unknown): MapValue {
  const map = new MapValue()
  if (source === undefined || source === null) return map
  for (const entry of itemsOf(source)) {
    step(1)
    if (!isObject(entry)) fault('TypeError', 'an entry of a Map must be an array')
    map.set(readMember(entry, 0, NOWHERE), readMember(entry, 1, NOWHERE))
  }
  return map
}

/** An object has every property, at least as undefined: the place is never shown. */
const NOWHERE = { line: 1, column: 1 }

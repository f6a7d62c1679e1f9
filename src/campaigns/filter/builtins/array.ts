import { ARRAY_ELEMENTS_MAX, DATA_DEPTH_MAX, STRING_STEP_SHIFT } from '../limits.js'
import { LimitReached, step } from '../run.js'
import { arrayText, toInteger, tooManyElements, toText } from '../values/coerce.js'
import { append, appendAll } from '../values/iterate.js'
import { checkWritable } from '../values/member.js'
import { chargeSearch } from '../values/operators.js'
import { fault } from '../values/special.js'
import { functionAt, integerAt, methodTable, relative } from './method-table.js'
import { sorted } from './sort.js'

type List = unknown[]
type Args = readonly unknown[]

/** Calls back for each element; those that a callback takes away are passed over. */
function visit(list: List, args: Args, see: (result: unknown, item: unknown) => void): void {
  const callback = functionAt(args, 0)
  const length = list.length
  for (let i = 0; i < length && i < list.length; i++) {
    step(1)
    const item = list[i]
    see(callback.call([item, i, list]), item)
  }
}

/** -1 where no element is the one. */
function placeWhere(list: List, args: Args, isIt: (result: unknown) => boolean): number {
  const callback = functionAt(args, 0)
  const length = list.length
  for (let i = 0; i < length && i < list.length; i++) {
    step(1)
    if (isIt(callback.call([list[i], i, list]))) return i
  }
  return -1
}

function lastPlaceWhere(list: List, args: Args): number {
  const callback = functionAt(args, 0)
  for (let i = list.length - 1; i >= 0; i--) {
    step(1)
    if (callback.call([list[i], i, list])) return i
  }
  return -1
}

function copied(list: List, from = 0, to = list.length): List {
  step(Math.max(0, to - from))
  return list.slice(from, to)
}

function joinedAll(lists: readonly unknown[]): List {
  const all: List = []
  for (const part of lists) {
    if (Array.isArray(part)) appendAll(all, part)
    else append(all, part)
  }
  return all
}

function flatten(into: List, list: List, depth: number, level: number): List {
  if (level > DATA_DEPTH_MAX) throw new LimitReached(`arrays are nested deeper than ${DATA_DEPTH_MAX}`)
  for (const item of list) {
    step(1)
    if (Array.isArray(item) && depth >= 1) flatten(into, item, depth - 1, level + 1)
    else append(into, item)
  }
  return into
}

function fold(list: List, args: Args, backwards: boolean): unknown {
  const callback = functionAt(args, 0)
  const last = list.length - 1
  let done = 0
  let result = args[1]
  if (args.length < 2) {
    if (last < 0) fault('TypeError', 'an empty array has nothing to reduce')
    result = list[backwards ? last : 0]
    done = 1
  }
  for (; done <= last; done++) {
    step(1)
    const i = backwards ? last - done : done
    if (i < list.length) result = callback.call([result, list[i], i, list])
  }
  return result
}

function splice(list: List, args: Args): List {
  const from = relative(integerAt(args, 0), list.length)
  const rest = list.length - from
  const count = args.length === 0 ? 0 : args.length === 1 ? rest : Math.min(Math.max(integerAt(args, 1), 0), rest)
  const added = args.slice(2)
  if (list.length - count + added.length > ARRAY_ELEMENTS_MAX) throw tooManyElements()
  step(count + added.length + (list.length >> STRING_STEP_SHIFT))
  return list.splice(from, count, ...added)
}

/** Arrays that a filter made; what came with the event refuses. */
function writable(list: List): List {
  checkWritable(list)
  return list
}

function found(list: List, args: Args): boolean {
  chargeSearch(list, args[0])
  return list.includes(args[0], toInteger(args[1]))
}

export const ARRAY_METHODS = methodTable<List>({
  at: (list, args) => list.at(integerAt(args, 0)),
  concat: (list, args) => joinedAll([list, ...args]),
  contains: found,
  copyWithin: (list, args) => {
    step(list.length)
    return writable(list).copyWithin(integerAt(args, 0), integerAt(args, 1), integerAt(args, 2, list.length))
  },
  entries: list => copied(list).map((item, i) => [i, item]),
  every: (list, args) => placeWhere(list, args, result => !result) < 0,
  fill: (list, args) => {
    const to = relative(integerAt(args, 2, list.length), list.length)
    step(list.length)
    return writable(list).fill(args[0], relative(integerAt(args, 1), list.length), to)
  },
  filter: (list, args) => {
    const kept: List = []
    visit(list, args, (result, item) => {
      if (result) kept.push(item)
    })
    return kept
  },
  find: (list, args) => list[placeWhere(list, args, Boolean)],
  findIndex: (list, args) => placeWhere(list, args, Boolean),
  findLast: (list, args) => list[lastPlaceWhere(list, args)],
  findLastIndex: (list, args) => lastPlaceWhere(list, args),
  flat: (list, args) => flatten([], list, integerAt(args, 0, 1), 0),
  flatMap: (list, args) => {
    const all: List = []
    visit(list, args, result => {
      if (Array.isArray(result)) appendAll(all, result)
      else append(all, result)
    })
    return all
  },
  forEach: (list, args) => visit(list, args, () => undefined),
  get: (list, args) => list[integerAt(args, 0)] ?? null,
  has: found,
  includes: found,
  indexOf: (list, args) => {
    chargeSearch(list, args[0])
    return list.indexOf(args[0], toInteger(args[1]))
  },
  isEmpty: list => list.length === 0,
  join: (list, args) => arrayText(list, args[0] === undefined ? ',' : toText(args[0]), []),
  keys: list => copied(list).map((_, i) => i),
  lastIndexOf: (list, args) => {
    chargeSearch(list, args[0])
    return list.lastIndexOf(args[0], toInteger(args[1], list.length))
  },
  map: (list, args) => {
    const mapped: List = []
    visit(list, args, result => mapped.push(result))
    return mapped
  },
  pop: list => writable(list).pop(),
  push: (list, args) => {
    writable(list)
    appendAll(list, args)
    return list.length
  },
  reduce: (list, args) => fold(list, args, false),
  reduceRight: (list, args) => fold(list, args, true),
  reverse: list => {
    step(list.length)
    return writable(list).reverse()
  },
  shift: list => {
    step(list.length >> STRING_STEP_SHIFT)
    return writable(list).shift()
  },
  size: list => list.length,
  slice: (list, args) => {
    const from = relative(integerAt(args, 0), list.length)
    return copied(list, from, relative(integerAt(args, 1, list.length), list.length))
  },
  some: (list, args) => placeWhere(list, args, Boolean) >= 0,
  sort: (list, args) => {
    writable(list)
    const order = sorted(list, args[0])
    for (let i = 0; i < order.length; i++) list[i] = order[i]
    return list
  },
  splice: (list, args) => splice(writable(list), args),
  toReversed: list => copied(list).reverse(),
  toSorted: (list, args) => sorted(list, args[0]),
  toSpliced: (list, args) => {
    const copy = copied(list)
    splice(copy, args)
    return copy
  },
  toString: (list: List) => arrayText(list, ',', []),
  unshift: (list, args) => {
    if (list.length + args.length > ARRAY_ELEMENTS_MAX) throw tooManyElements()
    step(args.length + (list.length >> STRING_STEP_SHIFT))
    return writable(list).unshift(...args)
  },
  values: list => copied(list),
  with: (list, args) => {
    const index = integerAt(args, 0)
    const at = index < 0 ? list.length + index : index
    if (at < 0 || at >= list.length) fault('RangeError', `the array has no index ${index}`)
    const copy = copied(list)
    copy[at] = args[1]
    return copy
  },
})

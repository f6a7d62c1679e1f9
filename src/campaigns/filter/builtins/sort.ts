import { scanned, step } from '../run.js'
import { toNumber, toText } from '../values/coerce.js'
import { strictlyEqual } from '../values/operators.js'
import { Callable, fault } from '../values/special.js'

/** A sorted copy: whatever a comparator does to the array meanwhile, nothing here depends on it. undefined goes last. */
export function sorted(list: readonly unknown[], comparator: unknown): unknown[] {
  if (comparator !== undefined && !(comparator instanceof Callable)) {
    fault('TypeError', 'what sort compares with must be a function')
  }
  step(list.length)
  const present = list.filter(item => item !== undefined)
  const absent = Array.from({ length: list.length - present.length }, () => undefined)
  const order = comparator === undefined ? byText(present) : byFunction(present, comparator)
  return [...order, ...absent]
}

function byFunction(list: unknown[], comparator: Callable): unknown[] {
  return list.sort((a, b) => {
    step(1)
    return toNumber(comparator.call([a, b]))
  })
}

function byText(list: unknown[]): unknown[] {
  const texts = list.map(item => ({ item, text: toText(item) }))
  texts.sort((a, b) => {
    step(1)
    if (strictlyEqual(a.text, b.text)) return 0
    scanned(a.text)
    return a.text < b.text ? -1 : 1
  })
  return texts.map(({ item }) => item)
}

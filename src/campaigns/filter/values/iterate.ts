import { ARRAY_ELEMENTS_MAX } from '../limits.js'
import { step } from '../run.js'
import { shownValue, tooManyElements } from './coerce.js'
import { fault, Special } from './special.js'

/** A Special that `for (const x of it)` can walk. */
export abstract class Walkable extends Special {
  abstract items(): Iterable<unknown>
}

export function itemsOf(value: unknown): Iterable<unknown> {
  if (typeof value === 'string' || Array.isArray(value)) return value
  if (value instanceof Walkable) return value.items()
  return fault('TypeError', `${shownValue(value)} is not iterable`)
}

/** Appends what a spread or a pattern takes out of a value. */
export function appendAll(list: unknown[], value: unknown): void {
  for (const item of itemsOf(value)) {
    step(1)
    append(list, item)
  }
}

export function append(list: unknown[], item: unknown): void {
  if (list.length >= ARRAY_ELEMENTS_MAX) throw tooManyElements()
  list.push(item)
}

export function listOf(value: unknown): unknown[] {
  const list: unknown[] = []
  appendAll(list, value)
  return list
}

import type { Place } from '../filter-problem.js'

/**
 * Parts that filters have in common are made once: what a thousand of them touch in a batch has to fit into a
 * processor's cache. A part that is built of shared parts can be shared too. Each lives as long as a filter that it is a part
 * of; their keys are forgotten when they are many.
 */
const PARTS_MAX = 4_096
const KEY_CHARACTERS_MAX = 100

const parts = new Map<string, WeakRef<object>>()
const ids = new WeakMap<object, number>()
let lastId = 0

/** `key` says all that the part depends on, but for the parts that it is built of. */
export function shared<Part extends object>(key: string, of: readonly object[], make: () => Part): Part {
  let whole = key
  for (const part of of) {
    const id = ids.get(part)
    if (id === undefined) return make()
    whole += ` #${id}`
  }
  if (whole.length > KEY_CHARACTERS_MAX) return make()
  const known = parts.get(whole)?.deref()
  if (known !== undefined) return known as Part
  const made = make()
  if (parts.size >= PARTS_MAX) parts.clear()
  parts.set(whole, new WeakRef(made))
  ids.set(made, ++lastId)
  return made
}

/** What is there for as long as the process, for others to be built of. */
export function builtin<Part extends object>(part: Part): Part {
  if (!ids.has(part)) ids.set(part, ++lastId)
  return part
}

/** Of a literal or a name, within a key. */
export const keyOf = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : `${value}`)

export const keyOfPlace = ({ line, column }: Place): string => `${line}:${column}`

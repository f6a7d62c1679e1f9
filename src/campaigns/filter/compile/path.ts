import type { AnyNode } from 'acorn'
import type { Place } from '../filter-problem.js'
import { placeOf } from '../syntax/tree.js'
import { PROTO, readNamed } from '../values/member.js'
import type { Compiler, Eval } from './compiler.js'
import { constantName, fieldRead } from './event-member.js'
import { keyOf, keyOfPlace, shared } from './shared.js'

/** One name of x.a?.b.c */
export interface Link {
  readonly key: string
  readonly optional: boolean
  readonly place: Place
}

export interface Path {
  readonly base: AnyNode
  /** At least one. */
  readonly links: readonly Link[]
}

/** Members by known names, one of the other; null where a node is no such thing. */
export function pathOf(c: Compiler, node: AnyNode): Path | null {
  const links: Link[] = []
  let base = node
  while (base.type === 'MemberExpression' && fieldRead(c, base) === null && !isStatic(c, base.object)) {
    const key = constantName(base)
    if (key === null || key === PROTO) break
    links.unshift({ key, optional: base.optional, place: placeOf(base.property) })
    base = base.object
  }
  return links.length === 0 ? null : { base, links }
}

const isStatic = (c: Compiler, node: AnyNode): boolean => node.type === 'Identifier' && !c.names.references.has(node)

/** One closure for all of it: each that is called is another that may have to come from memory. */
export function compilePath(base: Eval, links: readonly Link[]): Eval {
  const keys = links.map(({ key, optional, place }) => `${keyOf(key)} ${optional} ${keyOfPlace(place)}`)
  return shared(`path ${keys.join(' ')}`, [base], () => newPath(base, links))
}

function newPath(base: Eval, links: readonly Link[]): Eval {
  const [first, second] = links as readonly [Link, Link]
  if (links.length === 1) return oneLink(base, first)
  if (links.length === 2) return twoLinks(base, first, second)
  return env => {
    let value = base(env)
    for (let i = 0; i < links.length; i++) {
      const { key, optional, place } = links[i]!
      if (optional && (value === null || value === undefined)) return undefined
      value = readNamed(value, key, place)
    }
    return value
  }
}

function oneLink(base: Eval, { key, optional, place }: Link): Eval {
  if (!optional) return env => readNamed(base(env), key, place)
  return env => {
    const target = base(env)
    return target === null || target === undefined ? undefined : readNamed(target, key, place)
  }
}

function twoLinks(base: Eval, first: Link, second: Link): Eval {
  const { key, optional, place } = first
  const { key: nextKey, optional: nextOptional, place: nextPlace } = second
  return env => {
    const target = base(env)
    if (optional && (target === null || target === undefined)) return undefined
    const next = readNamed(target, key, place)
    return nextOptional && (next === null || next === undefined) ? undefined : readNamed(next, nextKey, nextPlace)
  }
}

import type { AnyNode, ChainExpression, MemberExpression } from 'acorn'
import { namespaceNamed, unknownStatic } from '../builtins/globals.js'
import { placeOf, refuse } from '../syntax/tree.js'
import { readerOf, readMember } from '../values/member.js'
import type { Compiler, Eval } from './compiler.js'
import { compileEventMember, constantName } from './event-member.js'
import { compilePath, pathOf } from './path.js'

/** Where a?.b ends early, the whole chain does: this runs through it. */
export const CUT_SHORT = Object.freeze({ cutShort: true })

export function compileChain(c: Compiler, node: ChainExpression): Eval {
  const path = pathOf(c, node.expression)
  if (path !== null && !mayEnd(path.base)) return compilePath(c.expression(path.base), path.links)
  const chain = c.expression(node.expression)
  return env => {
    const value = chain(env)
    return value === CUT_SHORT ? undefined : value
  }
}

/** Whether a part of a chain may end early. */
export function mayEnd(node: AnyNode): boolean {
  let next = node
  for (;;) {
    if (next.type === 'MemberExpression') {
      if (next.optional) return true
      next = next.object
    } else if (next.type === 'CallExpression') {
      if (next.optional) return true
      next = next.callee
    } else return false
  }
}

/** Math.PI and the like; undefined where the object is a value. */
export function compileStatic(c: Compiler, node: MemberExpression): { value: unknown } | undefined {
  const { object } = node
  if (object.type !== 'Identifier' || c.names.references.has(object)) return undefined
  const members = namespaceNamed(object.name)
  const name = constantName(node)
  if (members === undefined) return undefined
  if (name === null) refuse(node, `\`${object.name}\` needs the name of what is used of it`)
  if (!members.has(name!)) refuse(node, unknownStatic(`${object.name}.${name}`))
  return { value: members.get(name!) }
}

export function compileMember(c: Compiler, node: MemberExpression): Eval {
  const known = compileStatic(c, node)
  if (known !== undefined) return () => known.value
  const ofEvent = compileEventMember(c, node)
  if (ofEvent !== null) return ofEvent
  const path = pathOf(c, node)
  if (path !== null && !mayEnd(node)) return compilePath(c.expression(path.base), path.links)
  const name = constantName(node)
  const object = c.expression(node.object)
  const place = placeOf(node.property)
  const read = name === null ? null : readerOf(name, place)
  const get: (env: unknown[], target: unknown) => unknown =
    read === null ? readingKey(c.expression(node.property), place) : (_, target) => read(target)
  if (node.optional || mayEnd(node.object)) return optional(object, get, node.optional)
  return read === null ? env => get(env, object(env)) : env => read(object(env))
}

function readingKey(key: Eval, place: ReturnType<typeof placeOf>): (env: unknown[], target: unknown) => unknown {
  return (env, target) => readMember(target, key(env), place)
}

function optional(object: Eval, get: (env: unknown[], target: unknown) => unknown, ends: boolean): Eval {
  return env => {
    const target = object(env)
    if (target === CUT_SHORT || (ends && (target === null || target === undefined))) return CUT_SHORT
    return get(env, target)
  }
}

/** For what writes or deletes. */
export function memberParts(c: Compiler, node: MemberExpression): { object: Eval; key: Eval } {
  const name = constantName(node)
  return {
    object: c.expression(node.object),
    key: name === null ? c.expression(node.property) : () => name,
  }
}

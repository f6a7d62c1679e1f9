import type { AnyNode, MemberExpression } from 'acorn'
import { borrowed } from '../builtins/borrowed.js'
import { appliedArguments } from '../builtins/function.js'
import type { Place } from '../filter-problem.js'
import { run, step } from '../run.js'
import { refuse } from '../syntax/tree.js'
import type { Method } from '../values/special.js'
import type { Arguments, Compiler, Eval } from './compiler.js'
import { constantName } from './event-member.js'

/** Object.prototype.hasOwnProperty.call(o, 'k') and [].slice.call(list), also with apply; null for any other call. */
export function compileBorrowed(
  c: Compiler,
  compileArgs: () => Arguments,
  callee: MemberExpression,
  place: Place,
): Eval | null {
  const how = constantName(callee)
  if ((how !== 'call' && how !== 'apply') || callee.object.type !== 'MemberExpression') return null
  const lent = callee.object
  const name = constantName(lent)
  if (name === null) return null
  const type = lender(c, lent.object)
  if (type === null) return notLent(c, lent, name)
  const method = borrowed(type, name)
  if (method === undefined) return refuse(lent.property, `\`${type}.prototype.${name}\` is not supported`)
  const args = compileArgs()
  return how === 'call'
    ? env => lend(method, args(env), place, rest)
    : env => lend(method, args(env), place, given => appliedArguments(given[1]))
}

/** list.push.apply(list, more): methods can't be read without a call, so this would fail on every event. */
function notLent(c: Compiler, lent: MemberExpression, name: string): null {
  const isMethod = LENDERS.some(type => borrowed(type, name) !== undefined)
  if (!isMethod || c.names.memberNames.has(name) || isStatic(c, lent.object)) return null
  return refuse(lent.property, `\`${name}\` can only be called: x.${name}(...)`)
}

const isStatic = (c: Compiler, node: AnyNode): boolean => node.type === 'Identifier' && !c.names.references.has(node)

const rest = (given: readonly unknown[]): unknown[] => given.slice(1)

function lend(
  method: Method,
  given: readonly unknown[],
  place: Place,
  argumentsOf: (given: readonly unknown[]) => unknown[],
): unknown {
  step(1)
  run.place = place
  return method(given[0], argumentsOf(given))
}

const LENDERS = ['Array', 'Number', 'Object', 'String']

/** Whose methods `Array.prototype`, `[]`, `{}` and `''` stand for. */
function lender(c: Compiler, node: AnyNode): string | null {
  if (node.type === 'ArrayExpression') return node.elements.length === 0 ? 'Array' : null
  if (node.type === 'ObjectExpression') return node.properties.length === 0 ? 'Object' : null
  if (node.type === 'Literal') return node.value === '' ? 'String' : null
  if (node.type !== 'MemberExpression' || constantName(node) !== 'prototype') return null
  const { object } = node
  return object.type === 'Identifier' && isStatic(c, object) && LENDERS.includes(object.name) ? object.name : null
}

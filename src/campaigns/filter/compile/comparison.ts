import type { AnyNode, BinaryExpression } from 'acorn'
import { readNamed } from '../values/member.js'
import { isAtLeast, isAtMost, isLess, isMore, looselyEqual, strictlyEqual } from '../values/operators.js'
import type { Compiler, Eval } from './compiler.js'
import { isPlayerId } from './event-member.js'
import { type Link, pathOf } from './path.js'
import { keyOf, keyOfPlace, shared } from './shared.js'

type Test = (left: unknown, right: unknown) => boolean

const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['===', strictlyEqual],
  ['!==', (a, b) => !strictlyEqual(a, b)],
  ['==', looselyEqual],
  ['!=', (a, b) => !looselyEqual(a, b)],
  ['<', (a, b) => (typeof a === 'number' && typeof b === 'number' ? a < b : isLess(a, b))],
  ['<=', (a, b) => (typeof a === 'number' && typeof b === 'number' ? a <= b : isAtMost(a, b))],
  ['>', (a, b) => (typeof a === 'number' && typeof b === 'number' ? a > b : isMore(a, b))],
  ['>=', (a, b) => (typeof a === 'number' && typeof b === 'number' ? a >= b : isAtLeast(a, b))],
])

/** Null where the operator compares nothing. */
export function compileComparison(c: Compiler, node: BinaryExpression): Eval | null {
  const test = TESTS.get(node.operator)
  if (test === undefined) return null
  const left = node.left as AnyNode
  const { right } = node
  const ofIds = /^[=!]/.test(node.operator) && (isPlayerId(c, left) || isPlayerId(c, right))
  if (right.type === 'Literal' && !right.regex) {
    const { value } = right
    return withLiteral(c, node.operator, left, ofIds && typeof value === 'number' ? String(value) : value)
  }
  const a = c.expression(left)
  const b = c.expression(right)
  if (ofIds) return comparing(test, asId(a), asId(b))
  return shared(node.operator, [a, b], () => comparing(test, a, b))
}

function comparing(test: Test, left: Eval, right: Eval): Eval {
  return env => {
    const a = left(env)
    return test(a, right(env))
  }
}

/** Player ids are text here and were numbers in the original: next to one of those, a number is compared as text. */
function asId(value: Eval): Eval {
  return env => {
    const id = value(env)
    return typeof id === 'number' ? String(id) : id
  }
}

/** What filters are mostly made of: event.data.level > 5. */
function withLiteral(c: Compiler, operator: string, left: AnyNode, value: unknown): Eval {
  const test = TESTS.get(operator)!
  const key = `${operator} ${keyOf(value)}`
  const path = pathOf(c, left)
  const [link, more] = path?.links ?? []
  if (path === null || link === undefined || more !== undefined) {
    const a = c.expression(left)
    return shared(key, [a], () => env => test(a(env), value))
  }
  const base = c.expression(path.base)
  return shared(`${key} ${keyOf(link.key)} ${keyOfPlace(link.place)}`, [base], () =>
    memberTest(test, base, link, value),
  )
}

function memberTest(test: Test, base: Eval, { key, place }: Link, value: unknown): Eval {
  return env => test(readNamed(base(env), key, place), value)
}

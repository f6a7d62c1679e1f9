import type { AnyNode, BinaryExpression, ConditionalExpression, LogicalExpression, UnaryExpression } from 'acorn'
import { operandsOf, placeOf, refuse } from '../syntax/tree.js'
import { isObject, shownValue, toKey, toNumber, typeOf } from '../values/coerce.js'
import { deleteMember, hasMember } from '../values/member.js'
import { add, arithmetic } from '../values/operators.js'
import { fault } from '../values/special.js'
import { compileComparison } from './comparison.js'
import type { Compiler, Eval } from './compiler.js'
import { memberParts } from './member.js'
import { shared } from './shared.js'

export function compileUnary(c: Compiler, node: UnaryExpression): Eval {
  if (node.operator === 'delete') return compileDelete(c, node)
  const operand = c.expression(node.argument)
  switch (node.operator) {
    case '!':
      return env => !operand(env)
    case '-':
      return env => -toNumber(operand(env))
    case '+':
      return env => toNumber(operand(env))
    case '~':
      return env => ~toNumber(operand(env))
    case 'typeof':
      return env => typeOf(operand(env))
    case 'void':
      return env => void operand(env)
  }
}

function compileDelete(c: Compiler, node: UnaryExpression): Eval {
  const target = node.argument
  if (target.type !== 'MemberExpression') return refuse(node, '`delete` needs a property')
  const { object, key } = memberParts(c, target)
  const place = placeOf(target)
  return env => deleteMember(object(env), key(env), place)
}

export function compileBinary(c: Compiler, node: BinaryExpression): Eval {
  switch (node.operator) {
    case '+':
      return compileSum(operandsOf(node).map(operand => c.expression(operand)))
    case 'in':
      return compileIn(c, node)
    default:
      return compileComparison(c, node) ?? compileArithmetic(c, node)
  }
}

function compileSum(operands: readonly Eval[]): Eval {
  const [first, second] = operands as [Eval, Eval]
  if (operands.length === 2) {
    return env => {
      const left = first(env)
      return add(left, second(env))
    }
  }
  return env => {
    let sum = first(env)
    for (let i = 1; i < operands.length; i++) sum = add(sum, operands[i]!(env))
    return sum
  }
}

function compileArithmetic(c: Compiler, node: BinaryExpression): Eval {
  const left = c.expression(node.left as AnyNode)
  const right = c.expression(node.right)
  const apply = arithmetic(node.operator)!
  return env => {
    const a = left(env)
    return apply(a, right(env))
  }
}

function compileIn(c: Compiler, node: BinaryExpression): Eval {
  const key = c.expression(node.left as AnyNode)
  const target = c.expression(node.right)
  const place = placeOf(node)
  return env => {
    const name = toKey(key(env))
    const holder = target(env)
    if (!isObject(holder)) fault('TypeError', `${shownValue(holder)} has no keys`, place)
    return hasMember(holder, name)
  }
}

export function compileLogical(c: Compiler, node: LogicalExpression): Eval {
  const operands = operandsOf(node).map(operand => c.expression(operand))
  return shared(node.operator, operands, () => newLogical(node.operator, operands))
}

function newLogical(operator: LogicalExpression['operator'], operands: readonly Eval[]): Eval {
  const [first, second, third, fourth] = operands as [Eval, Eval, Eval, Eval]
  const rest = operands.slice(1)
  switch (operator) {
    case '&&':
      if (rest.length === 1) return env => first(env) && second(env)
      if (rest.length === 2) return env => first(env) && second(env) && third(env)
      if (rest.length === 3) return env => first(env) && second(env) && third(env) && fourth(env)
      return env => {
        let value = first(env)
        for (let i = 0; value && i < rest.length; i++) value = rest[i]!(env)
        return value
      }
    case '||':
      if (rest.length === 1) return env => first(env) || second(env)
      if (rest.length === 2) return env => first(env) || second(env) || third(env)
      if (rest.length === 3) return env => first(env) || second(env) || third(env) || fourth(env)
      return env => {
        let value = first(env)
        for (let i = 0; !value && i < rest.length; i++) value = rest[i]!(env)
        return value
      }
    case '??':
      return env => {
        let value = first(env)
        for (let i = 0; (value === null || value === undefined) && i < rest.length; i++) value = rest[i]!(env)
        return value
      }
  }
}

/** a ? b : c ? d : e, however long. */
export function compileConditional(c: Compiler, node: ConditionalExpression): Eval {
  const arms: { test: Eval; value: Eval }[] = []
  let next: AnyNode = node
  for (; next.type === 'ConditionalExpression'; next = next.alternate) {
    arms.push({ test: c.expression(next.test), value: c.expression(next.consequent) })
  }
  const otherwise = c.expression(next)
  const [{ test, value }] = arms as [(typeof arms)[0]]
  if (arms.length === 1) return env => (test(env) ? value(env) : otherwise(env))
  return env => {
    for (const arm of arms) if (arm.test(env)) return arm.value(env)
    return otherwise(env)
  }
}

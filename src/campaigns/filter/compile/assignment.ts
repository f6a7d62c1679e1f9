import type { AnyNode, AssignmentExpression, MemberExpression, UpdateExpression } from 'acorn'
import type { Place } from '../filter-problem.js'
import { placeOf } from '../syntax/tree.js'
import { toNumber } from '../values/coerce.js'
import { readMember, writeMember } from '../values/member.js'
import { arithmetic } from '../values/operators.js'
import type { Assign, Compiler, Env, Eval } from './compiler.js'
import { memberParts } from './member.js'
import { compilePattern } from './pattern.js'
import { assigning } from './variable.js'

/** Something that is read and then written: a variable, or a property of an object that is looked at once. */
interface Target {
  prepare(env: Env): { object: unknown; key: unknown } | null
  read(env: Env, at: { object: unknown; key: unknown } | null): unknown
  write(env: Env, at: { object: unknown; key: unknown } | null, value: unknown): void
}

function targetOf(c: Compiler, node: AnyNode): Target {
  if (node.type === 'Identifier') return variableTarget(c.expression(node), assigning(c, node))
  const member = node as MemberExpression
  return memberTarget(memberParts(c, member), placeOf(member.property))
}

const variableTarget = (read: Eval, assign: Assign): Target => ({
  prepare: () => null,
  read,
  write: (env, _, value) => assign(env, value),
})

const memberTarget = ({ object, key }: { object: Eval; key: Eval }, place: Place): Target => ({
  prepare: env => ({ object: object(env), key: key(env) }),
  read: (_, at) => readMember(at!.object, at!.key, place),
  write: (_, at, value) => writeMember(at!.object, at!.key, value, place),
})

export function compileAssignment(c: Compiler, node: AssignmentExpression): Eval {
  if (node.operator === '=') return compilePlain(c, node)
  const target = targetOf(c, node.left)
  const value = c.expression(node.right)
  const apply = arithmetic(node.operator.slice(0, -1))
  if (apply === undefined) return compileLogicalAssignment(node.operator, target, value)
  return env => {
    const at = target.prepare(env)
    const before = target.read(env, at)
    const after = apply(before, value(env))
    target.write(env, at, after)
    return after
  }
}

function compilePlain(c: Compiler, node: AssignmentExpression): Eval {
  const value = c.expression(node.right)
  if (node.left.type === 'MemberExpression') {
    const { object, key } = memberParts(c, node.left)
    const place = placeOf(node.left.property)
    return env => {
      const target = object(env)
      const name = key(env)
      const given = value(env)
      writeMember(target, name, given, place)
      return given
    }
  }
  const assign = compilePattern(c, node.left, false)
  return env => {
    const given = value(env)
    assign(env, given)
    return given
  }
}

const GOES_ON: Readonly<Record<string, (value: unknown) => boolean>> = {
  '||=': value => !value,
  '&&=': value => Boolean(value),
  '??=': value => value === null || value === undefined,
}

function compileLogicalAssignment(operator: string, target: Target, value: Eval): Eval {
  const goesOn = GOES_ON[operator]!
  return env => {
    const at = target.prepare(env)
    const before = target.read(env, at)
    if (!goesOn(before)) return before
    const after = value(env)
    target.write(env, at, after)
    return after
  }
}

export function compileUpdate(c: Compiler, node: UpdateExpression): Eval {
  const target = targetOf(c, node.argument)
  const change = node.operator === '++' ? 1 : -1
  const { prefix } = node
  return env => {
    const at = target.prepare(env)
    const before = toNumber(target.read(env, at))
    target.write(env, at, before + change)
    return prefix ? before + change : before
  }
}

import type { AnyNode, ArrayExpression, CallExpression, MemberExpression, NewExpression } from 'acorn'
import { constructorNamed, NEW_DATE_REASON, needsNew, unknownStatic } from '../builtins/globals.js'
import { whyUnsupported } from '../builtins/unsupported-methods.js'
import type { Place } from '../filter-problem.js'
import { run, step } from '../run.js'
import { placeOf, refuse } from '../syntax/tree.js'
import { type MethodFinder, methodFinder } from '../values/call.js'
import { shownValue, toKey } from '../values/coerce.js'
import { append, appendAll } from '../values/iterate.js'
import { isPlain, ownValue } from '../values/member.js'
import { Builtin, Callable, fault, Special } from '../values/special.js'
import { compileBorrowed } from './borrowed.js'
import type { Arguments, Compiler, Eval } from './compiler.js'
import { compileEventMember, constantName } from './event-member.js'
import { constantElements } from './literal.js'
import { CUT_SHORT, compileStatic, mayEnd } from './member.js'
import { builtin, keyOf, keyOfPlace, shared } from './shared.js'

export function compileCall(c: Compiler, node: CallExpression): Eval {
  const { callee } = node
  if (callee.type === 'MemberExpression') return compileMethodCall(c, node, callee)
  const place = placeOf(node)
  const args = compileArguments(c, node.arguments)
  if (callee.type === 'Identifier' && !c.names.references.has(callee)) {
    const construct = constructorNamed(callee.name)
    if (construct !== undefined) {
      if (needsNew(callee.name)) refuse(node, `\`${callee.name}\` needs \`new\` here`)
      return calling(construct, args, place)
    }
  }
  return callValue(c.expression(callee as AnyNode), args, place, textOf(c, callee), node.optional, mayEnd(callee))
}

function callValue(callee: Eval, args: Arguments, place: Place, name: string, ends: boolean, cut: boolean): Eval {
  return env => {
    const called = callee(env)
    if (cut && called === CUT_SHORT) return CUT_SHORT
    if (ends && (called === null || called === undefined)) return CUT_SHORT
    const values = args(env)
    if (!(called instanceof Callable)) fault('TypeError', `${name} is not a function`, place)
    step(1)
    run.place = place
    return called.call(values)
  }
}

const calling = (body: (args: readonly unknown[]) => unknown, args: Arguments, place: Place): Eval =>
  shared(`static ${keyOfPlace(place)}`, [builtin(body), args], () => env => {
    const values = args(env)
    step(1)
    run.place = place
    return body(values)
  })

const TEXT_SHOWN_MAX = 60

/** The callee as it was written, for messages. */
function textOf(c: Compiler, node: AnyNode): string {
  const text = c.source.slice(node.start, node.end).replace(/\s+/g, ' ')
  return text.length > TEXT_SHOWN_MAX ? `${text.slice(0, TEXT_SHOWN_MAX)}...` : text
}

function compileMethodCall(c: Compiler, node: CallExpression, callee: MemberExpression): Eval {
  const place = placeOf(callee.property)
  const ofAnother = compileBorrowed(c, () => compileArguments(c, node.arguments), callee, place)
  if (ofAnother !== null) return ofAnother
  const known = compileStatic(c, callee)
  if (known !== undefined) {
    if (!(known.value instanceof Builtin)) return refuse(callee, `\`${textOf(c, callee)}\` is not a function`)
    checkJson(c, node, callee)
    return calling(known.value.call, compileArguments(c, node.arguments), place)
  }
  checkSupported(c, node, callee)
  const special = compileEventMember(c, node) ?? compileSearch(c, node, callee) ?? compileGet(c, node, callee, place)
  return special ?? compileAnyMethod(c, node, callee, place)
}

const JSON_SECONDS: ReadonlyMap<string, string> = new Map([
  ['parse', '`JSON.parse` takes no reviver here'],
  ['stringify', '`JSON.stringify` takes no replacer here: pass null'],
])

/** The second argument, where it may be more than a value that JSON has no use for. */
function checkJson(c: Compiler, node: CallExpression, callee: MemberExpression): void {
  const [, second] = node.arguments
  if (second === undefined || callee.object.type !== 'Identifier' || callee.object.name !== 'JSON') return
  const isUndefined = second.type === 'Identifier' && second.name === 'undefined' && !c.names.references.has(second)
  if (second.type !== 'Literal' && !isUndefined) refuse(second, JSON_SECONDS.get(constantName(callee)!)!)
}

/** Where the source has members of that name itself, it may mean one of those. */
function checkSupported(c: Compiler, node: CallExpression, callee: MemberExpression): void {
  const name = constantName(callee)
  if (name === null || c.names.memberNames.has(name)) return
  const reason = whyUnsupported(name, node.arguments.length)
  if (reason !== null) refuse(callee.property, reason)
}

function compileAnyMethod(c: Compiler, node: CallExpression, callee: MemberExpression, place: Place): Eval {
  const object = c.expression(callee.object)
  const args = compileArguments(c, node.arguments)
  const text = textOf(c, callee)
  const name = constantName(callee)
  const find = name === null ? null : methodFinder(name)
  const key = find === null ? c.expression(callee.property) : null
  const cut = mayEnd(callee.object)
  const { optional } = callee
  const { optional: maybe } = node
  if (find !== null && !cut && !optional && !maybe) return callNamed(object, name!, find, args, text, place)
  return env => {
    const target = object(env)
    if (cut && target === CUT_SHORT) return CUT_SHORT
    if (target === null || target === undefined) {
      if (optional) return CUT_SHORT
      fault('TypeError', `${target} has no method ${shownValue(name ?? toKey(key!(env)))}`, place)
    }
    const method = find === null ? methodFinder(toKey(key!(env)))(target) : find(target)
    if (method === undefined && maybe && isAbsent(target, name)) return CUT_SHORT
    const values = args(env)
    if (method === undefined) fault('TypeError', `${text} is not a function`, place)
    step(1)
    run.place = place
    return method(target, values)
  }
}

function callNamed(object: Eval, name: string, find: MethodFinder, args: Arguments, text: string, place: Place): Eval {
  return shared(`call ${keyOf(name)} ${keyOf(text)} ${keyOfPlace(place)}`, [object, args], () => env => {
    const target = object(env)
    const method = find(target)
    if (target === null || target === undefined)
      fault('TypeError', `${target} has no method ${shownValue(name)}`, place)
    const values = args(env)
    if (method === undefined) fault('TypeError', `${text} is not a function`, place)
    step(1)
    run.place = place
    return method(target, values)
  })
}

/** x.f?.() goes on where f is something that can't be called. */
function isAbsent(target: unknown, name: string | null): boolean {
  if (name === null || !isPlain(target)) return true
  const value = ownValue(target, name)
  return value === undefined || value === null
}

/** ['de', 'at'].includes(x): the array can't be seen by anything else, so it is made once. */
function compileSearch(c: Compiler, node: CallExpression, callee: MemberExpression): Eval | null {
  const name = constantName(callee)
  if (callee.object.type !== 'ArrayExpression' || node.arguments.length !== 1 || node.optional) return null
  if (name !== 'includes' && name !== 'contains' && name !== 'indexOf') return null
  const [argument] = node.arguments as [AnyNode]
  const list = constantElements(callee.object as ArrayExpression)
  if (list === null || argument.type === 'SpreadElement') return null
  const sought = c.expression(argument)
  const cost = 1 + (list.length >> 2)
  return name === 'indexOf'
    ? env => {
        step(cost)
        return list.indexOf(sought(env))
      }
    : env => {
        step(cost)
        return list.includes(sought(env))
      }
}

/** data.get('key'), the commonest call of filters that were written for the original. */
function compileGet(c: Compiler, node: CallExpression, callee: MemberExpression, place: Place): Eval | null {
  const [argument] = node.arguments
  if (constantName(callee) !== 'get' || node.arguments.length !== 1 || argument?.type !== 'Literal') return null
  if (node.optional || callee.optional || mayEnd(callee.object) || typeof argument.value !== 'string') return null
  const key = argument.value
  const object = c.expression(callee.object)
  return shared(`get ${keyOf(key)} ${keyOf(textOf(c, callee))} ${keyOfPlace(place)}`, [object], () =>
    getting(object, key, textOf(c, callee), place),
  )
}

function getting(object: Eval, key: string, text: string, place: Place): Eval {
  const find = methodFinder('get')
  return env => {
    const target = object(env)
    step(1)
    run.place = place
    if (typeof target === 'object' && target !== null && !(target instanceof Special) && !Array.isArray(target)) {
      const own = ownValue(target, 'get')
      return own instanceof Callable ? own.call([key]) : (ownValue(target, key) ?? null)
    }
    if (target === null || target === undefined) fault('TypeError', `${target} has no method "get"`, place)
    const method = find(target)
    return method === undefined ? fault('TypeError', `${text} is not a function`, place) : method(target, [key])
  }
}

export function compileArguments(c: Compiler, nodes: CallExpression['arguments']): Arguments {
  if (nodes.some(node => node.type === 'SpreadElement')) return compileSpread(c, nodes)
  const values = nodes.map(node => c.expression(node))
  const [first, second] = values as [Eval, Eval]
  if (values.length === 0) return shared('arguments', [], () => () => [])
  if (values.length === 1) return shared('arguments', [first], () => env => [first(env)])
  if (values.length === 2) return shared('arguments', [first, second], () => env => [first(env), second(env)])
  return env => values.map(value => value(env))
}

function compileSpread(c: Compiler, nodes: CallExpression['arguments']): Arguments {
  const fills = nodes.map(node => {
    const value = c.expression(node.type === 'SpreadElement' ? node.argument : node)
    return { value, put: node.type === 'SpreadElement' ? appendAll : append }
  })
  return env => {
    const list: unknown[] = []
    for (const { value, put } of fills) put(list, value(env))
    return list
  }
}

export function compileNew(c: Compiler, node: NewExpression): Eval {
  const callee = node.callee as AnyNode
  if (callee.type !== 'Identifier' || c.names.references.has(callee)) {
    return refuse(node, '`new` needs one of Array, Date, Error, Map, Object, RangeError, RegExp, Set, TypeError')
  }
  const construct = constructorNamed(callee.name)
  if (construct === undefined) return refuse(node, unknownStatic(`new ${callee.name}`))
  if (callee.name === 'Date' && node.arguments.length === 0) return refuse(node, NEW_DATE_REASON)
  return calling(construct, compileArguments(c, node.arguments), placeOf(node))
}

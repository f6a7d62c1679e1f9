import type { ArrayExpression, Literal, ObjectExpression, Property, TemplateLiteral } from 'acorn'
import { copyMembers } from '../builtins/object-statics.js'
import { PatternRefused } from '../builtins/pattern-translation.js'
import { CompiledPattern } from '../builtins/regex.js'
import { RegexValue } from '../builtins/regex-value.js'
import { step } from '../run.js'
import { placeOf, refuse } from '../syntax/tree.js'
import { toKey, toText } from '../values/coerce.js'
import { append, appendAll } from '../values/iterate.js'
import { makeObject, type Plain, writeOwn } from '../values/member.js'
import { joined } from '../values/operators.js'
import type { Compiler, Env, Eval } from './compiler.js'
import { keyOf, shared } from './shared.js'

export function compileLiteral(c: Compiler, node: Literal): Eval {
  if (node.regex) return compileRegex(c, node, node.regex)
  const value = node.value
  return shared(`literal ${keyOf(value)}`, [], () => () => value)
}

function compileRegex(c: Compiler, node: Literal, { pattern, flags }: { pattern: string; flags: string }): Eval {
  c.countRegex(node)
  try {
    return shared(`regex ${flags} ${pattern}`, [], () => {
      const compiled = new CompiledPattern(pattern, flags)
      return () => new RegexValue(compiled)
    })
  } catch (problem) {
    if (!(problem instanceof PatternRefused)) throw problem
    const { line, column } = placeOf(node)
    const start = { line, column: column + problem.at }
    return refuse({ ...node, loc: { start, end: start } }, `in a regular expression, ${problem.reason}`)
  }
}

export function compileTemplate(c: Compiler, node: TemplateLiteral): Eval {
  const texts = node.quasis.map(quasi => quasi.value.cooked ?? '')
  const values = node.expressions.map(expression => c.expression(expression))
  return env => {
    let text = texts[0]!
    for (let i = 0; i < values.length; i++) {
      text = joined(text, toText(values[i]!(env)))
      if (texts[i + 1] !== '') text = joined(text, texts[i + 1]!)
    }
    return text
  }
}

type Fill = (env: Env, list: unknown[]) => void

export function compileArray(c: Compiler, node: ArrayExpression): Eval {
  const simple = node.elements.every(element => element !== null && element.type !== 'SpreadElement')
  if (simple) return compileElements(node.elements.map(element => c.expression(element!)))
  const fills = node.elements.map((element): Fill => {
    if (element === null) return (_, list) => append(list, undefined)
    if (element.type !== 'SpreadElement') {
      const value = c.expression(element)
      return (env, list) => append(list, value(env))
    }
    const source = c.expression(element.argument)
    return (env, list) => appendAll(list, source(env))
  })
  return env => {
    const list: unknown[] = []
    step(fills.length)
    for (const fill of fills) fill(env, list)
    return list
  }
}

function compileElements(elements: readonly Eval[]): Eval {
  return env => {
    step(elements.length)
    const list: unknown[] = []
    for (let i = 0; i < elements.length; i++) list.push(elements[i]!(env))
    return list
  }
}

/** Of an array that holds literals alone, its values; else null. */
export function constantElements(node: ArrayExpression): readonly unknown[] | null {
  const values: unknown[] = []
  for (const element of node.elements) {
    if (element?.type !== 'Literal' || element.regex) return null
    values.push(element.value)
  }
  return Object.freeze(values)
}

type Put = (env: Env, object: Plain) => void

export function compileObject(c: Compiler, node: ObjectExpression): Eval {
  const puts = node.properties.map((property): Put => {
    if (property.type === 'Property') return putting(c, property)
    const source = c.expression(property.argument)
    return (env, object) => copyMembers(object, source(env))
  })
  return env => {
    const object = makeObject()
    for (const put of puts) put(env, object)
    return object
  }
}

function putting(c: Compiler, property: Property): Put {
  const value = c.expression(property.value)
  const place = placeOf(property)
  if (property.computed) {
    const key = c.expression(property.key)
    return (env, object) => {
      const name = toKey(key(env))
      writeOwn(object, name, value(env), place)
    }
  }
  const name = constantKey(property)
  return (env, object) => writeOwn(object, name, value(env), place)
}

/** Of `{ a }`, `{ 'a': b }`, `{ 1: b }`. */
export function constantKey({ key }: Pick<Property, 'key'>): string {
  return key.type === 'Identifier' ? key.name : String((key as Literal).value)
}

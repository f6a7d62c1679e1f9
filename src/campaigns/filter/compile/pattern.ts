import type { AnyNode, ArrayPattern, ObjectPattern } from 'acorn'
import { copyMembers } from '../builtins/object-statics.js'
import { eventReader, FilterEvent } from '../filter-event.js'
import type { Place } from '../filter-problem.js'
import { run, step } from '../run.js'
import { placeOf } from '../syntax/tree.js'
import { shownValue, toKey } from '../values/coerce.js'
import { append, itemsOf } from '../values/iterate.js'
import { makeObject, PROTO, readerOf, readMember, readNamed, writeMember } from '../values/member.js'
import { fault } from '../values/special.js'
import type { Assign, Compiler, Env } from './compiler.js'
import { constantKey } from './literal.js'
import { memberParts } from './member.js'
import { keyOf, keyOfPlace, shared } from './shared.js'
import { assigning, declaring, hopsTo } from './variable.js'

/** Gives values to what a declaration or an assignment names. */
export function compilePattern(c: Compiler, node: AnyNode, isDeclaration: boolean): Assign {
  switch (node.type) {
    case 'Identifier':
      return isDeclaration ? declaring(c, node) : assigning(c, node)
    case 'AssignmentPattern':
      return compileDefault(c, node, isDeclaration)
    case 'ArrayPattern':
      return compileArrayPattern(c, node, isDeclaration)
    case 'ObjectPattern':
      return compileObjectPattern(c, node, isDeclaration)
    default:
      return compileMemberTarget(c, node as Extract<AnyNode, { type: 'MemberExpression' }>)
  }
}

function compileMemberTarget(c: Compiler, node: Extract<AnyNode, { type: 'MemberExpression' }>): Assign {
  const { object, key } = memberParts(c, node)
  const place = placeOf(node.property)
  return (env, value) => {
    const target = object(env)
    writeMember(target, key(env), value, place)
  }
}

function compileDefault(
  c: Compiler,
  node: Extract<AnyNode, { type: 'AssignmentPattern' }>,
  isDeclaration: boolean,
): Assign {
  const assign = compilePattern(c, node.left, isDeclaration)
  const otherwise = c.expression(node.right)
  return (env, value) => assign(env, value === undefined ? otherwise(env) : value)
}

/** How an array pattern takes its elements: one after the other, as far as it needs them. */
function compileArrayPattern(c: Compiler, node: ArrayPattern, isDeclaration: boolean): Assign {
  const last = node.elements.at(-1)
  const rest = last?.type === 'RestElement' ? compilePattern(c, last.argument, isDeclaration) : null
  const elements = (rest === null ? node.elements : node.elements.slice(0, -1)).map(element =>
    element === null ? null : compilePattern(c, element, isDeclaration),
  )
  const place = placeOf(node)
  return (env, value) => {
    run.place = place
    const items = itemsOf(value)[Symbol.iterator]()
    for (const assign of elements) {
      step(1)
      const next = items.next()
      assign?.(env, next.done ? undefined : next.value)
    }
    if (rest === null) return
    const list: unknown[] = []
    for (let next = items.next(); !next.done; next = items.next()) {
      step(1)
      append(list, next.value)
    }
    rest(env, list)
  }
}

/** Of `const { a, b: c } = x`, where they are variables of the same environment. */
interface PlainName {
  readonly key: string
  readonly slot: number
  readonly place: Place
}

function plainNames(c: Compiler, node: ObjectPattern): PlainName[] | null {
  const names: PlainName[] = []
  for (const property of node.properties) {
    if (property.type !== 'Property' || property.computed || property.value.type !== 'Identifier') return null
    const reference = c.names.references.get(property.value)!
    const key = constantKey(property)
    if (hopsTo(reference) > 0 || key === PROTO) return null
    names.push({ key, slot: reference.binding.slot, place: placeOf(property) })
  }
  return names
}

function takingNames(names: readonly PlainName[], place: Place): Assign {
  const shape = names.map(name => `${keyOf(name.key)} ${name.slot} ${keyOfPlace(name.place)}`)
  return shared(`names ${keyOfPlace(place)} ${shape.join(' ')}`, [], () => {
    const keys = names.map(({ key }) => key)
    const slots = names.map(({ slot }) => slot)
    let ofEvent: ReturnType<typeof eventReader>[] | null = null
    return (env, value) => {
      if (value === null || value === undefined) fault('TypeError', `${shownValue(value)} can't be taken apart`, place)
      if (value instanceof FilterEvent) {
        ofEvent ??= keys.map(eventReader)
        for (let i = 0; i < slots.length; i++) env[slots[i]!] = ofEvent[i]!(value)
      } else {
        for (let i = 0; i < slots.length; i++) env[slots[i]!] = readNamed(value, keys[i]!, names[i]!.place)
      }
    }
  })
}

/** `taken` are the keys that a rest leaves out; null where there is no rest. */
type Take = (env: Env, source: unknown, taken: Set<string> | null) => void

function compileObjectPattern(c: Compiler, node: ObjectPattern, isDeclaration: boolean): Assign {
  const names = isDeclaration ? plainNames(c, node) : null
  if (names !== null) return takingNames(names, placeOf(node))
  const takes = node.properties.map((property): Take => {
    if (property.type === 'RestElement') {
      const rest = compilePattern(c, property.argument, isDeclaration)
      return (env, source, taken) => {
        const object = makeObject()
        copyMembers(object, source, taken!)
        rest(env, object)
      }
    }
    const assign = compilePattern(c, property.value, isDeclaration)
    const place = placeOf(property)
    if (property.computed) {
      const key = c.expression(property.key)
      return (env, source, taken) => {
        const name = toKey(key(env))
        taken?.add(name)
        assign(env, readMember(source, name, place))
      }
    }
    const name = constantKey(property)
    const read = readerOf(name, place)
    const ofEvent = eventReader(name)
    return (env, source, taken) => {
      taken?.add(name)
      assign(env, source instanceof FilterEvent ? ofEvent(source) : read(source))
    }
  })
  const place = placeOf(node)
  const hasRest = node.properties.some(property => property.type === 'RestElement')
  return (env, value) => {
    if (value === null || value === undefined) fault('TypeError', `${shownValue(value)} can't be taken apart`, place)
    const taken = hasRest ? new Set<string>() : null
    for (const take of takes) take(env, value, taken)
  }
}

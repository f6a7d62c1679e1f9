import type { AnyNode, Identifier } from 'acorn'
import { globalValue } from '../builtins/globals.js'
import type { Place } from '../filter-problem.js'
import type { Binding, Reference, Scope } from '../syntax/scope.js'
import { placeOf } from '../syntax/tree.js'
import { fault } from '../values/special.js'
import type { Assign, Compiler, Env, Eval } from './compiler.js'
import { shared } from './shared.js'

/** What a variable holds before its declaration has run. */
export const UNREADY = Object.freeze({ unready: true })

const around = (env: Env): Env => env[0] as Env

/** How many environments out a variable lives. */
export const hopsTo = ({ binding, scope }: Reference): number => scope.home.level - binding.scope.home.level

export function compileIdentifier(c: Compiler, node: Identifier): Eval {
  const reference = c.names.references.get(node)
  if (reference === undefined) {
    const value = globalValue(node)
    return () => value
  }
  const read = reading(hopsTo(reference), reference.binding.slot)
  return reference.binding.checked ? checked(read, reference.binding, placeOf(node)) : read
}

const reading = (hops: number, slot: number): Eval =>
  shared(`variable ${hops} ${slot}`, [], () => newReading(hops, slot))

function newReading(hops: number, slot: number): Eval {
  if (hops === 0) return env => env[slot]
  if (hops === 1) return env => around(env)[slot]
  if (hops === 2) return env => around(around(env))[slot]
  return env => outer(env, hops)[slot]
}

function outer(env: Env, hops: number): Env {
  let at = env
  for (let i = 0; i < hops; i++) at = around(at)
  return at
}

function checked(read: Eval, { name }: Binding, place: Place): Eval {
  return env => {
    const value = read(env)
    if (value === UNREADY) fault('ReferenceError', `${name} is used before it has a value`, place)
    return value
  }
}

/** For declarations. */
export function declaring(c: Compiler, node: AnyNode): Assign {
  const reference = c.names.references.get(node)!
  const hops = hopsTo(reference)
  const { slot } = reference.binding
  return shared(`declaring ${hops} ${slot}`, [], () => newDeclaring(hops, slot))
}

function newDeclaring(hops: number, slot: number): Assign {
  if (hops === 0) {
    return (env, value) => {
      env[slot] = value
    }
  }
  return (env, value) => {
    outer(env, hops)[slot] = value
  }
}

/** For assignments, which must not come before the declaration either. */
export function assigning(c: Compiler, node: Identifier): Assign {
  const write = declaring(c, node)
  const { binding } = c.names.references.get(node)!
  if (!binding.checked) return write
  const check = compileIdentifier(c, node)
  return (env, value) => {
    check(env)
    write(env, value)
  }
}

/** Whether a node is the filter's event, in a way that can be relied on. */
export const isEvent = (c: Compiler, node: AnyNode): boolean =>
  c.event !== null && c.names.references.get(node)?.binding === c.event

export type Enter = (env: Env) => Env

/** What happens where a scope begins: an environment of its own, variables that are not ready, functions. */
export function entering(c: Compiler, scope: Scope, statements: readonly AnyNode[]): Enter | null {
  const unready = [...scope.bindings.values()].filter(binding => binding.checked).map(binding => binding.slot)
  const functions = hoisted(c, scope, statements)
  const own = scope.hasEnvironment && scope.kind !== 'function'
  if (!own && unready.length === 0 && functions.length === 0) return null
  return env => {
    let inner = env
    if (own) {
      inner = new Array(scope.size).fill(undefined)
      inner[0] = env
    }
    for (const slot of unready) inner[slot] = UNREADY
    for (const { slot, make } of functions) inner[slot] = make(inner)
    return inner
  }
}

function hoisted(c: Compiler, scope: Scope, statements: readonly AnyNode[]): { slot: number; make: Eval }[] {
  return statements.flatMap(node =>
    node.type === 'FunctionDeclaration'
      ? [{ slot: scope.bindings.get(node.id!.name)!.slot, make: c.expression(node) }]
      : [],
  )
}

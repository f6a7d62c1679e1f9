import type { AnyNode } from 'acorn'
import { run, step } from '../run.js'
import type { FilterFunction } from '../syntax/parse.js'
import type { Scope } from '../syntax/scope.js'
import { heightOf, weightOf } from '../syntax/tree.js'
import { append } from '../values/iterate.js'
import { Closure, type FunctionCode } from './closure.js'
import { type Compiler, type Env, type Eval, RETURN } from './compiler.js'
import { compilePattern } from './pattern.js'
import { shared } from './shared.js'
import { compileStatements } from './statement.js'
import { entering } from './variable.js'

type AnyFunction = FilterFunction | Extract<AnyNode, { type: 'FunctionDeclaration' }>

/** What a call of a built-in, with its callback, puts on the native stack beside the source's own nodes. */
const CALL_HEIGHT = 4

export function compileFunction(c: Compiler, node: AnyFunction): Eval {
  const code = compileCode(c, node)
  return env => new Closure(code, env)
}

export function compileCode(c: Compiler, node: AnyFunction): FunctionCode {
  const scope = c.names.scopes.get(node)!
  const body = compileBody(c, node, scope)
  return {
    // Its size is known: all of the source has been analysed.
    blank: shared(`blank ${scope.size}`, [], () => new Array(scope.size).fill(undefined)),
    bind: compileParameters(c, node, scope),
    selfSlot: selfSlot(node, scope),
    body,
    weight: weightOf(node),
    height: heightOf(node) + CALL_HEIGHT,
  }
}

function selfSlot(node: AnyFunction, scope: Scope): number {
  const self = node.type === 'FunctionExpression' && node.id ? scope.bindings.get(node.id.name) : undefined
  return self?.kind === 'self' ? self.slot : 0
}

function compileParameters(c: Compiler, node: AnyFunction, scope: Scope): FunctionCode['bind'] {
  if (node.params.every(param => param.type === 'Identifier')) {
    const slots = node.params.map(param => scope.bindings.get(param.type === 'Identifier' ? param.name : '')!.slot)
    const [first] = slots
    if (slots.length === 0) return () => undefined
    if (slots.length === 1) {
      return (env, args) => {
        env[first!] = args[0]
      }
    }
    return (env, args) => {
      for (let i = 0; i < slots.length; i++) env[slots[i]!] = args[i]
    }
  }
  const params = node.params.map(param => ({
    assign: compilePattern(c, param.type === 'RestElement' ? param.argument : param, true),
    isRest: param.type === 'RestElement',
  }))
  return (env, args) => {
    params.forEach(({ assign, isRest }, i) => {
      assign(env, isRest ? restOf(args, i) : args[i])
    })
  }
}

function restOf(args: readonly unknown[], from: number): unknown[] {
  const rest: unknown[] = []
  for (let i = from; i < args.length; i++) {
    step(1)
    append(rest, args[i])
  }
  return rest
}

function compileBody(c: Compiler, node: AnyFunction, scope: Scope): (env: Env) => unknown {
  if (node.body.type !== 'BlockStatement') return c.expression(node.body)
  const statements = node.body.body
  const enter = entering(c, c.names.scopes.get(node.body) ?? scope, statements)
  const [only] = statements
  if (enter === null && statements.length === 1 && only?.type === 'ReturnStatement' && only.argument) {
    return c.expression(only.argument)
  }
  const execute = compileStatements(c, statements)
  return env => {
    if (execute(enter === null ? env : enter(env)) !== RETURN) return undefined
    const { returned } = run
    run.returned = undefined
    return returned
  }
}

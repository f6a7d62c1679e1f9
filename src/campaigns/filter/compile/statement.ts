import type { AnyNode, BlockStatement, IfStatement, ReturnStatement, SwitchStatement, VariableDeclaration } from 'acorn'
import { run, Thrown } from '../run.js'
import { placeOf, refuse } from '../syntax/tree.js'
import { strictlyEqual } from '../values/operators.js'
import { BREAK, CONTINUE, type Compiler, type Eval, type Exec, NORMAL, RETURN } from './compiler.js'
import { compilePattern } from './pattern.js'
import { shared } from './shared.js'
import { entering } from './variable.js'

const nothing: Exec = shared('nothing', [], () => () => NORMAL)

/** What declares a function has done so when its block began. */
const isEmpty = (node: AnyNode): boolean => node.type === 'EmptyStatement' || node.type === 'FunctionDeclaration'

export function compileStatements(c: Compiler, nodes: readonly AnyNode[]): Exec {
  const statements = nodes.filter(node => !isEmpty(node)).map(node => c.statement(node))
  const [first, second] = statements as [Exec, Exec]
  if (statements.length === 0) return nothing
  if (statements.length === 1) return first
  if (statements.length === 2) return env => first(env) || second(env)
  return env => {
    for (let i = 0; i < statements.length; i++) {
      const completion = statements[i]!(env)
      if (completion !== NORMAL) return completion
    }
    return NORMAL
  }
}

function compileBlock(c: Compiler, node: BlockStatement): Exec {
  const enter = entering(c, c.names.scopes.get(node)!, node.body)
  const execute = compileStatements(c, node.body)
  return enter === null ? execute : env => execute(enter(env))
}

export function compileSimple(c: Compiler, node: AnyNode): Exec | null {
  switch (node.type) {
    case 'ExpressionStatement': {
      const expression = c.expression(node.expression)
      return env => {
        expression(env)
        return NORMAL
      }
    }
    case 'ReturnStatement':
      return compileReturn(c, node)
    case 'VariableDeclaration':
      return compileDeclaration(c, node)
    case 'BlockStatement':
      return compileBlock(c, node)
    case 'IfStatement':
      return compileIf(c, node)
    case 'SwitchStatement':
      return compileSwitch(c, node)
    case 'ThrowStatement': {
      const value = c.expression(node.argument)
      const place = placeOf(node)
      return env => {
        throw new Thrown(value(env), place)
      }
    }
    case 'BreakStatement':
      return () => BREAK
    case 'ContinueStatement':
      return () => CONTINUE
    case 'EmptyStatement':
      return nothing
    case 'FunctionDeclaration':
      // Alone in an if's arm: there is no block that it could belong to.
      return refuse(node, 'a function needs a block around it here')
    default:
      return null
  }
}

function compileReturn(c: Compiler, node: ReturnStatement): Exec {
  if (!node.argument) {
    return () => {
      run.returned = undefined
      return RETURN
    }
  }
  const value = c.expression(node.argument)
  return shared('return', [value], () => env => {
    run.returned = value(env)
    return RETURN
  })
}

function compileDeclaration(c: Compiler, node: VariableDeclaration): Exec {
  const declarations = node.declarations
    // `var x;` keeps what x has, `let x;` in a loop does not.
    .filter(({ init }) => init || node.kind !== 'var')
    .map(({ id, init }) => ({
      assign: compilePattern(c, id, true),
      value: init ? c.expression(init) : (): undefined => undefined,
    }))
  const [first] = declarations
  if (declarations.length === 1) {
    const { assign, value } = first!
    return shared('declare', [assign, value], () => env => {
      assign(env, value(env))
      return NORMAL
    })
  }
  return env => {
    for (const { assign, value } of declarations) assign(env, value(env))
    return NORMAL
  }
}

/** if ... else if ... else, however long. */
function compileIf(c: Compiler, node: IfStatement): Exec {
  const arms: { test: Eval; run: Exec }[] = []
  let next: AnyNode | null | undefined = node
  for (; next?.type === 'IfStatement'; next = next.alternate) {
    arms.push({ test: c.expression(next.test), run: c.statement(next.consequent) })
  }
  const otherwise = next ? c.statement(next) : nothing
  const [{ test, run: execute }] = arms as [(typeof arms)[0]]
  if (arms.length === 1) return shared('if', [test, execute, otherwise], () => oneArm(test, execute, otherwise))
  return env => {
    for (const arm of arms) if (arm.test(env)) return arm.run(env)
    return otherwise(env)
  }
}

const oneArm =
  (test: Eval, execute: Exec, otherwise: Exec): Exec =>
  env =>
    test(env) ? execute(env) : otherwise(env)

function compileSwitch(c: Compiler, node: SwitchStatement): Exec {
  const discriminant = c.expression(node.discriminant)
  const tests = node.cases.map(({ test }) => (test ? c.expression(test) : null))
  const bodies = node.cases.map(({ consequent }) => compileStatements(c, consequent))
  const byDefault = tests.indexOf(null)
  const enter = entering(
    c,
    c.names.scopes.get(node)!,
    node.cases.flatMap(arm => arm.consequent),
  )
  return env => {
    const value = discriminant(env)
    const inner = enter === null ? env : enter(env)
    const found = tests.findIndex(test => test !== null && strictlyEqual(test(inner), value))
    const start = found < 0 ? byDefault : found
    if (start < 0) return NORMAL
    for (let i = start; i < bodies.length; i++) {
      const completion = bodies[i]!(inner)
      if (completion === BREAK) return NORMAL
      if (completion !== NORMAL) return completion
    }
    return NORMAL
  }
}

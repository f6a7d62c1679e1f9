import type { AnyNode, DoWhileStatement, ForInStatement, ForOfStatement, ForStatement, WhileStatement } from 'acorn'
import { run, step } from '../run.js'
import { placeOf, weightOf } from '../syntax/tree.js'
import { itemsOf } from '../values/iterate.js'
import { keysOf } from '../values/member.js'
import { type Assign, BREAK, type Compiler, type Exec, NORMAL, RETURN } from './compiler.js'
import { compilePattern } from './pattern.js'
import { entering } from './variable.js'

/** Each turn of a loop costs steps: that is what ends an endless one. */
export function compileLoop(c: Compiler, node: AnyNode): Exec | null {
  switch (node.type) {
    case 'ForStatement':
      return compileFor(c, node)
    case 'WhileStatement':
      return compileWhile(c, node)
    case 'DoWhileStatement':
      return compileDoWhile(c, node)
    case 'ForOfStatement':
    case 'ForInStatement':
      return compileForEach(c, node)
    default:
      return null
  }
}

function compileWhile(c: Compiler, node: WhileStatement): Exec {
  const test = c.expression(node.test)
  const body = c.statement(node.body)
  const weight = weightOf(node)
  return env => {
    while (test(env)) {
      step(weight)
      const completion = body(env)
      if (completion === BREAK) break
      if (completion === RETURN) return RETURN
    }
    return NORMAL
  }
}

function compileDoWhile(c: Compiler, node: DoWhileStatement): Exec {
  const test = c.expression(node.test)
  const body = c.statement(node.body)
  const weight = weightOf(node)
  return env => {
    do {
      step(weight)
      const completion = body(env)
      if (completion === BREAK) break
      if (completion === RETURN) return RETURN
    } while (test(env))
    return NORMAL
  }
}

function compileFor(c: Compiler, node: ForStatement): Exec {
  const scope = c.names.scopes.get(node)!
  const enter = entering(c, scope, [])
  const init = node.init ? initial(c, node.init) : null
  const test = node.test ? c.expression(node.test) : null
  const update = node.update ? c.expression(node.update) : null
  const body = c.statement(node.body)
  const weight = weightOf(node)
  const ownTurns = scope.hasEnvironment
  return env => {
    let inner = enter === null ? env : enter(env)
    init?.(inner)
    while (test === null || test(inner)) {
      step(weight)
      const completion = body(inner)
      if (completion === BREAK) break
      if (completion === RETURN) return RETURN
      // What a function captured in this turn stays as it is.
      if (ownTurns) inner = inner.slice()
      update?.(inner)
    }
    return NORMAL
  }
}

function initial(c: Compiler, node: AnyNode): (env: unknown[]) => unknown {
  return node.type === 'VariableDeclaration' ? c.statement(node) : c.expression(node)
}

function compileForEach(c: Compiler, node: ForOfStatement | ForInStatement): Exec {
  const enter = entering(c, c.names.scopes.get(node)!, [])
  const source = c.expression(node.right)
  const assign = compileLeft(c, node.left)
  const body = c.statement(node.body)
  const weight = weightOf(node)
  const place = placeOf(node.right)
  const items = node.type === 'ForOfStatement' ? itemsOf : keysOf
  return env => {
    const value = source(env)
    run.place = place
    for (const item of items(value)) {
      step(weight)
      const inner = enter === null ? env : enter(env)
      assign(inner, item)
      const completion = body(inner)
      if (completion === BREAK) break
      if (completion === RETURN) return RETURN
    }
    return NORMAL
  }
}

function compileLeft(c: Compiler, left: AnyNode): Assign {
  return left.type === 'VariableDeclaration'
    ? compilePattern(c, left.declarations[0]!.id, true)
    : compilePattern(c, left, false)
}

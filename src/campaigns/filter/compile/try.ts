import type { CatchClause, TryStatement } from 'acorn'
import { run, step, Thrown } from '../run.js'
import { type Compiler, type Completion, type Env, type Exec, NORMAL } from './compiler.js'
import { compilePattern } from './pattern.js'
import { entering } from './variable.js'

/** Only what the filter threw, and its own faults, are caught and finished: a limit ends everything. */
export function compileTry(c: Compiler, node: TryStatement): Exec {
  const block = c.statement(node.block)
  const guarded = node.handler ? catching(block, compileHandler(c, node.handler)) : block
  return node.finalizer ? finishing(guarded, c.statement(node.finalizer)) : guarded
}

/** An exception takes a microsecond. */
const CATCH_STEPS = 2

type Handler = (env: Env, value: unknown) => Completion

function compileHandler(c: Compiler, node: CatchClause): Handler {
  const enter = entering(c, c.names.scopes.get(node)!, [])
  const assign = node.param ? compilePattern(c, node.param, true) : null
  const body = c.statement(node.body)
  return (env, value) => {
    const inner = enter === null ? env : enter(env)
    assign?.(inner, value)
    return body(inner)
  }
}

function catching(block: Exec, handler: Handler): Exec {
  return env => {
    const { callDepth, nesting } = run
    try {
      return block(env)
    } catch (problem) {
      if (!(problem instanceof Thrown)) throw problem
      Object.assign(run, { callDepth, nesting })
      step(CATCH_STEPS)
      return handler(env, problem.value)
    }
  }
}

function finishing(guarded: Exec, finalizer: Exec): Exec {
  return env => {
    const { callDepth, nesting } = run
    let completion: Completion = NORMAL
    let pending: Thrown | null = null
    try {
      completion = guarded(env)
    } catch (problem) {
      if (!(problem instanceof Thrown)) throw problem
      Object.assign(run, { callDepth, nesting })
      step(CATCH_STEPS)
      pending = problem
    }
    const { returned } = run
    const last = finalizer(env)
    if (last !== NORMAL) return last
    if (pending !== null) throw pending
    run.returned = returned
    return completion
  }
}

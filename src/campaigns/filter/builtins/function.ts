import { enterCall, leaveCall } from '../run.js'
import { shownValue } from '../values/coerce.js'
import { append, appendAll, listOf } from '../values/iterate.js'
import { Builtin, type Callable, fault } from '../values/special.js'
import { methodTable } from './method-table.js'

/** A function that calls a function puts something on the native stack, and may stand in for one that stands in for one. */
const INDIRECTION_HEIGHT = 4

function indirectly(callee: Callable, args: readonly unknown[]): unknown {
  enterCall(INDIRECTION_HEIGHT)
  const result = callee.call(args)
  leaveCall(INDIRECTION_HEIGHT)
  return result
}

/** The arguments that apply is given. */
export function appliedArguments(given: unknown): unknown[] {
  if (given === undefined || given === null) return []
  return Array.isArray(given) ? listOf(given) : fault('TypeError', `${shownValue(given)} is no list of arguments`)
}

function bound(callee: Callable, first: readonly unknown[]): Builtin {
  return new Builtin(rest => {
    const args: unknown[] = []
    appendAll(args, first)
    for (const arg of rest) append(args, arg)
    return indirectly(callee, args)
  })
}

/** There is no `this`, so what these give for it is left out. */
export const FUNCTION_METHODS = methodTable<Callable>({
  apply: (self, args) => indirectly(self, appliedArguments(args[1])),
  bind: (self, args) => bound(self, args.slice(1)),
  call: (self, args) => indirectly(self, args.slice(1)),
})

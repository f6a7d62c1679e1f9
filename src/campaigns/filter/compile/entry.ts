import { beginCall } from '../run.js'
import type { FilterFunction } from '../syntax/parse.js'
import type { Names } from '../syntax/scope.js'
import { Closure, type FunctionCode } from './closure.js'
import type { Env } from './compiler.js'

/** Asks a filter about an event. */
export type Entry = (event: unknown) => unknown

const EVENT_SLOT = 1

/** Of each filter that has no variable but its event: there is one evaluation at a time, and it leaves nothing behind. */
const SHARED: Env = [null, undefined]

/** A filter that is a plain function of a name needs no call. */
export function compileEntry(filter: FilterFunction, names: Names, code: FunctionCode): Entry {
  const { body, weight, height, blank } = code
  const { bindings } = names.scopes.get(filter)!
  const [param] = filter.params
  const isPlain = filter.params.length === 1 && param?.type === 'Identifier' && code.selfSlot === 0
  if (!isPlain || bindings.get(param.name)!.slot !== EVENT_SLOT) {
    const closure = new Closure(code, null)
    return event => closure.call([event])
  }
  if (bindings.size === 1 && blank.length === SHARED.length) {
    return event => {
      beginCall(weight, height)
      SHARED[EVENT_SLOT] = event
      return body(SHARED)
    }
  }
  return event => {
    beginCall(weight, height)
    const env = blank.slice()
    env[EVENT_SLOT] = event
    return body(env)
  }
}

import type { Pattern } from 'acorn'
import { eventReader, type FilterEvent } from '../filter-event.js'
import { beginCall } from '../run.js'
import type { FilterFunction } from '../syntax/parse.js'
import type { Scope } from '../syntax/scope.js'
import { Closure, type FunctionCode } from './closure.js'
import type { Env } from './compiler.js'
import { constantKey } from './literal.js'

/** Asks a filter about an event. */
export type Entry = (event: FilterEvent) => unknown

const EVENT_SLOT = 1

/** Of each filter that has no variable but its event: there is one evaluation at a time, and it leaves nothing behind. */
const SHARED: Env = [null, undefined]

/** Filters of the usual forms need no call. */
export function compileEntry(filter: FilterFunction, scope: Scope, code: FunctionCode): Entry {
  const [param] = filter.params
  if (filter.params.length === 1 && code.selfSlot === 0) {
    if (param!.type === 'Identifier') return ofEvent(code)
    const fields = fieldsOf(param!, scope)
    if (fields !== null) return ofFields(code, fields)
  }
  const closure = new Closure(code, null)
  return event => closure.call([event])
}

function ofEvent({ body, weight, height, blank }: FunctionCode): Entry {
  if (blank.length === SHARED.length) {
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

interface Field {
  readonly slot: number
  readonly read: (event: FilterEvent) => unknown
}

/** Of ({ data, market }) => ...; null where a pattern has more to it than names. */
function fieldsOf(pattern: Pattern, scope: Scope): Field[] | null {
  if (pattern.type !== 'ObjectPattern') return null
  const fields: Field[] = []
  for (const property of pattern.properties) {
    if (property.type !== 'Property' || property.computed || property.value.type !== 'Identifier') return null
    fields.push({ slot: scope.bindings.get(property.value.name)!.slot, read: eventReader(constantKey(property)) })
  }
  return fields
}

function ofFields({ body, weight, height, blank }: FunctionCode, fields: readonly Field[]): Entry {
  return event => {
    beginCall(weight, height)
    const env = blank.slice()
    for (let i = 0; i < fields.length; i++) env[fields[i]!.slot] = fields[i]!.read(event)
    return body(env)
  }
}

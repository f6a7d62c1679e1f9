import type { AnyNode, CallExpression, MemberExpression } from 'acorn'
import { eventField, fieldOfAccessor } from '../event-fields.js'
import { eventReader, type FilterEvent } from '../filter-event.js'
import type { Compiler, Eval } from './compiler.js'
import { keyOf, shared } from './shared.js'
import { isEvent } from './variable.js'

/** event.game and event.getGame(), where event is the filter's own: read without asking what it is. */

/** The name in `x.name` and `x['name']`; null where it is known only when it runs. */
export function constantName(node: MemberExpression): string | null {
  if (!node.computed && node.property.type === 'Identifier') return node.property.name
  if (node.property.type === 'Literal' && !node.property.regex) return String(node.property.value)
  return null
}

interface FieldRead {
  readonly field: string
  readonly accessor: boolean
}

/** The field that an expression reads from the filter's event; null for any other expression. */
export function fieldRead(c: Compiler, node: AnyNode): FieldRead | null {
  const accessor = node.type === 'CallExpression' && node.arguments.length === 0
  const member = accessor ? (node.callee as AnyNode) : node
  if (member.type !== 'MemberExpression' || !isEvent(c, member.object)) return null
  const name = constantName(member)
  const field = name !== null && accessor ? fieldOfAccessor(name) : name
  return field === null ? null : { field, accessor }
}

export function compileEventMember(c: Compiler, node: MemberExpression | CallExpression): Eval | null {
  const read = fieldRead(c, node)
  if (read === null) return null
  const member = node.type === 'CallExpression' ? (node.callee as MemberExpression) : node
  return sharedRead(read, c.expression(member.object) as ReadEvent)
}

type ReadEvent = (env: unknown[]) => FilterEvent

function sharedRead({ field, accessor }: FieldRead, event: ReadEvent): Eval {
  const name = eventField(field) ?? field
  return shared(`field ${accessor} ${keyOf(name)}`, [event], () => newRead(eventReader(name), accessor, event))
}

function newRead(reader: (event: FilterEvent) => unknown, accessor: boolean, event: ReadEvent): Eval {
  return accessor ? env => reader(event(env)) ?? null : env => reader(event(env))
}

export function isPlayerId(c: Compiler, node: AnyNode): boolean {
  const inner = node.type === 'ChainExpression' ? node.expression : node
  const read = fieldRead(c, inner)
  return read !== null && eventField(read.field) === 'playerId'
}

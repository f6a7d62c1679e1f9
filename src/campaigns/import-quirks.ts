import { type AnyNode, type MemberExpression, parse } from 'acorn'
import { constantName } from './filter/compile/event-member.js'
import { eventField } from './filter/event-fields.js'
import type { Place } from './filter/filter-problem.js'
import { type FilterFunction, parseFilter } from './filter/syntax/parse.js'
import { childrenOf, placeOf } from './filter/syntax/tree.js'
import { info, type Remark, warning } from './import-remark.js'

/**
 * Where a filter does here something else than it did in the demo, which evaluated it once with Nashorn, as ES5 in strict
 * mode, and took an exception for false. Of a source that compiles.
 */
export function filterQuirks(source: string): Remark[] {
  const filter = parseFilter(source)
  const remarks: Remark[] = []
  const foreign = beyondES5(source, filter)
  if (foreign !== null) {
    remarks.push(warning(`the filter is no ES5 (${at(foreign)}), so it ${NEVER_FIRED}`))
  } else if (isDeclaration(source)) {
    remarks.push(warning(`the filter is a named declaration, which evaluates to undefined, so it ${NEVER_FIRED}`))
  }
  for (const [node, parent] of nodesOf(filter)) {
    const remark = modernMethod(node) ?? useOfId(node, parent)
    if (remark !== null) remarks.push(remark)
  }
  return remarks
}

const NEVER_FIRED = 'never fired there, and would fire here'
const at = ({ line, column }: Place): string => `line ${line}, column ${column}`

const STRICT = "'use strict';("

/** Parentheses stand in for Nashorn, which takes a function without a name as a statement. */
function beyondES5(source: string, filter: FilterFunction): Place | null {
  const { start, end } = filter
  try {
    parse(`${STRICT}${source.slice(start, end)})`, { ecmaVersion: 5 })
    return null
  } catch (problem) {
    const { pos } = problem as SyntaxError & { pos: number }
    const before = source.slice(0, start + pos - STRICT.length).split(/\r\n|[\n\r\u2028\u2029]/)
    return { line: before.length, column: before.at(-1)!.length + 1 }
  }
}

function isDeclaration(source: string): boolean {
  try {
    return parse(source, { ecmaVersion: 5 }).body[0]?.type === 'FunctionDeclaration'
  } catch {
    return false
  }
}

/** In the order of the source, each with what it stands in. */
function* nodesOf(root: AnyNode): Generator<[node: AnyNode, parent: AnyNode]> {
  const open: [node: AnyNode, parent: AnyNode][] = [[root, root]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next
    for (const child of childrenOf(next[0]).reverse()) open.push([child, next[0]])
  }
}

/** Neither ES5 nor java.lang.String nor java.util.List has them. */
const MODERN_METHODS = new Set(['includes', 'find', 'findIndex', 'flat', 'flatMap', 'padStart', 'padEnd'])

function modernMethod(node: AnyNode): Remark | null {
  const method = methodOf(node)
  if (method === null || !MODERN_METHODS.has(method)) return null
  return warning(`${method}() (${at(placeOf(node))}) failed there, which is no match, and works here`)
}

const IDS = 'player ids are text here, and were numbers there'

/** A number that an id is compared with for being equal is taken for text; whatever else is done with it sees the text. */
function useOfId(node: AnyNode, parent: AnyNode): Remark | null {
  if (!readsPlayerId(node)) return null
  const place = at(placeOf(node))
  if (parent.type !== 'BinaryExpression' || !/^[!=]==?$/.test(parent.operator)) {
    return warning(`${IDS}: look at what is done with this one (${place})`)
  }
  const other = parent.left === node ? parent.right : parent.left
  if (other.type === 'Literal' && typeof other.value === 'string' && parent.operator.length === 3) {
    return warning(`${IDS}, which ${parent.operator} (${place}) never finds equal to text`)
  }
  return info(`${IDS}: ${parent.operator} (${place}) compares them as text, also with a number`)
}

const readsPlayerId = (node: AnyNode): boolean =>
  methodOf(node) === 'getPlayerId' || (node.type === 'MemberExpression' && eventField(nameOf(node)) === 'playerId')

/** x of `event.x()`. */
const methodOf = (node: AnyNode): string | null =>
  node.type === 'CallExpression' && node.callee.type === 'MemberExpression' ? nameOf(node.callee) : null

const nameOf = (node: MemberExpression): string => constantName(node) ?? ''

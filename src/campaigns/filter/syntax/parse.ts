import type { AnyNode, ArrowFunctionExpression, FunctionExpression } from 'acorn'
import { FilterRefused, type Place } from '../filter-problem.js'
import { SOURCE_CHARACTERS_MAX } from '../limits.js'
import { parseExpressionAt } from './bounded-parser.js'
import { boundTree, refuse, withoutParentheses } from './tree.js'
import { UNSUPPORTED } from './unsupported.js'

export type FilterFunction = FunctionExpression | ArrowFunctionExpression

const START: Place = { line: 1, column: 1 }
const ONE_FUNCTION = 'a filter is one function of an event, e.g. function(event) { return event.amount > 100 }'

/** Reads a source that is one function and nothing else. A named declaration reads as a named function. */
export function parseFilter(source: string): FilterFunction {
  if (source.length > SOURCE_CHARACTERS_MAX) {
    throw new FilterRefused(START, `a filter may have ${SOURCE_CHARACTERS_MAX} characters, got ${source.length}`)
  }
  const tree = parseTree(source)
  checkNothingFollows(source, tree.end)
  boundTree(tree)
  const bare = withoutParentheses(tree)
  if (bare.type !== 'FunctionExpression' && bare.type !== 'ArrowFunctionExpression')
    refuse(bare, UNSUPPORTED.get(bare.type) ?? ONE_FUNCTION)
  return bare as FilterFunction
}

function parseTree(source: string): AnyNode {
  try {
    return parseExpressionAt(source, 0, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      locations: true,
      preserveParens: true,
    }) as AnyNode
  } catch (problem) {
    if (!(problem instanceof SyntaxError)) throw problem
    const { loc } = problem as SyntaxError & { loc?: { line: number; column: number } }
    const place = loc === undefined ? START : { line: loc.line, column: loc.column + 1 }
    throw new FilterRefused(place, problem.message.replace(/ \(\d+:\d+\)$/, ''))
  }
}

const NOTHING = /^(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/

function checkNothingFollows(source: string, end: number): void {
  const comments = (from: number): number => from + NOTHING.exec(source.slice(from))![0].length
  let at = comments(end)
  if (source[at] === ';') at = comments(at + 1)
  if (at === source.length) return
  const lines = source.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/)
  throw new FilterRefused(
    { line: lines.length, column: lines.at(-1)!.length + 1 },
    `${ONE_FUNCTION}; nothing may follow it`,
  )
}

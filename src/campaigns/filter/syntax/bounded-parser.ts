import { Parser } from 'acorn'
import { FilterRefused } from '../filter-problem.js'

/**
 * What one call of these puts on the native stack, about, in bytes: each way in which the parser comes back to itself goes
 * through one of them. Measured with sources that are nested until the stack is full.
 */
const STACK_BYTES = {
  parseStatement: 340,
  parseMaybeAssign: 350,
  parseMaybeUnary: 240,
  parseExprOp: 160,
  parseExprAtom: 800,
  parseBindingAtom: 520,
} as const

/** A third of the stack that node has by default. A full stack must never be met: V8 may end the process there. */
const STACK_BYTES_MAX = 330_000
/** A pattern is parsed by recursion too; this many groups are more than anybody writes. */
const PATTERN_GROUPS_MAX = 100

interface Position {
  readonly start: number
  readonly curLine: number
  readonly lineStart: number
}

class BoundedParser extends Parser {
  stackBytes = 0
}

type Method = (this: BoundedParser, ...args: unknown[]) => unknown
const methods = BoundedParser.prototype as unknown as Record<string, Method>

for (const [name, bytes] of Object.entries(STACK_BYTES)) {
  const parse = methods[name]!
  methods[name] = function (...args) {
    this.stackBytes += bytes
    if (this.stackBytes > STACK_BYTES_MAX) tooDeep(this)
    const node = parse.apply(this, args)
    this.stackBytes -= bytes
    return node
  }
}

const validate = methods.validateRegExpPattern!
methods.validateRegExpPattern = function (state) {
  const { source } = state as { source: string }
  if (source.split('(').length > PATTERN_GROUPS_MAX) tooDeep(this)
  return validate.call(this, state)
}

function tooDeep(parser: BoundedParser): never {
  const { start, curLine, lineStart } = parser as unknown as Position
  throw new FilterRefused({ line: curLine, column: start - lineStart + 1 }, 'this is nested too deeply')
}

export const parseExpressionAt = BoundedParser.parseExpressionAt.bind(BoundedParser)

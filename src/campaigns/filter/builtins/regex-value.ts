import { PATTERN_CHARACTERS_MAX } from '../limits.js'
import { step } from '../run.js'
import { toInteger, toText } from '../values/coerce.js'
import { makeObject } from '../values/member.js'
import { fault, type Method, Special } from '../values/special.js'
import { methodTable } from './method-table.js'
import { PatternRefused } from './pattern-translation.js'
import { CompiledPattern } from './regex.js'
import type { Match } from './replacement.js'

/** A regular expression of one evaluation: the place where a global one goes on is its own. */
export class RegexValue extends Special {
  readonly typeName = 'RegExp'
  lastIndex = 0

  constructor(readonly pattern: CompiledPattern) {
    super()
  }

  get isGlobal(): boolean {
    return this.pattern.flags.includes('g')
  }

  override read(key: string): unknown {
    switch (key) {
      case 'source':
        return this.pattern.source
      case 'flags':
        return [...this.pattern.flags].sort().join('')
      case 'lastIndex':
        return this.lastIndex
      case 'global':
        return this.isGlobal
      case 'ignoreCase':
        return this.pattern.flags.includes('i')
      case 'multiline':
        return this.pattern.flags.includes('m')
      case 'dotAll':
        return this.pattern.flags.includes('s')
      case 'unicode':
        return this.pattern.flags.includes('u')
      default:
        return undefined
    }
  }

  override write(key: string, value: unknown): void {
    if (key !== 'lastIndex') super.write(key, value)
    this.lastIndex = toInteger(value)
  }

  override method(name: string): Method | undefined {
    return REGEX_METHODS.get(name)
  }

  override primitive(): string {
    return `/${this.pattern.source}/${this.read('flags')}`
  }

  /** A global one goes on where it was. */
  next(text: string): Match | null {
    const from = this.isGlobal ? this.lastIndex : 0
    const match = from < 0 || from > text.length ? null : this.pattern.find(text, from)
    if (this.isGlobal) this.lastIndex = match === null ? 0 : match.end
    return match
  }

  /** All matches of a global one, else the first. */
  *matches(text: string): Iterable<Match> {
    let from = 0
    while (from <= text.length) {
      const match = this.pattern.find(text, from)
      if (match === null) break
      yield match
      if (!this.isGlobal) break
      from = match.end > match.start ? match.end : match.end + 1
    }
    if (this.isGlobal) this.lastIndex = 0
  }
}

/** As JavaScript's exec gives it: an array with index, input and groups. */
export function matchArray(text: string, match: Match): unknown[] {
  step(1 + match.groups.length)
  const groups = match.names.size === 0 ? undefined : makeObject()
  for (const [name, number] of match.names) groups![name] = match.groups[number - 1]
  const array: unknown[] = [text.slice(match.start, match.end), ...match.groups]
  return Object.assign(array, { index: match.start, input: text, groups })
}

const REGEX_METHODS = methodTable<RegexValue>({
  exec: (self, args) => {
    const text = toText(args[0])
    const match = self.next(text)
    return match === null ? null : matchArray(text, match)
  },
  test: (self, args) => {
    const text = toText(args[0])
    return self.isGlobal ? self.next(text) !== null : self.pattern.test(text)
  },
  toString: (self: RegexValue) => self.primitive(),
})

/** Steps that compiling takes, however small, and for each unit of size; a property of characters is a long list. */
const COMPILE_STEPS = 60
const SIZE_STEPS = 4
const PROPERTY_STEPS = 400

export function newRegex(source: unknown, flags: unknown): RegexValue {
  const given = source instanceof RegexValue ? source.pattern : null
  const text = given?.source ?? (source === undefined ? '(?:)' : toText(source))
  const flagText = flags === undefined ? (given?.flags ?? '') : toText(flags)
  step(COMPILE_STEPS + text.length + PROPERTY_STEPS * (text.split(/\\p/i).length - 1))
  if (text.length > PATTERN_CHARACTERS_MAX) fault('SyntaxError', 'this regular expression is too long')
  try {
    // For its syntax alone: it is never run.
    new RegExp(text, flagText)
    return new RegexValue(new CompiledPattern(text, flagText, size => step(size * SIZE_STEPS)))
  } catch (problem) {
    const reason = problem instanceof PatternRefused ? problem.reason : null
    if (reason === null && !(problem instanceof SyntaxError)) throw problem
    return fault('SyntaxError', reason ?? 'this is not a regular expression')
  }
}

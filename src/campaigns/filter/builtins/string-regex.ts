import { ARRAY_ELEMENTS_MAX } from '../limits.js'
import { searched, step } from '../run.js'
import { tooManyElements, toText } from '../values/coerce.js'
import { append } from '../values/iterate.js'
import { makeObject } from '../values/member.js'
import { Callable, fault } from '../values/special.js'
import { matchArray, newRegex, RegexValue } from './regex-value.js'
import { expanded, type Match, Pieces } from './replacement.js'

/** The methods of strings that take a regular expression or text. */

const regexOf = (value: unknown, flags?: string): RegexValue =>
  value instanceof RegexValue ? value : newRegex(value, flags)

export function matchOf(text: string, pattern: unknown): unknown {
  const regex = regexOf(pattern)
  if (!regex.isGlobal) {
    const match = regex.next(text)
    return match === null ? null : matchArray(text, match)
  }
  const all: unknown[] = []
  for (const match of regex.matches(text)) append(all, text.slice(match.start, match.end))
  return all.length === 0 ? null : all
}

/** An array, where JavaScript has an iterator. */
export function matchAll(text: string, pattern: unknown): unknown[] {
  const regex = regexOf(pattern, 'g')
  if (!regex.isGlobal) fault('TypeError', 'matchAll needs a regular expression with the flag g')
  const all: unknown[] = []
  for (const match of regex.matches(text)) append(all, matchArray(text, match))
  return all
}

export function placeOfMatch(text: string, pattern: unknown): number {
  return regexOf(pattern).pattern.find(text, 0)?.start ?? -1
}

export function replaced(text: string, pattern: unknown, replacement: unknown, all: boolean): string {
  if (pattern instanceof RegexValue && all && !pattern.isGlobal) {
    fault('TypeError', 'replaceAll needs a regular expression with the flag g')
  }
  const matches = pattern instanceof RegexValue ? pattern.matches(text) : occurrences(text, toText(pattern), all)
  const template = replacement instanceof Callable ? replacement : toText(replacement)
  const pieces = new Pieces()
  let from = 0
  for (const match of matches) {
    step(1)
    pieces.add(text.slice(from, match.start))
    pieces.add(typeof template === 'string' ? expanded(template, text, match) : called(template, text, match))
    from = match.end
  }
  pieces.add(text.slice(from))
  return pieces.text()
}

const NO_NAMES: ReadonlyMap<string, number> = new Map()

function* occurrences(text: string, sought: string, all: boolean): Iterable<Match> {
  let from = 0
  while (from <= text.length) {
    const start = (from === 0 ? searched(text, sought) : text).indexOf(sought, from)
    if (start < 0) return
    yield { start, end: start + sought.length, groups: [], names: NO_NAMES }
    if (!all) return
    from = start + Math.max(1, sought.length)
  }
}

function called(callback: Callable, text: string, match: Match): string {
  const args: unknown[] = [text.slice(match.start, match.end), ...match.groups, match.start, text]
  if (match.names.size > 0) {
    const groups = makeObject()
    for (const [name, number] of match.names) groups[name] = match.groups[number - 1]
    args.push(groups)
  }
  return toText(callback.call(args))
}

export function splitBy(text: string, regex: RegexValue, limit: number): unknown[] {
  const parts: unknown[] = []
  const add = (part: string | undefined): void => {
    if (parts.length >= ARRAY_ELEMENTS_MAX) throw tooManyElements()
    step(1)
    parts.push(part)
  }
  if (text === '') {
    if (regex.pattern.find(text, 0) === null) add(text)
    return parts.slice(0, limit)
  }
  let from = 0
  let at = 0
  while (at < text.length && parts.length < limit) {
    const match = regex.pattern.find(text, at)
    if (match === null || match.start >= text.length) break
    if (match.end === from) {
      at = match.start + 1
      continue
    }
    add(text.slice(from, match.start))
    for (const group of match.groups) add(group)
    from = match.end
    at = match.end === match.start ? match.end + 1 : match.end
  }
  if (parts.length < limit) add(text.slice(from))
  return parts.slice(0, limit)
}

import { ARRAY_ELEMENTS_MAX, MARKS_IN_A_ROW_MAX } from '../limits.js'
import { checkLength, LimitReached, made, scanned, searched, step } from '../run.js'
import { toInteger, toNumber, tooManyElements, toText } from '../values/coerce.js'
import { strictlyEqual } from '../values/operators.js'
import { fault } from '../values/special.js'
import { integerAt, methodTable, numberAt, textAt } from './method-table.js'
import { RegexValue } from './regex-value.js'
import { matchAll, matchOf, placeOfMatch, replaced, splitBy } from './string-regex.js'

type Args = readonly unknown[]

const optionalNumber = (args: Args, index: number): number | undefined =>
  args[index] === undefined ? undefined : numberAt(args, index)

function padding(args: Args): [length: number, fill: string] {
  const length = toInteger(args[0])
  checkLength(length)
  return [length, args[1] === undefined ? ' ' : textAt(args, 1)]
}

function repeated(self: string, args: Args): string {
  const count = toInteger(args[0])
  if (count < 0 || count === Number.POSITIVE_INFINITY) fault('RangeError', `a string can't be repeated ${count} times`)
  checkLength(self.length * count)
  return made(self.repeat(count))
}

/** What these look for is text: a regular expression in its place is a mistake that JavaScript reports too. */
function plainText(args: Args): string {
  if (args[0] instanceof RegexValue) fault('TypeError', 'this needs text, not a regular expression')
  return textAt(args, 0)
}

function split(self: string, args: Args): unknown[] {
  const limit = args[1] === undefined ? 2 ** 32 - 1 : toNumber(args[1]) >>> 0
  if (args[0] instanceof RegexValue) return splitBy(self, args[0], limit)
  if (args[0] === undefined) return limit === 0 ? [] : [self]
  const separator = textAt(args, 0)
  const parts = searched(self, separator).split(separator, Math.min(limit, ARRAY_ELEMENTS_MAX + 1))
  if (parts.length > ARRAY_ELEMENTS_MAX) throw tooManyElements()
  step(parts.length)
  return parts
}

const COLLATOR = new Intl.Collator('en')
const NORMAL_FORMS = new Set(['NFC', 'NFD', 'NFKC', 'NFKD'])

function normalized(self: string, args: Args): string {
  const form = args[0] === undefined ? 'NFC' : textAt(args, 0)
  if (!NORMAL_FORMS.has(form)) fault('RangeError', 'the form must be NFC, NFD, NFKC or NFKD')
  return made(checkMarks(self).normalize(form))
}

/** The last two decompose to marks. */
const MARKS = /[\p{M}\uff9e\uff9f]+/gu
/** Characters that a step buys where text is normalized or collated, as a power of two. */
const UNICODE_STEP_SHIFT = 4

/** Before text is normalized or collated. */
function checkMarks(text: string): string {
  step(text.length >> UNICODE_STEP_SHIFT)
  for (const [marks] of text.matchAll(MARKS)) {
    if (marks.length > MARKS_IN_A_ROW_MAX) {
      throw new LimitReached(`a text has more than ${MARKS_IN_A_ROW_MAX} combining marks in a row`)
    }
  }
  return text
}

const lower = (self: string): string => made(self.toLowerCase())
const upper = (self: string): string => made(self.toUpperCase())
const trimStart = (self: string): string => made(scanned(self).trimStart())
const trimEnd = (self: string): string => made(scanned(self).trimEnd())
function contains(self: string, args: Args): boolean {
  const sought = plainText(args)
  return searched(self, sought).includes(sought, optionalNumber(args, 1))
}

function indexIn(self: string, args: Args): number {
  const sought = textAt(args, 0)
  return searched(self, sought).indexOf(sought, optionalNumber(args, 1))
}

function lastIndexIn(self: string, args: Args): number {
  const sought = textAt(args, 0)
  return searched(self, sought).lastIndexOf(sought, optionalNumber(args, 1))
}

export const STRING_METHODS = methodTable<string>({
  at: (self, args) => self.at(integerAt(args, 0)),
  charAt: (self, args) => self.charAt(integerAt(args, 0)),
  charCodeAt: (self, args) => self.charCodeAt(integerAt(args, 0)),
  codePointAt: (self, args) => self.codePointAt(integerAt(args, 0)),
  concat: (self, args) => {
    let text = self
    for (const arg of args) text = made(text + toText(arg))
    return text
  },
  contains,
  endsWith: (self, args) => scanned(self).endsWith(plainText(args), optionalNumber(args, 1)),
  equals: (self, args) => strictlyEqual(self, args[0]),
  equalsIgnoreCase: (self, args) => typeof args[0] === 'string' && lower(self) === lower(args[0]),
  includes: contains,
  indexOf: indexIn,
  isEmpty: self => self.length === 0,
  isWellFormed: self => scanned(self).isWellFormed(),
  lastIndexOf: lastIndexIn,
  localeCompare: (self, args) => COLLATOR.compare(checkMarks(self), checkMarks(textAt(args, 0))),
  match: (self, args) => matchOf(self, args[0]),
  matchAll: (self, args) => matchAll(self, args[0]),
  normalize: normalized,
  padEnd: (self, args) => made(self.padEnd(...padding(args))),
  padStart: (self, args) => made(self.padStart(...padding(args))),
  repeat: repeated,
  replace: (self, args) => replaced(self, args[0], args[1], false),
  replaceAll: (self, args) => replaced(self, args[0], args[1], true),
  search: (self, args) => placeOfMatch(self, args[0]),
  slice: (self, args) => made(self.slice(optionalNumber(args, 0), optionalNumber(args, 1))),
  split,
  startsWith: (self, args) => scanned(self).startsWith(plainText(args), optionalNumber(args, 1)),
  substr: (self, args) => {
    const from = integerAt(args, 0)
    const start = from < 0 ? Math.max(0, self.length + from) : from
    const count = Math.max(0, toInteger(args[1], self.length))
    return made(self.slice(start, Math.max(start, start + count)))
  },
  substring: (self, args) => made(self.substring(integerAt(args, 0), integerAt(args, 1, self.length))),
  toLocaleLowerCase: lower,
  toLocaleUpperCase: upper,
  toLowerCase: lower,
  toString: (self: string) => self,
  toUpperCase: upper,
  toWellFormed: self => made(self.toWellFormed()),
  trim: self => made(scanned(self).trim()),
  trimEnd,
  trimLeft: trimStart,
  trimRight: trimEnd,
  trimStart,
  valueOf: (self: string) => self,
})

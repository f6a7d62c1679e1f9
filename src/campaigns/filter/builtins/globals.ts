import type { Identifier } from 'acorn'
import { made, scanned } from '../run.js'
import { refuse } from '../syntax/tree.js'
import { toNumber, toText } from '../values/coerce.js'
import { makeObject } from '../values/member.js'
import { Builtin, ErrorValue, fault } from '../values/special.js'
import { newMap, newSet } from './collections.js'
import { newDate, parseDate, utc } from './date.js'
import { parseJson, stringifyJson } from './json.js'
import { MATH } from './math.js'
import { ARRAY, newArray, OBJECT } from './object-statics.js'
import { newRegex } from './regex-value.js'

type Body = (args: readonly unknown[]) => unknown

const parseIntOf: Body = args =>
  Number.parseInt(scanned(toText(args[0])), args[1] === undefined ? undefined : toNumber(args[1]))
const parseFloatOf: Body = args => Number.parseFloat(scanned(toText(args[0])))

function characters(args: readonly unknown[], native: (...codes: number[]) => string): string {
  return made(native(...args.map(toNumber)))
}

const NUMBER: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...(['EPSILON', 'MAX_SAFE_INTEGER', 'MAX_VALUE', 'MIN_SAFE_INTEGER', 'MIN_VALUE'] as const).map(
    (name): [string, number] => [name, Number[name]],
  ),
  ['NaN', Number.NaN],
  ['POSITIVE_INFINITY', Number.POSITIVE_INFINITY],
  ['NEGATIVE_INFINITY', Number.NEGATIVE_INFINITY],
  ['isFinite', new Builtin(args => Number.isFinite(args[0]))],
  ['isInteger', new Builtin(args => Number.isInteger(args[0]))],
  ['isNaN', new Builtin(args => Number.isNaN(args[0]))],
  ['isSafeInteger', new Builtin(args => Number.isSafeInteger(args[0]))],
  ['parseFloat', new Builtin(parseFloatOf)],
  ['parseInt', new Builtin(parseIntOf)],
])

const STRING: ReadonlyMap<string, unknown> = new Map([
  ['fromCharCode', new Builtin(args => characters(args, String.fromCharCode))],
  ['fromCodePoint', new Builtin(fromCodePoint)],
])

function fromCodePoint(args: readonly unknown[]): string {
  const valid = args.map(toNumber).every(code => Number.isInteger(code) && code >= 0 && code <= 0x10ffff)
  return valid ? characters(args, String.fromCodePoint) : fault('RangeError', 'this is not a code point')
}

const NAMESPACES: ReadonlyMap<string, ReadonlyMap<string, unknown>> = new Map([
  ['Math', MATH],
  ['Object', OBJECT],
  ['Array', ARRAY],
  ['Number', NUMBER],
  ['String', STRING],
  [
    'Date',
    new Map([
      ['UTC', new Builtin(utc)],
      ['parse', new Builtin(args => parseDate(toText(args[0])))],
    ]),
  ],
  [
    'JSON',
    new Map([
      ['parse', new Builtin(parseJson)],
      ['stringify', new Builtin(stringifyJson)],
    ]),
  ],
])

const VALUES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['Boolean', new Builtin(args => Boolean(args[0]))],
  ['Number', new Builtin(args => (args.length === 0 ? 0 : toNumber(args[0])))],
  ['String', new Builtin(args => (args.length === 0 ? '' : toText(args[0])))],
  ['isFinite', new Builtin(args => Number.isFinite(toNumber(args[0])))],
  ['isNaN', new Builtin(args => Number.isNaN(toNumber(args[0])))],
  ['parseFloat', new Builtin(parseFloatOf)],
  ['parseInt', new Builtin(parseIntOf)],
])

const errorNamed =
  (name: string): Body =>
  args =>
    new ErrorValue(name, args[0] === undefined ? '' : toText(args[0]))

/** What may stand behind `new`. */
const CONSTRUCTORS: ReadonlyMap<string, Body> = new Map<string, Body>([
  ['Array', newArray],
  ['Date', newDate],
  ['Error', errorNamed('Error')],
  ['Map', args => newMap(args[0])],
  ['Object', args => (args[0] === undefined ? makeObject() : fault('TypeError', 'Object() takes no argument here'))],
  ['RangeError', errorNamed('RangeError')],
  ['RegExp', args => newRegex(args[0], args[1])],
  ['Set', args => newSet(args[0])],
  ['TypeError', errorNamed('TypeError')],
])
/** These mean the same without `new`. */
const WITHOUT_NEW: ReadonlySet<string> = new Set(['Array', 'Error', 'Object', 'RangeError', 'RegExp', 'TypeError'])

const NOT_DETERMINISTIC = 'is not supported: a filter has to answer the same whenever it is asked about an event'
const REASONS: ReadonlyMap<string, string> = new Map([
  ['Math.random', `\`Math.random\` ${NOT_DETERMINISTIC}`],
  ['Date.now', `\`Date.now\` ${NOT_DETERMINISTIC}; the event's time is event.occurredAt`],
  ['arguments', '`arguments` is not supported, name the parameters'],
])

export const isGlobal = (name: string): boolean => VALUES.has(name) || NAMESPACES.has(name) || CONSTRUCTORS.has(name)

export const refuseGlobal = (node: Identifier): never =>
  refuse(node, REASONS.get(node.name) ?? `\`${node.name}\` is not known here`)

export function globalValue(node: Identifier): unknown {
  if (!VALUES.has(node.name)) refuse(node, `\`${node.name}\` can not be used as a value here`)
  return VALUES.get(node.name)
}

/** Math.max and the like; undefined where the name is no such namespace. */
export const namespaceNamed = (name: string): ReadonlyMap<string, unknown> | undefined => NAMESPACES.get(name)

export const unknownStatic = (name: string): string => REASONS.get(name) ?? `\`${name}\` is not supported`

export const constructorNamed = (name: string): Body | undefined => CONSTRUCTORS.get(name)
export const needsNew = (name: string): boolean => CONSTRUCTORS.has(name) && !WITHOUT_NEW.has(name)
export const NEW_DATE_REASON = `\`new Date\` without a value ${NOT_DETERMINISTIC}; the event's time is event.occurredAt`

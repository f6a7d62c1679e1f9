import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'
import { shown } from '../kernel/errors.js'
import { formatMoney, type Money, type MoneyProblem, moneyFromNumber, parseMoney } from '../kernel/money.js'
import { formatDuration, formatInstant, type Millis, parseDuration, parseInstant } from '../kernel/time.js'

const refused = (scalar: string, problem: string, received: string, node?: ValueNode): GraphQLError =>
  new GraphQLError(`${scalar} ${problem}, got ${received}`, { nodes: node })

/** What a literal says, as it was written; lists, objects and variables have no text. */
const literalText = (node: ValueNode): string => ('value' in node ? shown(node.value) : node.kind)

function instantOf(text: unknown, received: string, node?: ValueNode): Millis {
  const at = typeof text === 'string' ? parseInstant(text) : null
  if (at === null) {
    throw refused(
      'DateTime',
      'must be an ISO 8601 instant with an offset, e.g. 2026-11-20T14:30:00.000Z',
      received,
      node,
    )
  }
  return at
}

/** Internally Millis. */
export const DateTime = new GraphQLScalarType<Millis, string>({
  name: 'DateTime',
  description: 'ISO 8601 instant, e.g. 2026-11-20T14:30:00.000Z. Other offsets are accepted and normalised to UTC.',
  serialize: value => {
    if (value instanceof Date) return value.toISOString()
    if (typeof value === 'number') return formatInstant(value)
    throw new TypeError(`DateTime holds milliseconds, not ${typeof value}`)
  },
  parseValue: value => instantOf(value, shown(value)),
  parseLiteral: node => instantOf(node.kind === Kind.STRING ? node.value : null, literalText(node), node),
})

function moneyOf(parsed: Money | MoneyProblem, received: string, node?: ValueNode): Money {
  if (typeof parsed === 'bigint') return parsed
  throw refused('Decimal', `must be a decimal such as "1250.00": ${parsed}`, received, node)
}

/** Internally Money, for odds too. */
export const Decimal = new GraphQLScalarType<Money, string>({
  name: 'Decimal',
  description:
    'Exact decimal as a string, e.g. "1250.00"; at most 4 decimals. JSON numbers are accepted as input where they are exact. Never a float inside.',
  serialize: value => {
    if (typeof value === 'bigint') return formatMoney(value)
    throw new TypeError(`Decimal holds a bigint of ten-thousandths, not ${typeof value}`)
  },
  parseValue: value => {
    if (typeof value === 'string') return moneyOf(parseMoney(value), shown(value))
    return moneyOf(typeof value === 'number' ? moneyFromNumber(value) : 'not a decimal', shown(value))
  },
  parseLiteral: node => {
    const written = node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT
    return moneyOf(written ? parseMoney(node.value) : 'not a decimal', literalText(node), node)
  },
})

const DURATION_WANTED =
  'must be an ISO 8601 duration of whole days, hours, minutes and seconds, without years and months, e.g. PT1H'

function durationOf(text: unknown, received: string, node?: ValueNode): number {
  const ms = typeof text === 'string' ? parseDuration(text) : null
  if (ms === null) throw refused('Duration', DURATION_WANTED, received, node)
  return ms
}

/** Internally milliseconds. */
export const Duration = new GraphQLScalarType<number, string>({
  name: 'Duration',
  description: 'ISO 8601 duration of days, hours, minutes, seconds, e.g. PT1H.',
  serialize: value => {
    if (typeof value === 'number') return formatDuration(value)
    throw new TypeError(`Duration holds milliseconds, not ${typeof value}`)
  },
  parseValue: value => durationOf(value, shown(value)),
  parseLiteral: node => durationOf(node.kind === Kind.STRING ? node.value : null, literalText(node), node),
})

function safeIntegerOf(value: unknown, received: string, node?: ValueNode): number {
  if (Number.isSafeInteger(value)) return value as number
  throw refused('SafeInt', 'must be an integer between -(2^53 - 1) and 2^53 - 1', received, node)
}

export const SafeInt = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'Integer up to 2^53 - 1, a JSON number.',
  serialize: value => {
    const number = typeof value === 'bigint' ? Number(value) : value
    if (Number.isSafeInteger(number)) return number as number
    throw new TypeError('SafeInt holds an integer below 2^53')
  },
  parseValue: value => safeIntegerOf(value, shown(value)),
  parseLiteral: node => safeIntegerOf(node.kind === Kind.INT ? Number(node.value) : null, literalText(node), node),
})

type Variables = Readonly<Record<string, unknown>> | null | undefined

/** The depth of a literal is bounded before a document is parsed (limits.ts). */
function jsonOf(node: ValueNode, variables: Variables): unknown {
  switch (node.kind) {
    case Kind.NULL:
      return null
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value)
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value
    case Kind.LIST:
      return node.values.map(item => jsonOf(item, variables))
    case Kind.OBJECT:
      // fromEntries defines: a field called __proto__ stays a field.
      return Object.fromEntries(node.fields.map(field => [field.name.value, jsonOf(field.value, variables)]))
    case Kind.VARIABLE:
      return variables?.[node.name.value] ?? null
  }
}

export const JSONValue = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: value => value,
  parseValue: value => value,
  parseLiteral: jsonOf,
})

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are sources of filters
import { describe, expect, test } from 'vitest'
import { compileFilter, FilterError, FilterRefused } from '../../../src/campaigns/filter/filter.js'
import { eventOf } from './support.js'

/** Whatever a filter does again and again with the longest values there are, the limit of steps ends it in good time. */

/** About 100 where nothing else runs; the best of some tries, since the machine does other things too. */
const QUICK_MS = 200
const TRIES = 4

const LONG = 30_000
const data = {
  digits: '1'.repeat(LONG),
  digits2: `${'1'.repeat(LONG - 1)}2`,
  blanks: `${' '.repeat(LONG / 2)}x${' '.repeat(LONG / 2)}`,
  wide: 'Ж'.repeat(LONG),
  marks: `e${'\u0301\u0323'.repeat(30)}`.repeat(LONG / 61),
  json: `[${'{"a":[1]},'.repeat(LONG / 10)}1]`,
  references: '$1$2$<a>'.repeat(LONG / 8),
  numbers: Array.from({ length: 5_000 }, (_, i) => i),
  texts: Array.from({ length: 300 }, (_, i) => `${'x'.repeat(2_000)}${i % 7}`),
  members: Object.fromEntries(Array.from({ length: 4_000 }, (_, i) => [`k${i}`, i])),
}
const extra = Object.fromEntries(Array.from({ length: 4_000 }, (_, i) => [`more_${i}`, i]))
const event = eventOf({ ...extra, data })

const VALUES: Readonly<Record<string, string>> = {
  digits: 'd.digits',
  digits2: 'd.digits2',
  blanks: 'd.blanks',
  wide: 'd.wide',
  marks: 'd.marks',
  json: 'd.json',
  references: 'd.references',
  made: "const made = '1'.repeat(99000)",
  made2: "const made2 = '1'.repeat(98999) + '2'",
  half: "const half = 'a'.repeat(49500)",
  whole: "const whole = 'a'.repeat(99000)",
  upper: "const upper = 'A'.repeat(99000)",
  short: "const short = 'A'.repeat(200)",
  accented: "const accented = 'e\\u0301'.repeat(49000)",
  hangul: "const hangul = '\\ud55c'.repeat(30000)",
  numbers: 'd.numbers',
  texts: 'd.texts',
  members: 'd.members',
  list: 'const list = Array.from({ length: 2000 }, (_, i) => i)',
  same: "const long = '1'.repeat(60000), same = Array.from({ length: 200 }); same.fill(long)",
  other: "const other = '1'.repeat(59999) + '2'",
  object: 'const object = {}; for (let i = 0; i < 800; i++) object["k" + i] = i',
  map: 'const map = new Map(d.numbers.slice(0, 1000).map(n => [n, n]))',
  set: 'const set = new Set(d.texts)',
  deep: 'let deep = [1]; for (let i = 0; i < 90; i++) deep = [deep]',
  tiny: '5e-324',
  huge: '1.7976931348623157e308',
  date: "new Date('2024-02-29T10:20:30.400Z')",
  regex: '/(1*)x()/g',
  groups: `/${'()'.repeat(99)}/g`,
  identity: '(x => x)',
  event: 'e',
}

function loopOf(names: readonly string[], expression: string): string {
  const setup = names.map(name => {
    const value = VALUES[name]!
    return /^(const|let) /.test(value) ? value : `const ${name} = ${value}`
  })
  return `e => { const d = e.data; ${setup.join('; ')}; for (;;) { try { ${expression} } catch (x) {} } }`
}

/** How long a filter took that never ends by itself; 0 where it is refused when it is saved. */
function tookMs(source: string): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < TRIES && best >= QUICK_MS; i++) {
    const startedAt = performance.now()
    try {
      compileFilter(source).matches(event)
    } catch (problem) {
      if (problem instanceof FilterRefused) return 0
      if (!(problem instanceof FilterError)) throw problem
    }
    best = Math.min(best, performance.now() - startedAt)
  }
  return best
}

function slowOf(sources: readonly string[]): string[] {
  return sources.flatMap(source => {
    const ms = tookMs(source)
    return ms < QUICK_MS ? [] : [`${ms.toFixed(0)} ms: ${source}`]
  })
}

const methodsOf = (prototype: object): string[] =>
  Object.getOwnPropertyNames(prototype).filter(
    name => typeof Object.getOwnPropertyDescriptor(prototype, name)!.value === 'function',
  )

const TEXTS = ['digits', 'blanks', 'wide', 'marks', 'made', 'accented', 'hangul']
const ARRAYS = ['numbers', 'texts', 'list', 'same', 'deep']
const JAVA =
  'contains equals equalsIgnoreCase isEmpty get getOrDefault has size containsValue containsKey keySet values'.split(
    ' ',
  )

const KINDS: readonly [kind: string, values: readonly string[], prototype: object][] = [
  ['text', TEXTS, String.prototype],
  ['arrays', ARRAYS, Array.prototype],
  ['objects', ['members', 'object', 'event'], Object.prototype],
  ['maps', ['map'], Map.prototype],
  ['sets', ['set'], Set.prototype],
  ['numbers', ['tiny', 'huge'], Number.prototype],
  ['dates', ['date'], Date.prototype],
  ['regular expressions', ['regex', 'groups'], RegExp.prototype],
]
/** What a method gets: as text, as a number, as what it looks for. */
const ARGUMENTS: readonly (readonly string[])[] = [
  [],
  ['digits2'],
  ['made2'],
  ['texts'],
  ['regex', 'references'],
  ['digits2', 'digits2'],
  ['identity'],
]

describe('methods, each with the longest values', () => {
  test.each(KINDS)('%s', (_, values, prototype) => {
    const names = [...new Set([...methodsOf(prototype), ...JAVA])]
    const sources = values.flatMap(value =>
      names.flatMap(name =>
        ARGUMENTS.map(args => loopOf([...new Set([value, ...args])], `${value}.${name}(${args.join(', ')})`)),
      ),
    )
    expect(slowOf(sources)).toEqual([])
  })
})

const NAMESPACES: readonly [string, object][] = [
  ['Math', Math],
  ['Object', Object],
  ['Array', Array],
  ['Number', Number],
  ['String', String],
  ['Date', Date],
  ['JSON', JSON],
]
const GLOBALS = ['Number', 'String', 'Boolean', 'parseInt', 'parseFloat', 'isNaN', 'isFinite']
const CONSTRUCTORS = ['Array', 'Date', 'Error', 'Map', 'RegExp', 'Set'].map(name => `new ${name}`)

test('functions and constructors, each with the longest values', () => {
  const names = NAMESPACES.flatMap(([name, namespace]) => methodsOf(namespace).map(method => `${name}.${method}`))
  const values = ['digits', 'blanks', 'made', 'json', ...ARRAYS, 'members', 'object', 'event', 'map', 'set', 'huge']
  const sources = [...names, ...GLOBALS, ...CONSTRUCTORS].flatMap(name =>
    values.flatMap(value => [
      loopOf([value], `${name}(${value})`),
      loopOf([value], `${name}(${value}, ${value})`),
      loopOf([value], `${name}(...${value})`),
      loopOf([value], `${name}('1', ${value})`),
    ]),
  )
  expect(slowOf(sources)).toEqual([])
})

const OPERATORS = [
  ...['+', '-', '~', '!', 'typeof '].map(operator => `${operator}A`),
  ...'+ - * / % ** | & ^ << >> >>> == != === !== < <= > >= in && ?? ||'.split(' ').map(operator => `A ${operator} B`),
  ...['A == 1', 'A < 1', '1 >= A', 'A | 0', 'A + 1', 'A == true', '1 in A', 'A in B', 'B in e'],
  ...['[...A]', '[A, B] = [...A]', '({ ...A })', '`${A}${B}`', 'A[B]', 'B[A]', 'e[A]', 'e[A]()', 'A[B]()', 'e.data[A]'],
  ...['for (const x of A) x', 'for (const x in A) x', 'const [p, ...q] = A', 'const { length, ...r } = A'],
  ...[
    'switch (A) { case B: }',
    'const o = {}; o[A] = B',
    'delete ({})[A]',
    'let n = A; n++',
    'throw A',
    'A.length = B',
  ],
  ...[
    'A[0] = 1',
    'A.k0 = 1',
    'delete A.k0',
    'throw new Error(A)',
    '(x => x)(...A)',
    '((...r) => r)(...A)',
    '[A].sort()',
  ],
  ...['[A, B, A, B].sort()', '[A, B].sort((p, q) => p - q)', '[A].includes(B)', 'Math.max.apply(null, A)'],
]

describe('operators, each with the longest values', () => {
  const pairs = [
    ['digits', 'digits2'],
    ['made', 'made2'],
    ['blanks', 'wide'],
    ['numbers', 'list'],
    ['texts', 'same'],
    ['members', 'object'],
    ['deep', 'event'],
    ['upper', 'short'],
    ['short', 'members'],
    ['event', 'digits'],
  ] as const
  test.each(pairs)('%s and %s', (a, b) => {
    const sources = OPERATORS.flatMap(operator => [
      loopOf([a, b], operator.replaceAll(/\bA\b/g, a).replaceAll(/\bB\b/g, b)),
      loopOf([a, b], operator.replaceAll(/\bA\b/g, b).replaceAll(/\bB\b/g, a)),
    ])
    expect(slowOf(sources)).toEqual([])
  })
})

describe('what was slow once', () => {
  const clusters = "'e' + '\\u0301\\u0323'.repeat(49000)"
  test.each([
    ['whole.includes(half)', ['whole', 'half']],
    ['whole.lastIndexOf(half)', ['whole', 'half']],
    ['whole.split(half)', ['whole', 'half']],
    ['e[upper]', ['upper']],
    ["e['get' + upper]()", ['upper']],
    ['e[short]', ['short']],
    ["e['get' + short]()", ['short']],
    ['-digits', ['digits']],
    ['-made', ['made']],
    ['made == 1', ['made']],
    ["'x'.at(made)", ['made']],
    ['same.includes(other)', ['same', 'other']],
    ['same.indexOf(other)', ['same', 'other']],
    ["'x'.repeat(99).replace(/x()()(?<a>)/g, references)", ['references']],
    ["'b'.replace(/b(?<a>)/, '$<'.repeat(15000))", []],
    ['try { d.members.k1 = 2 } catch (y) {}', []],
    ["'more' in e", []],
  ])('%s', (expression, names) => {
    expect(slowOf([loopOf(names, expression)])).toEqual([])
  })

  test.each(['NFC', 'NFD', 'NFKC', 'NFKD'])('normalize to %s of a letter with thousands of marks', form => {
    expect(slowOf([loopOf([], `(${clusters}).normalize('${form}')`)])).toEqual([])
  })

  test('localeCompare of a letter with thousands of marks', () => {
    expect(slowOf([loopOf([], `(${clusters}).localeCompare(${clusters})`)])).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import { eventOf, FIGHT, outcomeOf } from './support.js'

const event = eventOf(FIGHT)

/** All methods that JavaScript has, by what they are called on: each runs here, or is refused where a filter is saved. */
const KINDS: readonly [sample: string, prototype: object][] = [
  ["'abc'", String.prototype],
  ['[3, 1, 2]', Array.prototype],
  ['(5)', Number.prototype],
  ['true', Boolean.prototype],
  ['({ a: 1 })', Object.prototype],
  ['(x => x)', Function.prototype],
  ['Math.max', Function.prototype],
  ["new Date('2024-02-29T10:20:30.400Z')", Date.prototype],
  ['/b(c)?/', RegExp.prototype],
  ['new Map([[1, 2]])', Map.prototype],
  ['new Set([1, 2])', Set.prototype],
]

const isMethod = (prototype: object, name: string): boolean =>
  typeof Object.getOwnPropertyDescriptor(prototype, name)!.value === 'function'

/** What is inherited too. */
const methodsOf = (prototype: object): string[] =>
  [prototype, Object.prototype].flatMap(at => Object.getOwnPropertyNames(at).filter(name => isMethod(at, name)))

const CALLS = KINDS.flatMap(([sample, prototype]) => methodsOf(prototype).map(name => `${sample}.${name}`))

describe('every method of JavaScript runs or is refused', () => {
  test.each(CALLS)('%s', call => {
    const outcomes = ['', "'a'", '1', 'x => 1', '/b/g'].map(args => outcomeOf(`e => (${call}(${args}), true)`, event))
    const verdicts = new Set(outcomes.map(({ verdict }) => verdict))
    for (const { verdict, message } of outcomes) {
      if (verdict === 'refused') expect(message).toMatch(/^line 1, column \d+: .*(supported|takes no locale)/)
    }
    if (verdicts.size === 1 && verdicts.has('refused')) return
    expect(verdicts, outcomes[0]!.message).toContain(true)
    for (const { message } of outcomes) expect(message).not.toMatch(/\w\.\w+ is not a function/)
  })

  test('there are some', () => {
    expect(CALLS.length).toBeGreaterThan(200)
  })
})

describe('methods mean what they mean in JavaScript', () => {
  test.each([
    'Math.max.apply(null, [1, 3, 2])',
    "Math.min.call(null, 1, '0')",
    'String.fromCharCode.apply(null, [97, 98])',
    '((a, b) => a - b).call(null, 5, 3)',
    '((...all) => all.length).apply(null)',
    '((a, b, c) => [a, b, c].join()).bind(null, 1, 2)(3)',
    '[1, 2].map(((a, b) => a + b).bind(null, 10)).join()',
    '({ call: x => x + 1 }).call(1)',
    'typeof Math.max.bind(null)',
    "Object.prototype.hasOwnProperty.call({ a: 1 }, 'a')",
    "Object.prototype.hasOwnProperty.call({ a: 1 }, 'toString')",
    "({}).hasOwnProperty.call([1, 2], '1')",
    "'abc'.hasOwnProperty('length')",
    "[1].propertyIsEnumerable('length')",
    'Object.prototype.toString.call([])',
    'Object.prototype.toString.call(null)',
    'Object.prototype.toString.call(new Date(0))',
    "Object.prototype.toString.call('x')",
    "Array.prototype.map.call('abc', c => c + c).join()",
    '[].slice.call({ length: 2, 0: 4, 1: 5 }, 1)[0]',
    'Array.prototype.slice.apply([1, 2, 3], [1]).join()',
    'Array.prototype.concat.apply([], [[1], [2, 3]]).join()',
    "String.prototype.trim.call(' x ')",
    "''.toUpperCase.call(12.5)",
    '[1, 2, 3, 4, 5].copyWithin(0, 3).join()',
    "'\\ud800'.isWellFormed()",
    "'\\ud800x'.toWellFormed()",
    "' x '.trimLeft() + '|' + ' x '.trimRight()",
    "new Date('2024-02-29T10:20:30Z').toDateString()",
    "new Date('2024-02-29T10:20:30Z').toGMTString()",
    "new Date('2024-02-29T10:20:30Z').getYear()",
    'new Date(NaN).toDateString()',
    '/a/s.dotAll',
    "({ bold: () => 'mine' }).bold()",
    "'x'.localeCompare('y')",
  ])('%s', expression => {
    const expected: unknown = new Function(`return ${expression}`)()
    expect(outcomeOf(`e => Object.is(${expression}, ${JSON.stringify(expected)})`, event)).toEqual({
      verdict: true,
      message: '',
    })
  })

  test.each<[source: string, says: RegExp]>([
    ['e => e.amount.toLocaleString()', /^line 1, column 15: `toLocaleString\(\)` is not supported: .*machine/],
    ["e => 'a'.localeCompare('b', 'de')", /^line 1, column 10: `localeCompare` takes no locale/],
    ["e => e.game.toLocaleUpperCase('tr')", /takes no locale/],
    ['e => Object.prototype.isPrototypeOf.call(e, e)', /`Object\.prototype\.isPrototypeOf` is not supported/],
    ['e => { const a = []; a.push.apply(a, [1]) }', /^line 1, column 24: `push` can only be called: x\.push/],
    ["e => e['bold']()", /^line 1, column 8: `bold\(\)` is not supported/],
  ])('refused: %s', (source, says) => {
    expect(outcomeOf(source, event)).toEqual({ verdict: 'refused', message: expect.stringMatching(says) })
  })

  test.each<[source: string, says: RegExp]>([
    ['e => Math.max.apply(null, 5)', /TypeError: 5 is no list of arguments \(line 1, column 15\)/],
    ['e => Object.prototype.hasOwnProperty.call(null, "a")', /TypeError: this can't be asked of null/],
    ['e => [].map.call(null, x => x)', /TypeError: null is not a list/],
  ])('fails: %s', (source, says) => {
    expect(outcomeOf(source, event)).toEqual({ verdict: 'error', message: expect.stringMatching(says) })
  })

  test('a method of the source itself may have any name', () => {
    const source = 'e => { const o = {}; o.link = x => x; return o.link(true) && ({ sub(x) { return x } }).sub(true) }'
    expect(outcomeOf(source, event).verdict).toBe(true)
  })
})

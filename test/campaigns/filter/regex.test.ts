import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomPattern } from './random-pattern.js'
import { eventOf, outcomeOf } from './support.js'

const event = eventOf({})

/** The uses of a regular expression, as an expression of r and s. */
const USES = [
  'r.test(s)',
  'JSON.stringify(r.exec(s))',
  'JSON.stringify(s.match(r))',
  'JSON.stringify(s.split(r))',
  "s.replace(r, '<$1$&>')",
  's.search(r)',
]

function byJavaScript(use: string, source: string, flags: string, text: string): unknown {
  return new Function('r', 's', `return ${use}`)(new RegExp(source, flags), text)
}

const byFilter = (use: string, source: string, flags: string, text: string, expected: unknown) =>
  outcomeOf(
    `e => { const r = new RegExp(${JSON.stringify(source)}, '${flags}'), s = ${JSON.stringify(text)}; return (${use}) === ${JSON.stringify(expected)} }`,
    event,
  )

describe('a regular expression matches what it matches in JavaScript', () => {
  test('random ones', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(9_999)), stream => {
        const { source, flags, text } = randomPattern(limit => stream.next().value! % limit)
        for (const use of USES) {
          const expected = byJavaScript(use, source, flags, text)
          const said = byFilter(use, source, flags, text, expected)
          expect(said, `/${source}/${flags} ${use} of ${JSON.stringify(text)}: ${expected}`).toEqual({
            verdict: true,
            message: '',
          })
        }
      }),
      { numRuns: 400 },
    )
  })

  test.each<[source: string, flags: string, text: string]>([
    ['[[:alpha:]]', '', 'a:]'],
    ['\\Aa\\z', '', 'AazAa'],
    ['\\Q.\\E', '', 'Q.E'],
    ['a{,2}', '', 'a{,2}'],
    ['x{', '', 'x{'],
    [']}', '', ']}'],
    ['[\\b]', '', '\b'],
    ['\\cJ', '', '\n'],
    ['\\0', '', '\0'],
    ['[\\s\\S]+', '', 'a\n\ufeffb'],
    ['[^\\s]', '', '\u3000x'],
    ['[^\\S]', '', 'x\u2003'],
    ['\\ud83d\\ude00', '', '😀'],
    ['😀+', 'u', '😀😀'],
    ['\\u{1f600}', 'u', '😀'],
    ['\\p{L}+', 'u', 'Äb1'],
    ['\\p{Script=Greek}', 'u', 'αb'],
    ['^a$', 'm', 'b\na\nc'],
    ['.', '', '\u2028x'],
    ['.+', 's', 'a\nb'],
    ['(?<year>\\d+)-(?<month>\\d+)', '', '2023-11'],
    ['(?:)', 'g', 'ab'],
    ['a|', 'g', 'ba'],
    ['$', 'g', 'ab'],
    ['\\/', '', 'a/b'],
    ['[-a]', '', '-'],
    ['[a-]', '', '-'],
    ['[+-]\\d', '', '-5'],
    ['straße', 'i', 'STRAßE'],
    ['É', 'i', 'é'],
    ['^[a-z]{2}(?:-[A-Z]{2})?$', '', 'de-AT'],
  ])('/%s/%s of %j', (source, flags, text) => {
    for (const use of USES) {
      const expected = byJavaScript(use, source, flags, text)
      expect(byFilter(use, source, flags, text, expected), use).toEqual({ verdict: true, message: '' })
    }
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomProgram } from './random-program.js'
import { eventOf, FIGHT, outcomeOf } from './support.js'

/** What JavaScript itself makes of a program, as text. */
const SHOW = `const show = v => {
  if (typeof v === 'string') return JSON.stringify(v)
  if (Array.isArray(v)) return '[' + v.map(show).join() + ']'
  if (typeof v === 'object' && v !== null) return '{' + Object.keys(v).map(k => k + ':' + show(v[k])).join() + '}'
  return Object.is(v, -0) ? '-0' : String(v)
}`

const sourceOf = (program: string, answer: string): string => `event => {
${SHOW}
const run = () => { ${program} }
let out
try { out = show(run()) } catch (problem) { out = 'threw ' + (problem ? problem.name : problem) }
return ${answer}
}`

const EVENT = { ...FIGHT, amount: 150.5 }

/** The oracle: JavaScript itself. Null where it says that this is no program. */
function byJavaScript(program: string): string | null {
  try {
    const run = new Function(`'use strict'; return ${sourceOf(program, 'out')}`)() as (event: unknown) => string
    return run(structuredClone(EVENT))
  } catch (problem) {
    if (problem instanceof SyntaxError) return null
    throw problem
  }
}

const ANSWER_CHARACTERS_MAX = 10_000

const LIMITS = /took more than|is longer than|has more than|nested/

interface Tally {
  compared: number
  values: number
}

/** The filter goes first, since JavaScript has no limits, and some programs would take all memory. */
function check(program: string, tally: Tally): void {
  const first = outcomeOf(sourceOf(program, "out === ''"), eventOf(FIGHT))
  if (LIMITS.test(first.message)) return
  const expected = byJavaScript(program)
  if (expected === null) {
    expect(first.verdict, program).toBe('refused')
    return
  }
  if (expected.length > ANSWER_CHARACTERS_MAX) return
  tally.compared++
  if (!expected.startsWith('threw')) tally.values++
  const outcome = outcomeOf(sourceOf(program, `out === ${JSON.stringify(expected)}`), eventOf(FIGHT))
  if (outcome.verdict === true) return
  const got = outcomeOf(sourceOf(program, '(() => { throw new Error(out) })()'), eventOf(FIGHT))
  expect.fail(`${program}\nJavaScript: ${expected}\nfilter:     ${outcome.message} ${got.message}`)
}

describe('a program means what it means in JavaScript', () => {
  test('random programs', () => {
    const tally: Tally = { compared: 0, values: 0 }
    const numRuns = 300
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), n => {
        check(randomProgram(n), tally)
      }),
      { numRuns, endOnFailure: true },
    )
    // The comparison is worth something only where most programs come to an end.
    expect(tally.compared).toBeGreaterThan(numRuns * 0.7)
    expect(tally.values).toBeGreaterThan(numRuns * 0.4)
  })
})

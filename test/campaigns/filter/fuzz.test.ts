import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOSTILE } from './hostile.js'
import { eventOf, FIGHT, outcomeOf } from './support.js'
import { VERDICTS } from './verdicts.js'

/** All sources of the other tests, cut up and put together again. */
const SOURCES = [...Object.values(VERDICTS).flat(), ...Object.values(HOSTILE).flat()].map(({ source }) => source)
const CUT = /\w+|\s+|=>|\?\.|\.\.\.|[^\w\s]/g
const isWord = (piece: string): boolean => /^\w/.test(piece)
const PIECES = [...new Set(SOURCES.flatMap(source => source.match(CUT) ?? []))]
const WORDS = PIECES.filter(isWord)
const SIGNS = PIECES.filter(piece => !isWord(piece))

const change = fc.record({
  at: fc.nat(500),
  kind: fc.nat(9),
  word: fc.constantFrom(...WORDS),
  sign: fc.constantFrom(...SIGNS),
})

/** Mostly one word for another, which is likelier to be a program than anything else. */
const mangled = fc
  .tuple(fc.constantFrom(...SOURCES), fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([source, changes]) => {
    const pieces: string[] = source.match(CUT) ?? []
    for (const { at, kind, word, sign } of changes) {
      const words = [...pieces.keys()].filter(i => isWord(pieces[i]!))
      if (kind < 8 && words.length > 0) pieces[words[at % words.length]!] = word
      else pieces.splice(at % (pieces.length + 1), kind === 8 ? 1 : 0, sign)
    }
    return pieces.join('')
  })

test('whatever the source, there is a verdict: nothing else is thrown', () => {
  const event = eventOf(FIGHT)
  let evaluated = 0
  fc.assert(
    fc.property(mangled, source => {
      const { verdict, message } = outcomeOf(source, event)
      if (verdict !== 'refused') evaluated++
      // What a filter does is told in its own words; this would be a defect of ours.
      expect(message).not.toMatch(/can't be evaluated|^RangeError: calls|Node|undefined is not supported/)
    }),
    { numRuns: 3_000 },
  )
  // Most of what is mangled is no program. About a sixth is, and how many varies from run to run.
  expect(evaluated).toBeGreaterThan(300)
})

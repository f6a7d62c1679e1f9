import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { shared } from '../../../src/campaigns/filter/compile/shared.js'
import { compileFilter } from '../../../src/campaigns/filter/filter.js'
import { eventOf, FIGHT, outcomeOf } from './support.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const LONG = `b${'a'.repeat(70)}`

/** Filters whose parts stand at the same places and differ in one thing alone: the first is true of the event. */
const PAIRS: readonly (readonly [what: string, isTrue: string, isNot: string])[] = [
  ['operator', "e => e.data.result === 'loss'", "e => e.data.result !== 'loss'"],
  ['literal', "e => e.data.result === 'loss'", "e => e.data.result === 'gain'"],
  ['type of the literal', 'e => e.data.level === 12', "e => e.data.level === '12'"],
  ['member', 'e => e.data.level === 12', 'e => e.data.lebel === 12'],
  ['field', "e => e.game === 'foe'", "e => e.name === 'foe'"],
  ['accessor', "e => e.getGame() === 'foe'", "e => e.getName() === 'foe'"],
  ['key of get', "e => e.getData().get('level') === 12", "e => e.getData().get('lebel') === 12"],
  ['optional link', 'e => e.data.none?.x === undefined', 'e => e.data.none .x === undefined'],
  ['path', "e => e.data?.result === 'loss'", "e => e.data?.rezult === 'loss'"],
  ['variable', 'e => { const a = 1, b = 2; return a === 1 }', 'e => { const a = 1, b = 2; return b === 1 }'],
  [
    'name taken',
    'e => { const { level: a } = e.data; return a > 0 }',
    'e => { const { lebel: a } = e.data; return a > 0 }',
  ],
  ['method', "e => e.data.result.startsWith('l')", "e => e.data.result.endsWith  ('l')"],
  ['method behind a long text', `e => '${LONG}'.startsWith('b')`, `e => '${LONG}'.endsWith  ('b')`],
  ['argument', "e => e.data.result.startsWith('l')", "e => e.data.result.startsWith('m')"],
  ['static', 'e => Math.floor(7.5) === 7', 'e => Math.round(7.5) === 7'],
  ['pattern', 'e => /^lo/.test(e.data.result)', 'e => /^la/.test(e.data.result)'],
  ['flag', 'e => /^LO/i.test(e.data.result)', 'e => /^LO/s.test(e.data.result)'],
  ['conjunct', 'e => e.data.level > 5 && true', 'e => e.data.level > 5 && null'],
  ['operator between', 'e => false || true', 'e => false && true'],
  ['returned value', 'e => { return true }', 'e => { return null }'],
  ['arm', 'e => { if (e.data.level > 5) return true }', 'e => { if (e.data.level > 5) return null }'],
  ['test of the arm', 'e => { if (e.data.level > 5) return true }', 'e => { if (e.data.level < 5) return true }'],
]

describe('parts that filters share', () => {
  it.each(PAIRS)('are not shared where the %s differs', (_, isTrue, isNot) => {
    expect([isTrue, isNot, isTrue].map(source => outcomeOf(source, eventOf(FIGHT)).verdict === true)).toEqual([
      true,
      false,
      true,
    ])
  })

  it.each(['e.data.none.x === 1', 'e.data.none.x > e.data.level', 'e.roundId.x === 1', 'e.getData().get("none").x()'])(
    'tell each filter its own place of a fault: %s',
    body => {
      const sources = [`e => ${body}`, `e =>  ${body}`, `e =>\n ${body}`]
      const told = sources.map(source => /line (\d+), column (\d+)/.exec(outcomeOf(source, eventOf(FIGHT)).message))
      const column = Number(told[0]![2])
      expect(told.map(place => place!.slice(1).map(Number))).toEqual([
        [1, column],
        [1, column + 1],
        [2, column - 4],
      ])
    },
  )

  it('are made once, and again when they were forgotten', () => {
    const make = () => () => 0
    const first = shared('test of sharing', [], make)
    expect(shared('test of sharing', [], make)).toBe(first)
    for (let i = 0; i < 5_000; i++) compileFilter(`e => e.data.roll === ${i}`)
    expect(shared('test of sharing', [], make)).not.toBe(first)
    expect(outcomeOf('e => e.data.level === 12', eventOf(FIGHT)).verdict).toBe(true)
  })

  it('are held by the filters alone', async () => {
    let gone = 0
    const registry = new FinalizationRegistry(() => gone++)
    registry.register(
      shared('let go', [], () => () => 0),
      null,
    )
    for (let i = 0; gone === 0 && i < 100; i++) {
      await new Promise(resolve => setImmediate(resolve))
      collectGarbage()
    }
    expect(gone).toBe(1)
  })

  it('never take a number in a key for another part', () => {
    const part = (key: string) => shared(key, [], () => () => key)
    const [a, b] = [part('number a'), part('number b')]
    for (let n = 0; n < 20_000; n++) {
      const ofLiteral = shared(`=== ${n}`, [b], () => () => 'literal')
      expect(shared('===', [a, b], () => () => 'both')).not.toBe(ofLiteral)
    }
  })

  it('hang on parts that are shared themselves', () => {
    const own = () => 0
    const make = () => () => 1
    expect(shared('built of another', [own], make)).not.toBe(shared('built of another', [own], make))
  })
})

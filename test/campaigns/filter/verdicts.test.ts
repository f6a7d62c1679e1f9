import { describe, expect, test } from 'vitest'
import { compileFilter } from '../../../src/campaigns/filter/filter.js'
import { eventOf, FIGHT, outcomeOf } from './support.js'
import { VERDICTS } from './verdicts.js'

describe.each(Object.entries(VERDICTS))('filters: %s', (_, verdicts) => {
  test.each(verdicts)('$verdict: $source', ({ source, verdict, event, says }) => {
    const outcome = outcomeOf(source, eventOf(event ?? FIGHT))
    expect(outcome).toMatchObject({ verdict, message: says ? expect.stringMatching(says) : '' })
  })
})

test('there are enough of them', () => {
  expect(Object.values(VERDICTS).flat().length).toBeGreaterThan(150)
})

describe('a compiled filter', () => {
  test('counts the steps of its last call', () => {
    const filter = compileFilter('e => e.data.items.map(x => x).length === 3')
    filter.matches(eventOf(FIGHT))
    const { steps } = filter
    expect(steps).toBeGreaterThanOrEqual(7)
    filter.matches(eventOf(FIGHT))
    expect(filter.steps).toBe(steps)
  })

  test.each<[source: string, uses: boolean]>([
    ['e => e.amount > 1', false],
    ['e => e.getData().get("x") === 1 && e["game"] === "foe"', false],
    ['({ data, game }) => game === data.x', false],
    ['e => { const { data } = e; return data.x }', false],
    ['e => [1].some(x => x === e.amount)', false],
    ['() => true', false],
    ['e => e.player.isVip', true],
    ['e => e.getPlayer().turnover1h > 1', true],
    ['e => e["player"].isVip', true],
    ['({ player }) => player.isVip', true],
    ['({ ...all }) => all.amount > 1', true],
    ['({ ["pl" + "ayer"]: p }) => p.isVip', true],
    ['e => { const { player: p } = e; return p.isVip }', true],
    ['e => e["pl" + "ayer"].isVip', true],
    ['e => { const f = x => x.amount; return f(e) > 1 }', true],
    ['e => { const copy = e; return copy.amount > 1 }', true],
    ['e => Object.keys({ ...e }).length > 1', true],
    ['(...all) => all[0].amount > 1', true],
    ['(e = {}) => e.amount > 1', false],
  ])('knows whether it may look at the player: %s', (source, uses) => {
    expect(compileFilter(source).usesPlayer).toBe(uses)
  })

  test('sees the live state of the player', () => {
    const player = { turnover1h: 1200.5, eventCount1h: 7, isVip: true }
    const source =
      'e => e.player.turnover1h > 1200 && e.getPlayer().get("eventCount1h") === 7 && e.player.isVip === true'
    expect(outcomeOf(source, eventOf(FIGHT, player))).toEqual({ verdict: true, message: '' })
  })

  test('leaves nothing behind for the next call, nor for another filter', () => {
    const event = eventOf(FIGHT)
    const counting = compileFilter(
      'e => { const list = [1]; const o = { n: 0 }; list.push(2); o.n++; const r = /i/g; r.test(e.eventName); ' +
        'return list.length === 2 && o.n === 1 && r.lastIndex === 2 && [1, 2].includes(2) }',
    )
    for (let i = 0; i < 3; i++) expect(counting.matches(event)).toBe(true)
    const failing = compileFilter('e => { const deep = n => n === 0 ? null.x : deep(n - 1); return deep(50) }')
    for (let i = 0; i < 5; i++) expect(() => failing.matches(event)).toThrow('null has no property')
    expect(counting.matches(event)).toBe(true)
  })
})

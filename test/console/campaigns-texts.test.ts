import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FILTER_TYPES } from '../../src/campaigns/filter/filter-types.js'
import { cooldownOf, cooldownText, durationOf } from '../../src/console/campaigns/cooldown.js'
import { membersAt, membersOfType, parametersOf, parseFilterTypes } from '../../src/console/campaigns/filter-types.js'
import { differenceText, lineDiff } from '../../src/console/campaigns/line-diff.js'
import { standingOf, warningOfTime } from '../../src/console/campaigns/standing.js'
import { formatDuration, parseDuration } from '../../src/kernel/time.js'

describe('the difference of two texts', () => {
  const marks = { same: ' ', added: '+', removed: '-' }
  const shown = (before: string, after: string) => lineDiff(before, after).map(({ kind, text }) => marks[kind] + text)

  it('marks what was added and removed, in place', () => {
    expect(shown('a\nb\nc', 'a\nx\nc\nd')).toEqual([' a', '-b', '+x', ' c', '+d'])
    expect(shown('same', 'same')).toEqual([' same'])
    expect(shown('a\nb', 'b\na')).toEqual(['-a', ' b', '+a'])
  })

  it('gives both texts back, and keeps as many lines as they have in common', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = lineDiff(a.join('\n'), b.join('\n'))
        const without = (kind: string) => lines.filter(line => line.kind !== kind).map(line => line.text)
        expect(without('added').join('\n')).toBe(a.join('\n'))
        expect(without('removed').join('\n')).toBe(b.join('\n'))
        const [one, other] = [a, b].map(list => (list.length === 0 ? [''] : list))
        expect(lines.filter(line => line.kind === 'same')).toHaveLength(commonest(one!, other!))
      }),
    )
  })

  it('is told as a whole where it would take too long', () => {
    const long = (line: string) => Array(3_000).fill(line).join('\n')
    const lines = lineDiff(`head\n${long('a')}`, `head\n${long('b')}`)
    expect(lines).toHaveLength(6_001)
    expect(lines[0]).toEqual({ kind: 'same', text: 'head' })
  })
})

describe('the summary of a difference', () => {
  it('counts fields and lines, and leaves out what there is none of', () => {
    expect(differenceText(1, lineDiff('a\nb\nc', 'a\nx\nc\nd'))).toBe('1 field changed, 2 lines added, 1 line removed')
    expect(differenceText(2, lineDiff('a', 'a'))).toBe('2 fields changed')
    expect(differenceText(0, lineDiff('a\nb', 'a'))).toBe('1 line removed')
    expect(differenceText(0, [])).toContain('the same')
  })
})

/** The length of the longest common subsequence, as it is defined. */
function commonest(a: readonly string[], b: readonly string[]): number {
  const known = new Map<string, number>()
  const at = (i: number, j: number): number => {
    if (i === a.length || j === b.length) return 0
    const key = `${i} ${j}`
    if (!known.has(key)) {
      known.set(key, a[i] === b[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1)))
    }
    return known.get(key)!
  }
  return at(0, 0)
}

describe('what the editor proposes', () => {
  const types = parseFilterTypes(FILTER_TYPES)
  const names = (before: string, filter = before) => membersAt(types, filter, before).map(({ name }) => name)

  it('is read from the declarations that the API gives', () => {
    const amount = types.get('FilterEvent')!.find(({ name }) => name === 'amount')
    expect(amount).toEqual({
      name: 'amount',
      isMethod: false,
      type: 'number',
      signature: ': number',
      doc: '0 where the event has none.',
    })
    expect(types.get('FilterEvent')!.find(({ name }) => name === 'getAmount')).toMatchObject({
      isMethod: true,
      signature: '(): number',
      doc: '0 where the event has none.',
    })
    expect(types.get('FilterPlayer')!.map(({ name }) => name)).toEqual(['turnover1h', 'eventCount1h', 'isVip'])
    expect(types.get('FilterEvent')).toHaveLength(50)
  })

  it('are the members of the event, of its player and of its data, by field and by accessor', () => {
    expect(names('event => event.')).toContain('eventName')
    expect(names('event => event.am')).toContain('amount')
    expect(names('event => event.player.')).toContain('turnover1h')
    expect(names('function (e) { return e.getPlayer().')).toContain('isVip')
    expect(names('e => e.data?.')).toContain('containsKey')
    expect(names("e => e.getData().get('x.y') === 1 && e.getContext().")).toContain('getOrDefault')
    expect(names('event => event.game.')).toContain('equalsIgnoreCase')
    expect(names('event => event.data.keySet().')).toContain('size')
  })

  it('follow the name of the parameter, and names taken out of it', () => {
    expect([...parametersOf(types, 'x => x')]).toEqual([['x', 'FilterEvent']])
    expect([...parametersOf(types, '(x) => x')]).toEqual([['x', 'FilterEvent']])
    expect([...parametersOf(types, 'function f(x) {}')]).toEqual([['x', 'FilterEvent']])
    expect([...parametersOf(types, '({ data, player: p, other }) => 1')]).toEqual([
      ['data', 'FilterData | null'],
      ['p', 'FilterPlayer'],
    ])
    expect(names('({ player: p }) => p.')).toContain('isVip')
    expect(names('event => other.')).toEqual([])
    expect(names('event => event.nothing.')).toEqual([])
    expect(names('event => event')).toEqual([])
  })

  it('stay silent about what was declared in another way', () => {
    expect(parseFilterTypes('nothing of TypeScript')).toEqual(new Map())
    expect(membersOfType(types, 'any')).toEqual([])
  })
})

describe('a cooldown', () => {
  it('is said in the largest unit that is exact', () => {
    expect(cooldownOf('P1DT12H')).toEqual({ amount: '36', unit: 'hours' })
    expect(cooldownOf('PT90S')).toEqual({ amount: '90', unit: 'seconds' })
    expect(cooldownOf(null).amount).toBe('')
    expect([cooldownText('P1D'), cooldownText('PT2H'), cooldownText(null)]).toEqual(['1 day', '2 hours', 'none'])
  })

  it('comes back as the same duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 * 3_660 }), seconds => {
        const duration = durationOf(cooldownOf(formatDuration(seconds * 1_000)))
        expect(parseDuration(duration!)).toBe(seconds * 1_000)
      }),
    )
  })

  it('is none where nothing was typed, and refused where that is no number', () => {
    expect(durationOf({ amount: ' ', unit: 'days' })).toBeNull()
    expect(durationOf({ amount: '0', unit: 'days' })).toBeNull()
    expect(durationOf({ amount: '1.5', unit: 'days' })).toBeUndefined()
    expect(durationOf({ amount: '-1', unit: 'hours' })).toBeUndefined()
  })
})

describe('where a campaign stands', () => {
  const now = Date.parse('2026-06-01T00:00:00Z')
  const campaign = {
    enabled: true,
    disabledReason: null,
    startsAt: '2026-05-01T00:00:00.000Z',
    endsAt: '2026-07-01T00:00:00.000Z',
  }

  it('depends on the switch and on its time', () => {
    expect(standingOf(campaign, now)).toBe('on')
    expect(standingOf({ ...campaign, enabled: false }, now)).toBe('off')
    expect(standingOf({ ...campaign, enabled: false, disabledReason: 'slow' }, now)).toBe('stopped')
    expect(standingOf({ ...campaign, endsAt: null }, now)).toBe('untimed')
    expect(standingOf({ ...campaign, startsAt: '2026-06-01T00:00:00.001Z' }, now)).toBe('ahead')
    expect(standingOf({ ...campaign, endsAt: '2026-06-01T00:00:00.000Z' }, now)).toBe('over')
  })

  it('is warned of before it is switched on', () => {
    expect(warningOfTime(campaign.startsAt, campaign.endsAt, now)).toBeNull()
    expect(warningOfTime(null, campaign.endsAt, now)).toContain('no start')
    expect(warningOfTime(campaign.startsAt, null, now)).toContain('no end')
    expect(warningOfTime('2026-06-02T00:00:00.000Z', campaign.endsAt, now)).toContain('ahead')
    expect(warningOfTime(campaign.startsAt, '2026-05-02T00:00:00.000Z', now)).toContain('passed')
  })
})

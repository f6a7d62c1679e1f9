import { describe, expect, test } from 'vitest'
import {
  EMPTY_LIST,
  holding,
  type LiveList,
  reading,
  released,
  startingWith,
  withItem,
} from '../../src/console/parts/live-list.js'

const SIZE = 3
const item = (n: number) => ({ feedCursor: `c${n}` })
type Item = ReturnType<typeof item>
const START: LiveList<Item> = EMPTY_LIST

const fed = (list: LiveList<Item>, ...numbers: number[]): LiveList<Item> =>
  numbers.reduce((before, n) => withItem(before, item(n), SIZE), list)
const shown = ({ shown }: LiveList<Item>): string[] => shown.map(({ feedCursor }) => feedCursor)

describe('a live list', () => {
  test('shows the newest first, as many as fit', () => {
    expect(shown(fed(START, 1, 2, 3, 4))).toEqual(['c4', 'c3', 'c2'])
  })

  test('takes nothing twice: what the list was read with may come again from the feed', () => {
    const list = fed(startingWith(START, [item(2), item(1)], SIZE), 1, 2, 3, 3)
    expect(shown(list)).toEqual(['c3', 'c2', 'c1'])
    expect(fed(holding(list), 4, 4).missed).toBe(1)
  })

  test('keeps what comes while it is held, and counts what it cannot keep', () => {
    const held = fed(holding(fed(START, 1)), 2, 3, 4, 5)
    expect([shown(held), held.missed]).toEqual([['c1'], 4])
    const list = released(held, SIZE)
    expect([shown(list), list.missed, list.held]).toEqual([['c5', 'c4', 'c3'], 0, false])
  })

  test('holds still while it is read, and for as long as the button says', () => {
    const read = fed(reading(fed(START, 1), true, SIZE), 2)
    expect(shown(read)).toEqual(['c1'])
    expect(shown(reading(read, false, SIZE))).toEqual(['c2', 'c1'])
    const both = holding(read)
    expect(shown(reading(both, false, SIZE))).toEqual(['c1'])
    expect(shown(released(both, SIZE))).toEqual(['c1'])
    expect(shown(released(reading(both, false, SIZE), SIZE))).toEqual(['c2', 'c1'])
  })
})

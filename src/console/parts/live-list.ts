/**
 * The newest items of a feed, in a list that can be held still. While it is held, what comes is counted and kept; letting
 * it go shows it. Pure: each step gives the next list.
 */
export interface LiveList<Item> {
  /** Newest first, at most as many as fit. */
  readonly shown: readonly Item[]
  /** Came while the list was held, newest first. */
  readonly waiting: readonly Item[]
  /** How many came meanwhile, also those that are not kept. */
  readonly missed: number
  readonly held: boolean
}

export const EMPTY_LIST = { shown: [], waiting: [], missed: 0, held: false } as const

export function withItem<Item>(list: LiveList<Item>, item: Item, size: number): LiveList<Item> {
  if (!list.held) return { ...list, shown: [item, ...list.shown].slice(0, size) }
  return { ...list, waiting: [item, ...list.waiting].slice(0, size), missed: list.missed + 1 }
}

export const holding = <Item>(list: LiveList<Item>): LiveList<Item> => ({ ...list, held: true })

export const released = <Item>(list: LiveList<Item>, size: number): LiveList<Item> => ({
  shown: [...list.waiting, ...list.shown].slice(0, size),
  waiting: [],
  missed: 0,
  held: false,
})

export const startingWith = <Item>(list: LiveList<Item>, items: readonly Item[], size: number): LiveList<Item> => ({
  ...list,
  shown: items.slice(0, size),
  waiting: [],
  missed: 0,
})

/**
 * The newest items of a feed, in a list that can be held still. While it is held, what comes is counted and kept; letting
 * it go shows it. What is there already does not come twice. Pure: each step gives the next list.
 */
export interface LiveItem {
  readonly feedCursor: string
}

export interface LiveList<Item> {
  /** Newest first, at most as many as fit. */
  readonly shown: readonly Item[]
  /** Came while the list was held, newest first. */
  readonly waiting: readonly Item[]
  /** How many came meanwhile, also those that are not kept. */
  readonly missed: number
  /** By the button, until it is let go by it. */
  readonly held: boolean
  /** Somebody points at a row of it, or is in one with the keyboard: what is aimed at must not become something else. */
  readonly read: boolean
}

export const EMPTY_LIST = { shown: [], waiting: [], missed: 0, held: false, read: false } as const

export function withItem<Item extends LiveItem>(list: LiveList<Item>, item: Item, size: number): LiveList<Item> {
  const isThere = (other: Item) => other.feedCursor === item.feedCursor
  if (list.shown.some(isThere) || list.waiting.some(isThere)) return list
  if (!list.held && !list.read) return { ...list, shown: [item, ...list.shown].slice(0, size) }
  return { ...list, waiting: [item, ...list.waiting].slice(0, size), missed: list.missed + 1 }
}

export const holding = <Item>(list: LiveList<Item>): LiveList<Item> => ({ ...list, held: true })

export const released = <Item>(list: LiveList<Item>, size: number): LiveList<Item> =>
  gone({ ...list, held: false }, size)

export const reading = <Item>(list: LiveList<Item>, read: boolean, size: number): LiveList<Item> =>
  list.read === read ? list : gone({ ...list, read }, size)

/** Shows what has waited, as soon as nothing holds the list any more. */
function gone<Item>(list: LiveList<Item>, size: number): LiveList<Item> {
  if (list.held || list.read) return list
  return { ...list, shown: [...list.waiting, ...list.shown].slice(0, size), waiting: [], missed: 0 }
}

export const startingWith = <Item>(list: LiveList<Item>, items: readonly Item[], size: number): LiveList<Item> => ({
  ...list,
  shown: items.slice(0, size),
  waiting: [],
  missed: 0,
})

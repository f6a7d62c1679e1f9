import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import {
  EMPTY_LIST,
  holding,
  type LiveItem,
  type LiveList,
  reading,
  released,
  startingWith,
  withItem,
} from './live-list'

export interface LiveListHandle<Item> {
  readonly list: LiveList<Item>
  readonly add: (item: Item) => void
  readonly start: (items: readonly Item[]) => void
  readonly hold: () => void
  readonly release: () => void
  readonly read: (isRead: boolean) => void
}

/** A live list whose changes are painted at most once a frame, however many items come. */
export function useLiveList<Item extends LiveItem>(size: number): LiveListHandle<Item> {
  const list = useRef<LiveList<Item>>(EMPTY_LIST)
  const frame = useRef(0)
  const [painted, paint] = useState<LiveList<Item>>(EMPTY_LIST)
  const become = useCallback((next: LiveList<Item>) => {
    list.current = next
    if (frame.current !== 0) return
    frame.current = requestAnimationFrame(() => {
      frame.current = 0
      paint(list.current)
    })
  }, [])
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  return {
    list: painted,
    add: useCallback(item => become(withItem(list.current, item, size)), [size]),
    start: useCallback(items => become(startingWith(list.current, items, size)), [size]),
    hold: useCallback(() => become(holding(list.current)), []),
    release: useCallback(() => become(released(list.current, size)), [size]),
    read: useCallback(isRead => become(reading(list.current, isRead, size)), [size]),
  }
}

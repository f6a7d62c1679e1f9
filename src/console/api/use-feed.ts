import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from './problem'
import type { Document } from './request'
import { watch } from './socket'

export interface Effect {
  readonly feedCursor: string
}

/**
 * A gap-free subscription from a cursor on: each effect once, over reconnections and restarts of the server. Null for
 * `after`: not yet. Where the cursor is too old, `onGap` should read the list anew.
 */
export function useFeed<Data, Variables extends { readonly after?: string | null | undefined }, Item extends Effect>(
  document: Document<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  after: string | null,
  itemOf: (data: Data) => Item,
  onItem: (item: Item) => void,
  onGap: () => void,
): Problem | null {
  const [problem, setProblem] = useState<Problem | null>(null)
  const handlers = useRef({ onItem, onGap })
  handlers.current = { onItem, onGap }
  useEffect(() => {
    if (after === null) return
    const asked: Record<string, unknown> = { ...variables, after }
    let stop = () => {}
    let ended = false
    const start = () => {
      stop = watch(document as Document<Data, Record<string, unknown>>, asked, {
        onData: data => {
          const item = itemOf(data)
          asked.after = item.feedCursor
          handlers.current.onItem(item)
        },
        onEnd: reason => {
          if (ended) return
          if (reason?.code === 'CURSOR_EXPIRED') handlers.current.onGap()
          // It was too slow for a moment: goes on behind what it has.
          else if (reason === null || reason.code === 'SLOW_CONSUMER') start()
          else setProblem(reason)
        },
      })
    }
    start()
    return () => {
      ended = true
      stop()
    }
  }, [document, JSON.stringify(variables), after])
  return problem
}

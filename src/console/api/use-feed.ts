import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from './problem'
import type { Document } from './request'
import { watch } from './socket'
import type { FeedStart } from './use-newest'

export interface Effect {
  readonly feedCursor: string
}

/**
 * A gap-free subscription from a cursor on: each effect once, over reconnections and restarts of the server. Null for
 * `start`: not yet. Where the cursor is too old, `onGap` should read the list anew.
 */
export function useFeed<Data, Variables extends { readonly after?: string | null | undefined }, Item extends Effect>(
  document: Document<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  start: FeedStart | null,
  itemOf: (data: Data) => Item,
  onItem: (item: Item) => void,
  onGap: () => void,
): Problem | null {
  const [problem, setProblem] = useState<Problem | null>(null)
  const handlers = useRef({ onItem, onGap })
  handlers.current = { onItem, onGap }
  useEffect(() => {
    if (start === null) return
    setProblem(null)
    const asked: Record<string, unknown> = { ...variables, after: start.after }
    return watch(document as Document<Data, Record<string, unknown>>, asked, {
      onData: data => {
        const item = itemOf(data)
        asked.after = item.feedCursor
        handlers.current.onItem(item)
      },
      onEnd: reason => (reason.code === 'CURSOR_EXPIRED' ? handlers.current.onGap() : setProblem(reason)),
    })
  }, [document, JSON.stringify(variables), start])
  return problem
}

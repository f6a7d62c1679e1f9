import { useEffect, useRef, useState } from 'preact/hooks'
import { asProblem, type Problem } from './problem'
import { type Document, request } from './request'

interface Page<Node> {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount?: number
}

export interface PagesState<Node> {
  readonly nodes: readonly Node[]
  readonly totalCount: number | null
  readonly hasMore: boolean
  readonly problem: Problem | null
  readonly loading: boolean
  readonly more: () => void
  readonly reload: () => void
}

const RETRY_MS = 2_000
const NOTHING = { nodes: [], endCursor: null, hasMore: false, totalCount: null, problem: null, loading: true } as const

/** A connection, page by page: `more` puts the next one behind what is there. */
export function usePages<Data, Variables extends { readonly after?: string | null | undefined }, Node>(
  document: Document<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  pageOf: (data: Data) => Page<Node>,
): PagesState<Node> {
  interface Held extends Omit<PagesState<Node>, 'more' | 'reload'> {
    readonly endCursor: string | null
  }
  const [held, setHeld] = useState<Held>(NOTHING)
  const [turn, setTurn] = useState(0)
  const key = JSON.stringify(variables)
  const abort = useRef(new AbortController())
  const asked = useRef(key)
  const load = async (after: string | null, signal: AbortSignal) => {
    try {
      const { nodes, pageInfo, totalCount } = pageOf(
        await request(document, { ...variables, after } as Variables, signal),
      )
      setHeld(before => ({
        nodes: after === null ? nodes : [...before.nodes, ...nodes],
        endCursor: pageInfo.endCursor,
        hasMore: pageInfo.hasNextPage,
        totalCount: totalCount ?? null,
        problem: null,
        loading: false,
      }))
    } catch (error) {
      if (signal.aborted) return
      const problem = asProblem(error)
      setHeld(before => ({ ...before, problem, loading: false }))
      if (problem.passing) setTimeout(() => signal.aborted || void load(after, signal), RETRY_MS)
    }
  }
  useEffect(() => {
    const asking = new AbortController()
    abort.current = asking
    // Rows of another filter are none of this one.
    setHeld(before => (asked.current === key ? { ...before, loading: true, problem: null } : NOTHING))
    asked.current = key
    void load(null, asking.signal)
    return () => asking.abort()
  }, [document, key, turn])
  const { endCursor, ...shown } = held
  return {
    ...shown,
    more: () => {
      setHeld(before => ({ ...before, loading: true, problem: null }))
      void load(endCursor, abort.current.signal)
    },
    reload: () => setTurn(n => n + 1),
  }
}

import { useEffect, useRef, useState } from 'preact/hooks'
import { asProblem } from '../api/problem'
import { type Document, request } from '../api/request'
import type { PagesState } from '../api/use-pages'

const PAGE = 50
const REQUEST_MAX = 500

interface Page<Node> {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount?: number
}

type Paged = { readonly first: number; readonly after?: string | null | undefined }

interface Options {
  /** Reads again so long after each answer, while the page can be seen. */
  readonly everyMs?: number
  /** Nothing is read again by itself meanwhile. */
  readonly held?: boolean
}

const NOTHING = { nodes: [], hasMore: false, totalCount: null, problem: null, loading: true } as const

/** A connection page by page, as usePages; reading it anew brings as many rows as are shown, and not the first page. */
export function useKeptPages<Data, Variables extends Paged, Node>(
  document: Document<Data, Variables>,
  variables: Omit<Variables, keyof Paged>,
  pageOf: (data: Data) => Page<Node>,
  { everyMs, held = false }: Options = {},
): PagesState<Node> {
  const [state, setState] = useState<Omit<PagesState<Node>, 'more' | 'reload'>>(NOTHING)
  const [{ key, rows }, setWanted] = useState({ key: '', rows: PAGE })
  const [turn, setTurn] = useState(0)
  const isHeld = useRef(held)
  isHeld.current = held
  const asked = JSON.stringify(variables)
  // With other variables it begins with one page again.
  const wanted = key === asked ? rows : PAGE

  useEffect(() => {
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = (ms: number) => {
      timer = setTimeout(() => (window.document.hidden || isHeld.current ? again(ms) : void ask()), ms)
    }
    const readPage = async (first: number, after: string | null) =>
      pageOf(await request(document, { ...variables, first, after } as Variables, abort.signal))
    const ask = async () => {
      try {
        const read = await readRows(readPage, wanted)
        setState({ ...read, problem: null, loading: false })
      } catch (error) {
        if (abort.signal.aborted) return
        setState(before => ({ ...before, problem: asProblem(error), loading: false }))
      }
      if (everyMs !== undefined) again(everyMs)
    }
    setState(before => ({ ...before, loading: true }))
    void ask()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [document, asked, wanted, turn, everyMs])

  return {
    ...state,
    more: () => setWanted({ key: asked, rows: wanted + PAGE }),
    reload: () => setTurn(n => n + 1),
  }
}

async function readRows<Node>(
  readPage: (first: number, after: string | null) => Promise<Page<Node>>,
  wanted: number,
): Promise<Pick<PagesState<Node>, 'nodes' | 'hasMore' | 'totalCount'>> {
  const nodes: Node[] = []
  let after: string | null = null
  for (;;) {
    const page: Page<Node> = await readPage(Math.min(REQUEST_MAX, wanted - nodes.length), after)
    nodes.push(...page.nodes)
    after = page.pageInfo.endCursor
    const hasMore = page.pageInfo.hasNextPage
    if (!hasMore || nodes.length >= wanted) return { nodes, hasMore, totalCount: page.totalCount ?? null }
  }
}

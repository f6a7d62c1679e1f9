import { useEffect, useRef, useState } from 'preact/hooks'
import { asProblem } from '../api/problem'
import { type Document, request } from '../api/request'
import type { PagesState } from '../api/use-pages'
import { type Page, readRows } from './read-rows'

const PAGE = 50

type Paged = { readonly first: number; readonly after?: string | null | undefined }

interface Options<Node> {
  /** Reads again so long after each answer, while the page can be seen. */
  readonly everyMs?: number
  /** Of a list whose newest row comes first: when a row was made. What is newer than what is shown then waits. */
  readonly madeAt?: (node: Node) => string
}

interface KeptPages<Node> extends PagesState<Node> {
  /** Rows that wait above the list, so that it does not move under whoever reads it. */
  readonly fresh: number
  readonly showFresh: () => void
}

const RETRY_MS = 2_000
const NOTHING = { nodes: [], hasMore: false, totalCount: null, fresh: 0, problem: null, loading: true } as const

/** A connection page by page, as usePages; reading it anew brings as many rows as are shown, and not the first page. */
export function useKeptPages<Data, Variables extends Paged, Node>(
  document: Document<Data, Variables>,
  variables: Omit<Variables, keyof Paged>,
  pageOf: (data: Data) => Page<Node>,
  { everyMs, madeAt }: Options<Node> = {},
): KeptPages<Node> {
  const [state, setState] = useState<Omit<KeptPages<Node>, 'more' | 'reload' | 'showFresh'>>(NOTHING)
  const [{ key, rows }, setWanted] = useState({ key: '', rows: PAGE })
  const [turn, setTurn] = useState(0)
  const asked = JSON.stringify(variables)
  // With other variables it begins with one page again.
  const wanted = key === asked ? rows : PAGE
  /** Whose rows are shown. */
  const shown = useRef(asked)
  /** When the newest row was made that is shown of these variables; null: the newest that there is may be shown. */
  const newest = useRef<{ readonly asked: string; readonly at: string | null }>({ asked, at: null })

  useEffect(() => {
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = (ms: number) => {
      timer = setTimeout(() => (window.document.hidden ? again(ms) : void ask()), ms)
    }
    const readPage = async (first: number, after: string | null) =>
      pageOf(await request(document, { ...variables, first, after } as Variables, abort.signal))
    const ask = async () => {
      const at = newest.current.asked === asked ? newest.current.at : null
      try {
        const read = await readRows(readPage, wanted, row => at !== null && madeAt !== undefined && madeAt(row) > at)
        const [first] = read.nodes ?? []
        newest.current = { asked, at: at ?? (first && madeAt ? madeAt(first) : null) }
        setState(before => ({ ...read, nodes: read.nodes ?? before.nodes, problem: null, loading: false }))
      } catch (error) {
        if (abort.signal.aborted) return
        const problem = asProblem(error)
        setState(before => ({ ...before, problem, loading: false }))
        if (problem.passing) return again(RETRY_MS)
      }
      if (everyMs !== undefined) again(everyMs)
    }
    // Rows of another filter are none of this one.
    setState(before => (shown.current === asked ? { ...before, loading: true } : NOTHING))
    shown.current = asked
    void ask()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [document, asked, wanted, turn, everyMs])

  const reload = () => setTurn(n => n + 1)
  return {
    ...state,
    more: () => setWanted({ key: asked, rows: wanted + PAGE }),
    reload,
    showFresh: () => {
      newest.current = { asked, at: null }
      reload()
    },
  }
}

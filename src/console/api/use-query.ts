import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { asProblem, type Problem } from './problem'
import { type Document, request } from './request'

export interface QueryState<Data> {
  /** Of the last answer; it stays while a newer one is under way, so that nothing flickers. */
  readonly data: Data | null
  readonly problem: Problem | null
  readonly loading: boolean
  readonly reload: () => void
}

export interface QueryOptions {
  /** Asks again so long after each answer, while the page can be seen. */
  readonly everyMs?: number
  /** Nothing is asked while this is set. */
  readonly skip?: boolean
}

const RETRY_MS = 2_000

/** Asks when the variables change, again when told to, and until the server can be reached. */
export function useQuery<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  { everyMs, skip = false }: QueryOptions = {},
): QueryState<Data> {
  const [state, setState] = useState<Omit<QueryState<Data>, 'reload'>>({ data: null, problem: null, loading: !skip })
  const [turn, setTurn] = useState(0)
  const key = JSON.stringify(variables)
  const asked = useRef(key)
  useEffect(() => {
    if (skip) return
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = (ms: number) => {
      timer = setTimeout(() => (window.document.hidden ? again(ms) : void ask()), ms)
    }
    const ask = async () => {
      try {
        const data = await request(document, variables, abort.signal)
        setState({ data, problem: null, loading: false })
        if (everyMs !== undefined) again(everyMs)
      } catch (error) {
        if (abort.signal.aborted) return
        const problem = asProblem(error)
        setState(({ data }) => ({ data, problem, loading: false }))
        if (problem.code === 'OFFLINE') again(RETRY_MS)
        else if (everyMs !== undefined) again(everyMs)
      }
    }
    // What was asked for with other variables is no answer to these.
    setState(({ data }) => ({ data: asked.current === key ? data : null, problem: null, loading: true }))
    asked.current = key
    void ask()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [document, key, turn, everyMs, skip])
  const reload = useCallback(() => setTurn(n => n + 1), [])
  return { ...state, reload }
}

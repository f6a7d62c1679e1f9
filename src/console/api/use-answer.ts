import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { asProblem, type Problem } from './problem'

export interface Answer<Data> {
  /** Of the last answer; it stays while a newer one is under way, so that nothing flickers. */
  readonly data: Data | null
  readonly problem: Problem | null
  readonly loading: boolean
  readonly reload: () => void
}

export interface AnswerOptions {
  /** Asks again so long after each answer, while the page can be seen. */
  readonly everyMs?: number
  /** Nothing is asked while this is set. */
  readonly skip?: boolean
}

const RETRY_MS = 2_000

/** Asks when the key changes, again when told to, and until a server that is away is back. */
export function useAnswer<Data>(
  ask: (signal: AbortSignal) => Promise<Data>,
  key: string,
  { everyMs, skip = false }: AnswerOptions = {},
): Answer<Data> {
  const [state, setState] = useState<Omit<Answer<Data>, 'reload'>>({ data: null, problem: null, loading: !skip })
  const [turn, setTurn] = useState(0)
  const asked = useRef(key)
  useEffect(() => {
    if (skip) return
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const again = (ms: number) => {
      timer = setTimeout(() => (document.hidden ? again(ms) : void attempt()), ms)
    }
    const attempt = async () => {
      try {
        const data = await ask(abort.signal)
        if (abort.signal.aborted) return
        setState({ data, problem: null, loading: false })
        if (everyMs !== undefined) again(everyMs)
      } catch (error) {
        if (abort.signal.aborted) return
        const problem = asProblem(error)
        setState(({ data }) => ({ data, problem, loading: false }))
        if (problem.passing) again(RETRY_MS)
        else if (everyMs !== undefined) again(everyMs)
      }
    }
    // What was asked for with another key is no answer to this one.
    setState(({ data }) => ({ data: asked.current === key ? data : null, problem: null, loading: true }))
    asked.current = key
    void attempt()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [key, turn, everyMs, skip])
  const reload = useCallback(() => setTurn(n => n + 1), [])
  return { ...state, reload }
}

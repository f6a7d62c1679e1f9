import { useEffect, useState } from 'preact/hooks'
import { asProblem, type Problem } from '../api/problem'
import { request } from '../api/request'
import { CheckFilterDocument } from './campaigns.generated'

/** What the server refuses in a filter, and where; both from 1. */
export interface FilterPlace {
  readonly line: number
  readonly column: number
  readonly reason: string
}

export type FilterCheck =
  | { readonly state: 'unknown' }
  | { readonly state: 'fine' }
  | { readonly state: 'refused'; readonly place: FilterPlace }

const PAUSE_MS = 400
/** No event is of it: the filter is compiled and shown nothing. */
const NO_TIME = { from: '1970-01-01T00:00:00.000Z', to: '1970-01-01T00:00:00.001Z' }
const UNKNOWN: FilterCheck = { state: 'unknown' }

/** Null where the problem is no refusal of the filter. */
export function placeOf({ details: { field, line, column, reason } }: Problem): FilterPlace | null {
  if (field !== 'filter' || typeof line !== 'number' || typeof column !== 'number') return null
  return { line, column, reason: String(reason) }
}

/** Asks the server about the filter whenever its writer pauses. The last answer stands until there is another. */
export function useFilterCheck(filter: string): FilterCheck {
  const [check, setCheck] = useState(UNKNOWN)
  useEffect(() => {
    const abort = new AbortController()
    const ask = async () => {
      try {
        await request(CheckFilterDocument, { filter, ...NO_TIME }, abort.signal)
        setCheck({ state: 'fine' })
      } catch (error) {
        if (!abort.signal.aborted) setCheck(checkOf(asProblem(error)))
      }
    }
    const timer = setTimeout(() => void ask(), PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [filter])
  return check
}

function checkOf(problem: Problem): FilterCheck {
  const place = placeOf(problem)
  if (place !== null) return { state: 'refused', place }
  // It was compiled before it was found that other previews are under way.
  return problem.code === 'UNAVAILABLE' ? { state: 'fine' } : UNKNOWN
}

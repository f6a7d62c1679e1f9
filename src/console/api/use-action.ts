import { useState } from 'preact/hooks'
import { asProblem, type Problem } from './problem'

export interface Action<Arguments extends unknown[]> {
  /** Resolves to whether it succeeded. */
  readonly run: (...args: Arguments) => Promise<boolean>
  readonly busy: boolean
  readonly problem: Problem | null
  readonly clear: () => void
}

/** Something that the user sets off, that may take a moment and may be refused. */
export function useAction<Arguments extends unknown[]>(
  act: (...args: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const run = async (...args: Arguments) => {
    if (busy) return false
    setBusy(true)
    setProblem(null)
    try {
      await act(...args)
      return true
    } catch (error) {
      const found = asProblem(error)
      setProblem(found)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { run, busy, problem, clear: () => setProblem(null) }
}

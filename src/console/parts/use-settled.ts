import { useEffect, useState } from 'preact/hooks'

const SETTLED_MS = 250

/** The value once it has not changed for a moment: what is being typed is not asked for letter by letter. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

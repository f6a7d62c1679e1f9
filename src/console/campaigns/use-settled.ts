import { useEffect, useState } from 'preact/hooks'

const PAUSE_MS = 300

/** What was typed, once its writer pauses. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

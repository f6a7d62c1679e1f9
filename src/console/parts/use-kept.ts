import { useRef } from 'preact/hooks'

/** The latest value there was for this subject: while the next one is under way, what is shown stays. */
export function useKept<Value>(value: Value | null, subject: string): Value | null {
  const kept = useRef<{ readonly value: Value | null; readonly subject: string }>({ value, subject })
  if (value !== null || kept.current.subject !== subject) kept.current = { value, subject }
  return kept.current.value
}

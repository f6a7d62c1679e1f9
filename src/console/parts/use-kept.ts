import { useRef } from 'preact/hooks'

/** The latest value there was: while the next one is under way, what is shown stays. */
export function useKept<Value>(value: Value | null): Value | null {
  const kept = useRef(value)
  if (value !== null) kept.current = value
  return kept.current
}

import { useEffect, useState } from 'preact/hooks'

/** The value of something that lives outside of components. */
export function useSyncExternalStore<T>(subscribe: (listener: () => void) => () => void, read: () => T): T {
  const [value, setValue] = useState(read)
  useEffect(() => {
    const update = () => setValue(read)
    update()
    return subscribe(update)
  }, [])
  return value
}

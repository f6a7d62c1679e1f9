import { useEffect, useState } from 'preact/hooks'
import { spanText } from './spans'

const SECOND_MS = 1_000

/** How long it is until then, counted down; `over` once it is reached. */
export function Countdown({ to, over = 'now' }: { readonly to: string; readonly over?: string }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS)
    return () => clearInterval(timer)
  }, [])
  const left = Date.parse(to) - now
  return <span class="number">{left > 0 ? spanText(left) : over}</span>
}

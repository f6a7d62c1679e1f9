import { timeText } from './times'

export function Time({ at, seconds = false }: { readonly at: string | null; readonly seconds?: boolean }) {
  if (at === null) return <span class="muted">-</span>
  return (
    <time class="number" dateTime={at} title={at}>
      {timeText(at, seconds)}
    </time>
  )
}

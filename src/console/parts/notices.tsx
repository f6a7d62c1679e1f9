import { useSyncExternalStore } from '../session/external-store'

interface Notice {
  readonly id: number
  readonly text: string
}

const SHOWN_MS = 6_000
const NOTICES_MAX = 4

let notices: readonly Notice[] = []
let lastId = 0
const listeners = new Set<() => void>()

function become(next: readonly Notice[]): void {
  notices = next
  for (const listener of listeners) listener()
}

/** Tells that something has been done; it goes by itself. */
export function notify(text: string): void {
  const id = ++lastId
  become([...notices, { id, text }].slice(-NOTICES_MAX))
  setTimeout(() => become(notices.filter(notice => notice.id !== id)), SHOWN_MS)
}

export function Notices() {
  const shown = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => notices,
  )
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.map(({ id, text }) => (
        <p key={id} class="notice">
          {text}
        </p>
      ))}
    </div>
  )
}

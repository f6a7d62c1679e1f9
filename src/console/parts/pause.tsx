import { countText } from './numbers'

interface PauseProps {
  readonly live: {
    readonly list: { readonly held: boolean; readonly missed: number }
    readonly hold: () => void
    readonly release: () => void
  }
  /** Said to whoever hears the page. */
  readonly what: string
}

/** Holds a live list still, so that it can be read and clicked. */
export function Pause({ live, what }: PauseProps) {
  const { held, missed } = live.list
  return (
    <button type="button" class="pause" aria-pressed={held} onClick={held ? live.release : live.hold}>
      <span aria-hidden="true">{held ? '▶' : '❚❚'}</span>
      {held ? 'Go on' : 'Pause'}
      {missed > 0 && ` (${countText(missed)} new)`}
      <span class="unseen">{what}</span>
    </button>
  )
}

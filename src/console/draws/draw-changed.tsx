import { changedTerms, TERM_WORDS } from './draw-terms'
import type { DrawFactsFragment } from './draws.generated'

interface DrawChangedProps {
  readonly before: DrawFactsFragment
  readonly now: DrawFactsFragment
  readonly onLoad: () => void
  readonly onKeep: () => void
}

/** In the form, above its buttons: somebody else was faster. */
export function DrawChanged({ before, now, onLoad, onKeep }: DrawChangedProps) {
  const changed = changedTerms(before, now).map(term => TERM_WORDS[term])
  return (
    <div class="draw-changed stack tight">
      <p role="alert">
        <strong>Not saved: somebody else has changed this draw since you opened it</strong> ({changed.join(', ')}).
      </p>
      <p class="small">
        Load what stands now, without what you have typed; or keep your text, and save it over theirs.
      </p>
      <div class="row">
        <button
          type="button"
          onClick={event => {
            event.currentTarget.form?.querySelector('input')?.focus()
            onLoad()
          }}
        >
          Load what stands now
        </button>
        <button
          type="button"
          onClick={event => {
            event.currentTarget.form?.querySelector<HTMLElement>('[type="submit"]')?.focus()
            onKeep()
          }}
        >
          Keep my text
        </button>
      </div>
    </div>
  )
}

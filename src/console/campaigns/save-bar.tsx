import type { Problem } from '../api/problem'
import { Refusal } from '../parts/states'
import { useCan } from '../session/session'
import type { DraftState } from './use-draft'

interface SaveBarProps {
  /** The id of the form that it saves. */
  readonly form: string
  readonly state: DraftState
  readonly onDrop: () => void
  readonly busy: boolean
  readonly problem: Problem | null
  readonly hasFieldProblems: boolean
}

/** Always in sight: whether there is something to save, and what became of it. */
export function SaveBar({ form, state, onDrop, busy, problem, hasFieldProblems }: SaveBarProps) {
  const { isChanged, baseVersion, newer, draft } = state
  const isNew = baseVersion === 0
  if (!useCan('crm')) {
    return (
      <p class="campaign-save muted">
        You may try the filter on what has happened. Saving it needs the role crm or admin.
      </p>
    )
  }
  return (
    <div class="campaign-save">
      <div class="grow">
        <Refusal problem={problem} />
        {problem === null && (
          <p role="status" class={hasFieldProblems ? 'problem' : 'muted'}>
            {hasFieldProblems ? 'Some fields need a look.' : wordsOf(isChanged, isNew, newer !== null, draft.enabled)}
          </p>
        )}
      </div>
      <div class="row">
        {isChanged && !isNew && newer === null && (
          <button type="button" onClick={onDrop}>
            Drop changes
          </button>
        )}
        <button type="submit" form={form} class="primary" disabled={busy || !isChanged || newer !== null}>
          {isNew ? 'Save campaign' : 'Save changes'}
        </button>
      </div>
    </div>
  )
}

function wordsOf(isChanged: boolean, isNew: boolean, isOvertaken: boolean, enabled: boolean): string {
  if (isOvertaken) return 'Another version was saved: choose above which text stays.'
  if (!isChanged) return isNew ? 'Nothing is written yet.' : 'Everything is saved.'
  const effect = enabled ? 'it is in force from the next batch of events on' : 'it stays off'
  return `${isNew ? '' : 'You have unsaved changes. '}Once saved, ${effect}.`
}

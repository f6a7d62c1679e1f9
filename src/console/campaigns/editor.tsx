import { useState } from 'preact/hooks'
import type { Problem } from '../api/problem'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { useCan } from '../session/session'
import { CampaignForm } from './campaign-form'
import { type CampaignWholeFragment, SaveCampaignDocument } from './campaigns.generated'
import { type DraftField, type DraftProblems, inputOf, problemsOf } from './draft'
import { useFilterCheck } from './filter-check'
import { FilterField } from './filter-field'
import { Preview } from './preview'
import { SaveBar } from './save-bar'
import type { DraftState } from './use-draft'

interface EditorProps {
  readonly state: DraftState
  readonly onSaved: (campaign: CampaignWholeFragment) => void
  /** Another version stands by now. */
  readonly onConflict: () => void
}

const TAKEN = 'There is a campaign of this id already. Choose another one.'

/** A campaign's fields and its filter, tried on history before it is saved. */
export function Editor({ state, onSaved, onConflict }: EditorProps) {
  const { base, draft, baseVersion, newer, change, restart } = state
  const maySave = useCan('crm')
  const check = useFilterCheck(draft.filter)
  const [ownProblems, setOwnProblems] = useState<DraftProblems>({})
  const save = useAction(async () => {
    try {
      const { saveCampaign } = await request(SaveCampaignDocument, { input: inputOf(draft, base) })
      onSaved(saveCampaign)
    } catch (error) {
      if ((error as Problem).code === 'CONFLICT') onConflict()
      throw error
    }
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const problems = problemsOf(draft)
    setOwnProblems(problems)
    save.clear()
    if (Object.keys(problems).length === 0) void save.run()
  }
  /** What was refused is no longer what stands there. */
  const forget = () => {
    setOwnProblems({})
    save.clear()
  }
  const edit: typeof change = changes => {
    forget()
    change(changes)
  }
  const drop = () => {
    forget()
    restart(base)
  }
  const problems = { ...ownProblems, ...refusedField(save.problem, baseVersion) }
  return (
    <>
      <div class="campaign-editor">
        <CampaignForm
          id="campaign-form"
          draft={draft}
          change={edit}
          problems={problems}
          isNew={baseVersion === 0}
          readOnly={!maySave}
          onSubmit={submit}
        />
        <div class="stack">
          <section class="card" aria-label="Filter">
            <FilterField value={draft.filter} onChange={filter => edit({ filter })} check={check} />
          </section>
          <Preview draft={draft} campaignId={base?.id ?? null} />
        </div>
      </div>
      <SaveBar
        form="campaign-form"
        state={state}
        onDrop={drop}
        busy={save.busy}
        problem={newer !== null || Object.keys(problems).some(isShownAtField) ? null : save.problem}
        hasFieldProblems={Object.keys(problems).length > 0}
      />
    </>
  )
}

/** The filter's refusal is told where it stands, by the check. */
const isShownAtField = (field: string): boolean => field !== 'filter'

function refusedField(problem: Problem | null, baseVersion: number): DraftProblems {
  if (problem?.code === 'CONFLICT' && baseVersion === 0) return { id: TAKEN }
  const field = problem?.details.field
  return typeof field === 'string' ? { [field as DraftField]: problem!.message } : {}
}

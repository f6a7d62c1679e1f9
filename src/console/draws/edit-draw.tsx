import { useEffect, useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { useQuery } from '../api/use-query'
import { notify } from '../parts/notices'
import { Failed, Loading } from '../parts/states'
import { useCan } from '../session/session'
import { go, href } from '../shell/route'
import { ConfirmDraw } from './confirm-draw'
import { type DrawDraft, draftOfDraw, inputOfDraft, newDraw } from './draw-draft'
import { DrawForm } from './draw-form'
import { STATUS_WORDS } from './draw-words'
import { CreateDrawDocument, DrawDetailDocument, type DrawFactsFragment, UpdateDrawDocument } from './draws.generated'

export function NewDraw() {
  return <Editor title="New draw" before={null} />
}

export function EditDraw({ id }: { readonly id: string }) {
  const { data, problem, reload } = useQuery(DrawDetailDocument, { id })
  const draw = data?.draw ?? null
  if (draw?.status === 'SCHEDULED') return <Editor title={`Edit “${draw.name}”`} before={draw} />
  return (
    <div class="card stack">
      <h1>Edit draw {id}</h1>
      {problem !== null && <Failed what="The draw cannot be shown." problem={problem} retry={reload} />}
      {data === null && problem === null && <Loading what="Loading the draw" />}
      {data !== null && (
        <p>
          {draw === null
            ? 'There is no draw of this id. '
            : `It is ${STATUS_WORDS[draw.status]}: a draw can be changed before it opens only. `}
          <a href={draw === null ? href('draws') : href('draws', id)}>
            {draw === null ? 'To all draws' : 'To the draw'}
          </a>
        </p>
      )}
    </div>
  )
}

function Editor({ title, before }: { readonly title: string; readonly before: DrawFactsFragment | null }) {
  const [draft, setDraft] = useState<DrawDraft>(() => (before === null ? newDraw(Date.now()) : draftOfDraw(before)))
  const [asking, setAsking] = useState(false)
  const mayChange = useCan('admin')
  const action = useAction(async () => {
    const input = inputOfDraft(draft, before)
    await (before === null ? request(CreateDrawDocument, { input }) : request(UpdateDrawDocument, { input }))
    notify(before === null ? `“${input.name}” is created.` : `“${input.name}” is changed.`)
    go('draws', String(input.id))
  })
  // The refused field is in the form, below the question.
  useEffect(() => {
    if (action.problem !== null) setAsking(false)
  }, [action.problem])
  if (!mayChange) {
    return (
      <div class="card stack">
        <h1>{title}</h1>
        <p>
          Draws are created and changed by admins. <a href={href('draws')}>To all draws</a>
        </p>
      </div>
    )
  }
  return (
    <div class="stack draw-editor">
      <h1>{title}</h1>
      <DrawForm
        draft={draft}
        onChange={setDraft}
        onSubmit={() => setAsking(true)}
        isNew={before === null}
        problem={action.problem}
      >
        <button type="submit" class="primary" disabled={action.busy}>
          {before === null ? 'Create the draw' : 'Save the draw'}
        </button>
        <a class="button" href={before === null ? href('draws') : href('draws', before.id)}>
          Back without saving
        </a>
      </DrawForm>
      {asking && <ConfirmDraw draft={draft} isNew={before === null} action={action} onClose={() => setAsking(false)} />}
    </div>
  )
}

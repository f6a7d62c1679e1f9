import { useEffect, useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { notify } from '../parts/notices'
import { useCan } from '../session/session'
import { go, href } from '../shell/route'
import { ConfirmDraw } from './confirm-draw'
import { DrawChanged } from './draw-changed'
import { type DrawDraft, draftOfDraw, inputOfDraft, newDraw } from './draw-draft'
import { DrawForm } from './draw-form'
import { changedTerms } from './draw-terms'
import { CreateDrawDocument, DrawDetailDocument, type DrawFactsFragment, UpdateDrawDocument } from './draws.generated'

/** `before`: the draw as it stands; null for a new one. */
export function DrawEditor({ before }: { readonly before: DrawFactsFragment | null }) {
  const [base, setBase] = useState(before)
  const [theirs, setTheirs] = useState<DrawFactsFragment | null>(null)
  const [draft, setDraft] = useState<DrawDraft>(() => (before === null ? newDraw(Date.now()) : draftOfDraw(before)))
  const [asking, setAsking] = useState(false)
  const mayChange = useCan('admin')
  const action = useAction(async () => {
    const input = inputOfDraft(draft, base)
    if (base === null) {
      await request(CreateDrawDocument, { input })
    } else {
      const { draw } = await request(DrawDetailDocument, { id: base.id })
      if (draw !== null && changedTerms(base, draw).length > 0) return setTheirs(draw)
      await request(UpdateDrawDocument, { input })
    }
    notify(`“${input.name}” is ${base === null ? 'created' : 'changed'}.`)
    go('draws', String(input.id))
  })
  // What is refused is shown in the form, below the question.
  useEffect(() => {
    if (action.problem !== null) setAsking(false)
  }, [action.problem])
  const title = base === null ? 'New draw' : `Edit “${base.name}”`
  if (!mayChange) return <NotAllowed title={title} />
  const rebase = (draw: DrawFactsFragment) => {
    setBase(draw)
    setTheirs(null)
  }
  return (
    <div class="stack draw-editor">
      <h1>{title}</h1>
      <DrawForm
        draft={draft}
        onChange={setDraft}
        onSubmit={() => {
          action.clear()
          setAsking(true)
        }}
        isNew={base === null}
        problem={asking ? null : action.problem}
      >
        {base !== null && theirs !== null && (
          <DrawChanged
            before={base}
            now={theirs}
            onLoad={() => {
              setDraft(draftOfDraw(theirs))
              rebase(theirs)
            }}
            onKeep={() => rebase(theirs)}
          />
        )}
        <div class="row">
          <button type="submit" class="primary" disabled={action.busy}>
            {base === null ? 'Create the draw' : 'Save the draw'}
          </button>
          <a class="button" href={base === null ? href('draws') : href('draws', base.id)}>
            Back without saving
          </a>
        </div>
      </DrawForm>
      {asking && (
        <ConfirmDraw
          draft={draft}
          isNew={base === null}
          action={{ ...action, problem: null }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  )
}

function NotAllowed({ title }: { readonly title: string }) {
  return (
    <div class="card stack">
      <h1>{title}</h1>
      <p>
        Draws are created and changed by admins. <a href={href('draws')}>To all draws</a>
      </p>
    </div>
  )
}

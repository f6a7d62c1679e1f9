import { useRef, useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Dialog, useRefusedField } from '../parts/dialog'
import { TextField } from '../parts/field'
import { notify } from '../parts/notices'
import { Refusal } from '../parts/states'
import { instantOfInput, localInput } from '../parts/times'
import { DateField } from './date-field'
import { CreateInstantWinDocument } from './instant-wins.generated'
import { inputOfPrize, newPrize, type PrizeDraft } from './prize-draft'
import { PrizeList } from './prize-list'
import { refusalAt, refusedField } from './refusal'

interface Draft {
  readonly id: string
  readonly name: string
  readonly startsAt: string
  readonly endsAt: string
  readonly prizes: readonly PrizeDraft[]
  readonly defaultPrize: PrizeDraft | null
}

const WEEK_MS = 7 * 86_400_000

const newDraft = (now: number): Draft => ({
  id: '',
  name: '',
  startsAt: localInput(new Date(now).toISOString()),
  endsAt: localInput(new Date(now + WEEK_MS).toISOString()),
  prizes: [newPrize()],
  defaultPrize: null,
})

interface CreateInstantWinProps {
  readonly onDone: () => void
  readonly onClose: () => void
}

export function CreateInstantWin({ onDone, onClose }: CreateInstantWinProps) {
  const [draft, setDraft] = useState(() => newDraft(Date.now()))
  const action = useAction(async () => {
    const input = {
      id: draft.id.trim(),
      name: draft.name.trim(),
      startsAt: instantOfInput(draft.startsAt) ?? '',
      endsAt: instantOfInput(draft.endsAt) ?? '',
      prizes: draft.prizes.map(inputOfPrize),
      defaultPrize: draft.defaultPrize && inputOfPrize(draft.defaultPrize),
    }
    await request(CreateInstantWinDocument, { input })
    notify(`“${input.name}” is created.`)
    onDone()
  })
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (await action.run()) onClose()
  }
  const { problem, busy } = action
  const form = useRef<HTMLFormElement>(null)
  useRefusedField(form, problem)
  return (
    <Dialog title="New instant win" wide onClose={onClose} busy={busy}>
      <form ref={form} class="draw-form" onSubmit={submit}>
        <div class="fields">
          <TextField
            label="Name"
            value={draft.name}
            onChange={name => setDraft({ ...draft, name })}
            input={{ required: true, maxLength: 200 }}
            problem={refusalAt(problem, 'name')}
          />
          <TextField
            label="Id"
            value={draft.id}
            onChange={id => setDraft({ ...draft, id })}
            input={{ required: true, maxLength: 100, pattern: '[A-Za-z0-9_.:\\-]+' }}
            problem={refusalAt(problem, 'id')}
          />
          <DateField
            label="Starts"
            value={draft.startsAt}
            onChange={startsAt => setDraft({ ...draft, startsAt })}
            problem={refusalAt(problem, 'startsAt')}
          />
          <DateField
            label="Ends"
            value={draft.endsAt}
            onChange={endsAt => setDraft({ ...draft, endsAt })}
            problem={refusalAt(problem, 'endsAt')}
          />
        </div>
        <PrizeList
          prizes={draft.prizes}
          defaultPrize={draft.defaultPrize}
          onChange={part => setDraft({ ...draft, ...part })}
          problem={problem}
        />
        <p>
          <strong>It cannot be changed, cancelled or deleted afterwards.</strong> The order of its prizes is drawn now
          and kept secret until it ends.
        </p>
        {refusedField(problem) === null && <Refusal problem={problem} />}
        <div class="row">
          <button type="submit" class="primary" disabled={busy}>
            Create it for good
          </button>
          <button type="button" disabled={busy} onClick={onClose}>
            Back without saving
          </button>
        </div>
      </form>
    </Dialog>
  )
}

import type { ComponentChildren } from 'preact'
import type { Problem } from '../api/problem'
import type { Action } from '../api/use-action'
import { Dialog } from '../parts/dialog'
import { Refusal } from '../parts/states'

interface FormDialogProps {
  readonly title: string
  /** What the button says: the verb. */
  readonly verb: string
  readonly danger?: boolean
  readonly action: Action<[]>
  /** What no field says. */
  readonly problem: Problem | null
  readonly onClose: () => void
  /** Once it has been taken. */
  readonly onDone?: () => void
  readonly children: ComponentChildren
}

/** A form over the page, which stays there until the server has taken it. */
export function FormDialog({
  title,
  verb,
  danger = false,
  action,
  problem,
  onClose,
  onDone = onClose,
  children,
}: FormDialogProps) {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (await action.run()) onDone()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        {children}
        <Refusal problem={problem} />
        <div class="row">
          <button type="submit" class={danger ? 'danger' : 'primary'} disabled={action.busy}>
            {verb}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}

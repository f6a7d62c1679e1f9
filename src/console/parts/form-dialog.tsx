import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { Problem } from '../api/problem'
import type { Action } from '../api/use-action'
import { Dialog, useRefusedField } from './dialog'
import { Refusal } from './states'

interface FormDialogProps {
  readonly title: string
  /** What the button says: the verb. */
  readonly verb: string
  readonly danger?: boolean
  readonly action: Action<[]>
  /** What no field says. */
  readonly problem: Problem | null
  readonly onClose: () => void
  /** Once it has been taken; without it the dialog is closed then. */
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
  const form = useRef<HTMLFormElement>(null)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const isTaken = await action.run()
    // Once it is gone, what stands in its place is not to be closed.
    if (isTaken && form.current !== null) onDone()
  }
  useRefusedField(form, action.problem)
  return (
    <Dialog title={title} busy={action.busy} onClose={onClose}>
      <form ref={form} class="stack" onSubmit={submit}>
        {children}
        <Refusal problem={problem} />
        <div class="row">
          <button type="submit" class={danger ? 'danger' : 'primary'} disabled={action.busy}>
            {verb}
          </button>
          <button type="button" disabled={action.busy} onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}

import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { Problem } from '../api/problem'
import type { Action } from '../api/use-action'
import { Refusal } from './states'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
  readonly wide?: boolean
  /** Something is under way whose end has to be seen: it can't be closed. */
  readonly busy?: boolean
}

/** Over the page: it has the focus until it is closed, by Escape too. */
export function Dialog({ title, onClose, children, wide = false, busy = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const before = document.activeElement
    ref.current?.showModal()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  const close = (event: Event) => {
    event.preventDefault()
    if (!busy) onClose()
  }
  // Browsers close it at the second Escape, whatever the page says to that.
  const closed = () => {
    if (busy) ref.current?.showModal()
    else onClose()
  }
  return (
    <dialog ref={ref} class={wide ? 'wide' : undefined} aria-labelledby={id} onCancel={close} onClose={closed}>
      <div class="stack">
        <div class="row between dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="plain" aria-label="Close" disabled={busy} onClick={close}>
            ✕
          </button>
        </div>
        {children}
      </div>
    </dialog>
  )
}

/** A field that was refused gets the focus: whoever hears the page is told, and can mend it at once. */
export function useRefusedField(form: { readonly current: HTMLFormElement | null }, problem: Problem | null): void {
  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [problem])
}

interface ConfirmProps {
  readonly title: string
  /** What will happen, in words. */
  readonly children: ComponentChildren
  /** What the button says: the verb. */
  readonly verb: string
  readonly danger?: boolean
  readonly action: Action<[]>
  /** What was refused is said at its field already. */
  readonly saidAtField?: boolean
  readonly onClose: () => void
}

/** Asks before something that can't be taken back, and closes when it is done. */
export function Confirm({ title, children, verb, danger = true, action, saidAtField = false, onClose }: ConfirmProps) {
  const form = useRef<HTMLFormElement>(null)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (await action.run()) onClose()
  }
  useRefusedField(form, action.problem)
  return (
    <Dialog title={title} onClose={onClose} busy={action.busy}>
      <form ref={form} class="stack" onSubmit={submit}>
        <div class="stack tight">{children}</div>
        <Refusal problem={saidAtField ? null : action.problem} />
        <div class="row">
          <button type="submit" class={danger ? 'danger' : 'primary'} disabled={action.busy}>
            {verb}
          </button>
          <button type="button" disabled={action.busy} onClick={onClose}>
            Keep it as it is
          </button>
        </div>
      </form>
    </Dialog>
  )
}

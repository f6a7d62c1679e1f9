import { useRef, useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog'
import { Field } from '../parts/field'

interface WebhookSecretProps {
  readonly id: string
  readonly secret: string
  readonly onClose: () => void
}

/** The one time that it can be seen. */
export function WebhookSecret({ id, secret, onClose }: WebhookSecretProps) {
  const shown = useRef<HTMLTextAreaElement>(null)
  const [said, setSaid] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret)
      setSaid('Copied.')
    } catch {
      // Browsers give no clipboard to pages without TLS.
      shown.current?.select()
      setSaid('The browser does not let the console copy. It is selected: copy it by hand.')
    }
  }
  return (
    // Only by the button that says so: who closes it in haste has lost it.
    <Dialog title={`The secret of the webhook ${id}`} busy onClose={onClose}>
      <p>
        <strong>Copy it now: it is not shown again.</strong> The endpoint needs it to check the signatures. If it is
        lost, give the webhook another one.
      </p>
      <Field label="Secret">
        {attributes => (
          <textarea
            {...attributes}
            ref={shown}
            rows={2}
            readOnly
            value={secret}
            onFocus={event => event.currentTarget.select()}
          />
        )}
      </Field>
      <p class="admin-said small" role="status">
        {said}
      </p>
      <div class="row">
        <button type="button" class="primary" onClick={copy}>
          Copy
        </button>
        <button type="button" onClick={onClose}>
          I have it
        </button>
      </div>
    </Dialog>
  )
}

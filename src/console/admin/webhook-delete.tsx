import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { notify } from '../parts/notices'
import { countText } from '../parts/numbers'
import { DeleteWebhookDocument, type WebhookLineFragment } from './webhooks.generated'

interface DeleteWebhookProps {
  readonly webhook: WebhookLineFragment
  readonly onClose: () => void
  readonly onChanged: () => void
}

export function DeleteWebhook({ webhook: { id, url, pending, deadLetters }, onClose, onChanged }: DeleteWebhookProps) {
  const remove = useAction(async () => {
    await request(DeleteWebhookDocument, { id })
    notify(`The webhook ${id} is deleted.`)
    onChanged()
  })
  return (
    <Confirm title={`Delete the webhook ${id}?`} verb="Delete" action={remove} onClose={onClose}>
      <p>
        Nothing is sent to <span class="admin-break">{url}</span> any more, and its secret is gone.
      </p>
      <p>
        All its deliveries are deleted with it: {countText(pending)} pending, {countText(deadLetters)} given up. They
        cannot be sent later, also not by a new webhook, which gets only what comes from then on.
      </p>
      <p class="muted">To stop it for a while, disable it instead: what comes meanwhile is kept and sent later.</p>
    </Confirm>
  )
}

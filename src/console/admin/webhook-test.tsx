import { useEffect, useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Dialog } from '../parts/dialog'
import { Refusal } from '../parts/states'
import { href } from '../shell/route'
import { answerText } from './webhook-words'
import { type DeliveryLineFragment, TestWebhookDocument, type WebhookLineFragment } from './webhooks.generated'

interface TestWebhookProps {
  readonly webhook: WebhookLineFragment
  readonly onClose: () => void
  readonly onChanged: () => void
}

/** Sends one item that says it is a test, and tells what came of it. */
export function TestWebhook({ webhook: { id, url }, onClose, onChanged }: TestWebhookProps) {
  const [sent, setSent] = useState<DeliveryLineFragment | null>(null)
  const test = useAction(async () => {
    setSent(null)
    setSent((await request(TestWebhookDocument, { id })).testWebhook)
    onChanged()
  })
  useEffect(() => void test.run(), [])
  return (
    <Dialog title={`Test of the webhook ${id}`} onClose={onClose}>
      <p class="muted">
        One item that says it is a test goes to <span class="admin-break">{url}</span>, also where the webhook is
        disabled or paused. It is not tried again.
      </p>
      <div class="admin-outcome" role="status">
        {test.busy && <p>Sending ...</p>}
        {sent !== null && <Outcome sent={sent} />}
      </div>
      <Refusal problem={test.problem} />
      <div class="row">
        <button type="button" disabled={test.busy} onClick={() => void test.run()}>
          Send again
        </button>
        <a href={href('admin', 'webhooks', id)}>See the deliveries</a>
      </div>
    </Dialog>
  )
}

function Outcome({ sent }: { readonly sent: DeliveryLineFragment }) {
  if (sent.status === 'DELIVERED') {
    return (
      <p>
        <strong>It works.</strong> The endpoint has taken the test: HTTP {sent.lastStatusCode}.
      </p>
    )
  }
  return (
    <p class="problem">
      <strong>The test failed.</strong> The delivery says: {answerText(sent)}
    </p>
  )
}

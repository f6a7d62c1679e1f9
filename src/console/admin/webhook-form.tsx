import { useState } from 'preact/hooks'
import { Problem } from '../api/problem'
import { request } from '../api/request'
import type { WebhookTopic } from '../api/schema.generated'
import { useAction } from '../api/use-action'
import { CheckField, TextField } from '../parts/field'
import { FormDialog } from '../parts/form-dialog'
import { fieldProblems } from '../parts/form-dialog-problems'
import { notify } from '../parts/notices'
import { TopicsField } from './topics-field'
import { WebhookSecret } from './webhook-secret'
import { SaveWebhookDocument, type WebhookLineFragment, WebhooksDocument } from './webhooks.generated'

interface WebhookFormProps {
  /** Null: a new one. */
  readonly webhook: WebhookLineFragment | null
  readonly onClose: () => void
  readonly onChanged: () => void
}

interface Draft {
  readonly id: string
  readonly url: string
  readonly topics: readonly WebhookTopic[]
  readonly secret: string
  readonly enabled: boolean
}

const FIELDS = ['id', 'url', 'topics', 'secret'] as const

export function WebhookForm({ webhook, onClose, onChanged }: WebhookFormProps) {
  const [draft, setDraft] = useState<Draft>(() => ({
    id: webhook?.id ?? '',
    url: webhook?.url ?? '',
    topics: webhook?.topics ?? ['VIP_ENTERED'],
    secret: '',
    enabled: webhook?.enabled ?? true,
  }))
  const [made, setMade] = useState<string | null>(null)
  const id = draft.id.trim()
  const save = useAction(async () => {
    if (webhook === null) await refuseTaken(id)
    const { secret, enabled } = draft
    const input = {
      id,
      url: draft.url.trim(),
      topics: [...draft.topics],
      enabled,
      secret: secret === '' ? null : secret,
    }
    const { saveWebhook: saved } = await request(SaveWebhookDocument, { input })
    notify(`The webhook ${id} is saved.`)
    onChanged()
    if (saved.secret === null) onClose()
    else setMade(saved.secret)
  })
  if (made !== null) return <WebhookSecret id={id} secret={made} onClose={onClose} />
  const { at, rest } = fieldProblems(save.problem, FIELDS)
  const change = (changed: Partial<Draft>) => setDraft(before => ({ ...before, ...changed }))
  return (
    <FormDialog
      title={webhook === null ? 'New webhook' : `Edit the webhook ${webhook.id}`}
      verb={webhook === null ? 'Create' : 'Save'}
      action={save}
      problem={rest}
      onClose={onClose}
      onDone={() => {}}
    >
      <TextField
        label="Id"
        value={draft.id}
        onChange={id => change({ id })}
        hint={webhook === null ? 'Letters, digits and _ . : - ; it stays as it is.' : 'It stays as it is.'}
        problem={at('id')}
        input={{ required: true, maxLength: 100, readOnly: webhook !== null }}
      />
      <TextField
        label="URL"
        value={draft.url}
        onChange={url => change({ url })}
        hint="https or http, at a public address."
        problem={at('url')}
        input={{ required: true, placeholder: 'https://crm.example/hook' }}
      />
      <TopicsField value={draft.topics} onChange={topics => change({ topics })} problem={at('topics')} />
      <TextField
        label="Secret"
        value={draft.secret}
        onChange={secret => change({ secret })}
        hint={
          webhook === null
            ? 'The key of the signatures. Leave it empty to have one made, which is shown once.'
            : 'The key of the signatures. Leave it empty to keep the one that there is.'
        }
        problem={at('secret')}
        input={{ maxLength: 256 }}
      />
      <CheckField label="Enabled" checked={draft.enabled} onChange={enabled => change({ enabled })} />
      <p class="muted small">
        {webhook === null
          ? 'It gets what comes from now on. While it is disabled, what comes is kept and sent later.'
          : 'Saving also ends a pause after failures: what waits is sent at once. While it is disabled, what comes is kept and sent later.'}
      </p>
    </FormDialog>
  )
}

/** Saving would change the one that has the id, whoever made it and however lately. */
async function refuseTaken(id: string): Promise<void> {
  const { webhooks } = await request(WebhooksDocument, {})
  if (webhooks.some(webhook => webhook.id === id)) {
    throw new Problem('CONFLICT', 'There is a webhook with this id already.', { field: 'id' })
  }
}

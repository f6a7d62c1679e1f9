import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { Badge } from '../parts/badge'
import { countText } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { href } from '../shell/route'
import { DeleteWebhook } from './webhook-delete'
import { WebhookForm } from './webhook-form'
import { TestWebhook } from './webhook-test'
import { Circuit, topicText } from './webhook-words'
import { type WebhookLineFragment, WebhooksDocument } from './webhooks.generated'

const EVERY_MS = 5_000

type Doing =
  | { readonly what: 'create' }
  | { readonly what: 'edit' | 'delete' | 'test'; readonly webhook: WebhookLineFragment }

export function Webhooks() {
  const { data, problem, reload } = useQuery(WebhooksDocument, {}, { everyMs: EVERY_MS })
  const [doing, setDoing] = useState<Doing | null>(null)
  const webhooks = data?.webhooks ?? []
  return (
    <section class="card stack tight" aria-labelledby="webhooks-title">
      <div class="row between">
        <h2 id="webhooks-title">Webhooks</h2>
        <button type="button" class="primary" disabled={data === null} onClick={() => setDoing({ what: 'create' })}>
          New webhook
        </button>
      </div>
      <p class="muted">
        Endpoints that entries, triggers, milestones and prizes are posted to, at least once each and signed.
      </p>
      {problem !== null && <Failed what="The webhooks cannot be shown." problem={problem} retry={reload} />}
      {data === null && problem === null && <Loading what="Loading the webhooks" />}
      {data !== null && webhooks.length === 0 && (
        <Empty title="There is no webhook yet">Make one to have effects sent to your CRM as they happen.</Empty>
      )}
      {webhooks.length > 0 && (
        <Table
          caption="Webhooks"
          columns={[...COLUMNS, actionsColumn(setDoing)]}
          rows={webhooks}
          keyOf={webhook => webhook.id}
          minWidth="74rem"
        />
      )}
      {doing !== null && <Action doing={doing} onClose={() => setDoing(null)} onChanged={reload} />}
    </section>
  )
}

interface ActionProps {
  readonly doing: Doing
  readonly onClose: () => void
  readonly onChanged: () => void
}

function Action({ doing, onClose, onChanged }: ActionProps): ComponentChildren {
  const done = { onClose, onChanged }
  switch (doing.what) {
    case 'create':
      return <WebhookForm webhook={null} {...done} />
    case 'edit':
      return <WebhookForm webhook={doing.webhook} {...done} />
    case 'delete':
      return <DeleteWebhook webhook={doing.webhook} {...done} />
    case 'test':
      return <TestWebhook webhook={doing.webhook} {...done} />
  }
}

const COLUMNS: readonly Column<WebhookLineFragment>[] = [
  {
    title: 'Webhook',
    width: '9rem',
    cell: ({ id }) => (
      <a href={href('admin', 'webhooks', id)} title={id}>
        {id}
      </a>
    ),
  },
  { title: 'URL', cell: ({ url }) => <span title={url}>{url}</span> },
  {
    title: 'Topics',
    width: '11rem',
    cell: ({ topics }) => <span class="admin-wrap">{topics.map(topicText).join(', ')}</span>,
  },
  {
    title: 'State',
    width: '6.2rem',
    cell: ({ enabled }) => (enabled ? <Badge tone="good">enabled</Badge> : <Badge>disabled</Badge>),
  },
  { title: 'Circuit', width: '6.2rem', cell: ({ circuit }) => <Circuit state={circuit} /> },
  { title: 'Pending', width: '5.2rem', numeric: true, cell: ({ pending }) => countText(pending) },
  { title: 'Given up', width: '5.6rem', numeric: true, cell: ({ deadLetters }) => countText(deadLetters) },
]

const actionsColumn = (act: (doing: Doing) => void): Column<WebhookLineFragment> => ({
  title: 'Actions',
  width: '13.5rem',
  cell: webhook => (
    <div class="admin-actions">
      {(['test', 'edit', 'delete'] as const).map(what => (
        <button key={what} type="button" class="admin-small" onClick={() => act({ what, webhook })}>
          {VERBS[what]}
          <span class="unseen"> {webhook.id}</span>
        </button>
      ))}
    </div>
  ),
})

const VERBS = { test: 'Test', edit: 'Edit', delete: 'Delete' } as const

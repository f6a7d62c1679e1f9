import { useState } from 'preact/hooks'
import type { DeliveryStatus } from '../api/schema.generated'
import { useQuery } from '../api/use-query'
import { Fact } from '../parts/fact'
import { SelectField } from '../parts/field'
import { More } from '../parts/more'
import { countText } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { href } from '../shell/route'
import { DeliveryTable } from './delivery-table'
import { useKeptPages } from './use-kept-pages'
import { circuitMeaning } from './webhook-words'
import { WebhookDeliveriesDocument, type WebhookLineFragment, WebhooksDocument } from './webhooks.generated'

const EVERY_MS = 3_000

type Filter = DeliveryStatus | 'ALL'

const FILTERS = [
  ['ALL', 'All'],
  ['PENDING', 'Pending'],
  ['DELIVERED', 'Delivered'],
  ['DEAD', 'Given up'],
] as const satisfies readonly (readonly [Filter, string])[]

/** What was sent to one endpoint, what waits, and what was given up. */
export function Deliveries({ webhookId }: { readonly webhookId: string }) {
  const webhooks = useQuery(WebhooksDocument, {}, { everyMs: EVERY_MS })
  const webhook = webhooks.data?.webhooks.find(({ id }) => id === webhookId)
  return (
    <section class="card stack" aria-labelledby="deliveries-title">
      <div class="stack tight">
        <p>
          <a href={href('admin', 'webhooks')}>All webhooks</a>
        </p>
        <h2 id="deliveries-title">Deliveries of {webhookId}</h2>
      </div>
      {webhooks.data === null && webhooks.problem === null && <Loading what="Loading the webhook" />}
      {webhooks.data === null && webhooks.problem !== null && (
        <Failed what="The webhook cannot be shown." problem={webhooks.problem} retry={webhooks.reload} />
      )}
      {webhooks.data !== null && webhook === undefined && (
        <Empty title="There is no webhook with this id">It may have been deleted, with its deliveries.</Empty>
      )}
      {webhook !== undefined && (
        <>
          <Endpoint webhook={webhook} />
          <List webhookId={webhookId} />
        </>
      )}
    </section>
  )
}

function Endpoint({ webhook: { url, enabled, circuit, pending, deadLetters } }: { webhook: WebhookLineFragment }) {
  return (
    <>
      <dl class="facts">
        <Fact name="URL" class="admin-wide-fact">
          {url}
        </Fact>
        <Fact name="Pending">{countText(pending)}</Fact>
        <Fact name="Given up">{countText(deadLetters)}</Fact>
      </dl>
      <p class={circuit === 'OPEN' ? 'problem' : 'muted'}>
        {enabled ? circuitMeaning(circuit) : 'It is disabled: nothing is sent, and what comes is kept and sent later.'}
      </p>
    </>
  )
}

function List({ webhookId }: { readonly webhookId: string }) {
  const [filter, setFilter] = useState<Filter>('ALL')
  const pages = useKeptPages(
    WebhookDeliveriesDocument,
    { webhookId, status: filter === 'ALL' ? null : filter },
    data => data.webhookDeliveries,
    { everyMs: EVERY_MS, madeAt: ({ createdAt }) => createdAt },
  )
  const { nodes, fresh, problem, loading } = pages
  return (
    <div class="stack tight">
      <div class="row between admin-filter">
        <SelectField label="Status" value={filter} options={FILTERS} onChange={setFilter} />
        <button type="button" class="admin-fresh" disabled={fresh === 0} onClick={pages.showFresh}>
          {fresh === 0 ? 'Nothing new' : `Show ${countText(fresh)} new`}
        </button>
      </div>
      {problem !== null && <Failed what="The deliveries cannot be shown." problem={problem} retry={pages.reload} />}
      {nodes.length === 0 && loading && <Loading what="Loading the deliveries" />}
      {nodes.length === 0 && !loading && problem === null && (
        <Empty title={filter === 'ALL' ? 'Nothing has been sent yet' : 'There is no such delivery'}>
          {filter === 'ALL'
            ? 'A delivery appears here as soon as something of its topics happens.'
            : 'Choose another status to see more.'}
        </Empty>
      )}
      {nodes.length > 0 && (
        <>
          <DeliveryTable deliveries={nodes} onChanged={pages.reload} />
          <More pages={pages} what="deliveries, newest first" />
        </>
      )}
      <p class="muted small">
        What is shown renews itself every few seconds, and new deliveries wait until you show them. Deliveries are kept
        for 7 days, those that were given up for 30.
      </p>
    </div>
  )
}

import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { notify } from '../parts/notices'
import { countText } from '../parts/numbers'
import { Refusal } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { answerText, Status, topicText } from './webhook-words'
import { type DeliveryLineFragment, RedeliverDocument } from './webhooks.generated'

interface DeliveryTableProps {
  readonly deliveries: readonly DeliveryLineFragment[]
  readonly onChanged: () => void
}

export function DeliveryTable({ deliveries, onChanged }: DeliveryTableProps) {
  const [asking, setAsking] = useState<DeliveryLineFragment | null>(null)
  const redeliver = useAction(async ({ id }: DeliveryLineFragment) => {
    await request(RedeliverDocument, { deliveryId: id })
    notify(`Delivery ${shortId(id)} is pending again and due: it is sent as soon as the endpoint can be reached.`)
    onChanged()
  })
  // A second time is no harm to a receiver that keeps to the contract, and a surprise to one that does not.
  const ask = (delivery: DeliveryLineFragment) => {
    redeliver.clear()
    if (delivery.status === 'DELIVERED') setAsking(delivery)
    else void redeliver.run(delivery)
  }
  return (
    <>
      {asking === null && <Refusal problem={redeliver.problem} />}
      <Table
        caption="Deliveries, newest first"
        columns={[...COLUMNS, redeliverColumn(ask)]}
        rows={deliveries}
        keyOf={({ id }) => id}
        minWidth="72rem"
      />
      {asking !== null && (
        <Confirm
          title={`Send delivery ${shortId(asking.id)} again?`}
          verb="Redeliver"
          danger={false}
          action={{ ...redeliver, run: () => redeliver.run(asking) }}
          onClose={() => setAsking(null)}
        >
          <p>
            The endpoint has taken it already and gets it a second time, with the same keys. A receiver that drops what
            it has seen does nothing; another one acts twice.
          </p>
        </Confirm>
      )}
    </>
  )
}

const shortId = (id: string): string => id.slice(0, 8)

const COLUMNS: readonly Column<DeliveryLineFragment>[] = [
  { title: 'Made', width: '10rem', cell: ({ createdAt }) => <Time at={createdAt} seconds /> },
  { title: 'Delivery', width: '6.5rem', cell: ({ id }) => <code title={id}>{shortId(id)}</code> },
  { title: 'Topic', width: '10.5rem', cell: ({ topic }) => topicText(topic) },
  { title: 'Status', width: '6.5rem', cell: ({ status }) => <Status status={status} /> },
  { title: 'Attempts', width: '5.5rem', numeric: true, cell: ({ attempts }) => countText(attempts) },
  { title: 'Last answer', cell: delivery => <span title={answerText(delivery)}>{answerText(delivery)}</span> },
  { title: 'Next attempt', width: '10rem', cell: ({ nextAttemptAt }) => <Time at={nextAttemptAt} seconds /> },
]

const redeliverColumn = (ask: (delivery: DeliveryLineFragment) => void): Column<DeliveryLineFragment> => ({
  title: 'Actions',
  width: '7.5rem',
  cell: delivery => (
    <button type="button" class="admin-small" onClick={() => ask(delivery)}>
      {delivery.status === 'PENDING' ? 'Send now' : 'Redeliver'}
      <span class="unseen"> {shortId(delivery.id)}</span>
    </button>
  ),
})

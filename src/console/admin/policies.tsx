import { useState } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { Amount } from '../parts/amount'
import { Badge } from '../parts/badge'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { useCan } from '../session/session'
import { durationText } from './durations'
import { type PolicyLineFragment, VipPoliciesDocument } from './policies.generated'
import { PolicyForm } from './policy-form'

export function Policies() {
  const { data, problem, reload } = useQuery(VipPoliciesDocument, {})
  const [editing, setEditing] = useState<PolicyLineFragment | 'new' | null>(null)
  const mayEdit = useCan()
  const policies = data?.vipPolicies ?? []
  return (
    <section class="card stack tight" aria-labelledby="policies-title">
      <div class="row between">
        <h2 id="policies-title">VIP policies</h2>
        {mayEdit && (
          <button type="button" class="primary" onClick={() => setEditing('new')}>
            New policy
          </button>
        )}
      </div>
      <p class="muted">
        A player whose amounts in one window go above the threshold becomes a VIP of that window.
        {!mayEdit && ' Only an admin may change policies.'}
      </p>
      {problem !== null && <Failed what="The VIP policies cannot be shown." problem={problem} retry={reload} />}
      {data === null && problem === null && <Loading what="Loading the VIP policies" />}
      {data !== null && policies.length === 0 && (
        <Empty title="There is no VIP policy yet">
          Until there is one, nobody becomes a VIP.{' '}
          {mayEdit ? 'Make the first one.' : 'An admin can make the first one.'}
        </Empty>
      )}
      {policies.length > 0 && (
        <Table
          caption="VIP policies"
          columns={mayEdit ? [...COLUMNS, editColumn(setEditing)] : COLUMNS}
          rows={policies}
          keyOf={policy => policy.id}
          minWidth="68rem"
        />
      )}
      {editing !== null && (
        <PolicyForm policy={editing === 'new' ? null : editing} onClose={() => setEditing(null)} onSaved={reload} />
      )}
    </section>
  )
}

const COLUMNS: readonly Column<PolicyLineFragment>[] = [
  { title: 'Name', cell: ({ name }) => <span title={name}>{name}</span> },
  { title: 'Id', width: '10rem', cell: ({ id }) => <code title={id}>{id}</code> },
  { title: 'Threshold', width: '9rem', numeric: true, cell: ({ threshold }) => <Amount value={threshold} /> },
  { title: 'Window', width: '7rem', cell: policy => durationText(policy.window) },
  { title: 'Slide', width: '7rem', cell: ({ slide }) => durationText(slide) },
  {
    title: 'Event types',
    width: '9rem',
    cell: ({ eventTypes }) => <span title={eventTypes.join(', ')}>{eventTypes.join(', ')}</span>,
  },
  {
    title: 'State',
    width: '6rem',
    cell: ({ enabled }) => (enabled ? <Badge tone="good">enabled</Badge> : <Badge>disabled</Badge>),
  },
  { title: 'Version', width: '5rem', numeric: true, cell: ({ version }) => version },
]

const editColumn = (edit: (policy: PolicyLineFragment) => void): Column<PolicyLineFragment> => ({
  title: 'Actions',
  width: '6rem',
  cell: policy => (
    <button type="button" class="admin-small" onClick={() => edit(policy)}>
      Edit<span class="unseen"> {policy.name}</span>
    </button>
  ),
})

import { useState } from 'preact/hooks'
import { Table } from '../parts/table'
import { Time } from '../parts/time'
import type { AuditLineFragment } from './audit.generated'
import type { AuditFilter } from './audit-filter'
import { type Difference, differences } from './json-diff'

interface AuditEntryProps {
  readonly entry: AuditLineFragment
  readonly onFilter: (filter: AuditFilter) => void
}

/** One line, and behind it what was changed. */
export function AuditEntry({ entry, onFilter }: AuditEntryProps) {
  const [open, setOpen] = useState(false)
  const { id, at, actor, action, subject } = entry
  return (
    <li>
      <details open={open} onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>
          <span class="audit-line">
            <Time at={at} seconds />
            <strong class="audit-action cut" title={action}>
              {action}
            </strong>
            <span class="audit-subject cut mono" title={subject}>
              {subject}
            </span>
            <span class="cut muted" title={actor}>
              by {actor}
            </span>
            <span class="audit-id muted number">#{id}</span>
          </span>
        </summary>
        {open && <Change entry={entry} onFilter={onFilter} />}
      </details>
    </li>
  )
}

function Change({ entry: { id, subject, actor, before, after, hash }, onFilter }: AuditEntryProps) {
  const changed = differences(before, after)
  return (
    <div class="audit-change stack tight">
      {changed.length === 0 ? (
        <p class="muted">What is recorded of it is the same as before.</p>
      ) : (
        <Table
          caption={`Changes of entry ${id}`}
          columns={COLUMNS}
          rows={changed}
          keyOf={({ key }) => key}
          minWidth="40rem"
        />
      )}
      <p class="small">
        Hash <span class="mono admin-break">{hash}</span>
      </p>
      <div class="row">
        <button type="button" class="admin-small" onClick={() => onFilter({ subject, actor: '' })}>
          All of this subject
        </button>
        <button type="button" class="admin-small" onClick={() => onFilter({ subject: '', actor })}>
          All by this actor
        </button>
      </div>
    </div>
  )
}

const COLUMNS = [
  {
    title: 'Changed',
    width: '12rem',
    cell: ({ key }: Difference) => <code class="admin-break">{key || 'value'}</code>,
  },
  { title: 'Before', cell: ({ before }: Difference) => <Value text={before} /> },
  { title: 'After', cell: ({ after }: Difference) => <Value text={after} /> },
]

function Value({ text }: { readonly text: string | null }) {
  return text === null ? <span class="muted">-</span> : <code class="admin-text">{text}</code>
}

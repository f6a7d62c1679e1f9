import { useState } from 'preact/hooks'
import { usePages } from '../api/use-pages'
import { TextField } from '../parts/field'
import { More } from '../parts/more'
import { Empty, Failed, Loading } from '../parts/states'
import { useSettled } from '../parts/use-settled'
import { AuditLogDocument } from './audit.generated'
import { AuditEntry } from './audit-entry'
import type { AuditFilter } from './audit-filter'

const PAGE = 50

const ALL: AuditFilter = { subject: '', actor: '' }

/** Who changed what, newest first. */
export function AuditLog() {
  const [filter, setFilter] = useState(ALL)
  const { subject, actor } = useSettled(filter)
  const pages = usePages(
    AuditLogDocument,
    { subject: subject.trim() || null, actor: actor.trim() || null, first: PAGE },
    data => data.auditLog,
  )
  const { nodes, problem, loading, reload } = pages
  const isFiltered = filter.subject !== '' || filter.actor !== ''
  return (
    <section class="card stack tight" aria-labelledby="audit-title">
      <div class="row between">
        <h2 id="audit-title">Audit log</h2>
        <button type="button" onClick={reload} disabled={loading}>
          Read it anew
        </button>
      </div>
      <p class="muted">
        Each entry's hash covers the hash of the one before it. <code>npm run audit</code> on the server recomputes the
        whole chain, and names the first entry that is not as it was made.
      </p>
      <div class="row admin-filter">
        <TextField
          label="Subject"
          value={filter.subject}
          onChange={subject => setFilter({ ...filter, subject })}
          input={{ type: 'search', placeholder: 'policy:whales' }}
        />
        <TextField
          label="Actor"
          value={filter.actor}
          onChange={actor => setFilter({ ...filter, actor })}
          input={{ type: 'search', placeholder: 'admin-1' }}
        />
        {isFiltered && (
          <button type="button" onClick={() => setFilter(ALL)}>
            Show all
          </button>
        )}
      </div>
      {problem !== null && <Failed what="The audit log cannot be shown." problem={problem} retry={reload} />}
      {nodes.length === 0 && loading && <Loading what="Loading the audit log" />}
      {nodes.length === 0 && !loading && problem === null && (
        <Empty title={isFiltered ? 'No entry has this subject and actor' : 'Nothing has been changed yet'}>
          {isFiltered
            ? 'Both are compared to the letter, e.g. campaign:4711, player:p1, webhook:crm or draw:xmas.'
            : 'Every change of rules, webhooks, suppressions and draws gets an entry.'}
        </Empty>
      )}
      {nodes.length > 0 && (
        <>
          <ol class="audit-list" aria-label="Audit entries, newest first">
            {nodes.map(entry => (
              <AuditEntry key={entry.id} entry={entry} onFilter={setFilter} />
            ))}
          </ol>
          <More pages={pages} what="entries, newest first" />
        </>
      )}
    </section>
  )
}

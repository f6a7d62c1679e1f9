import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { type Action, useAction } from '../api/use-action'
import { CheckField, TextField } from '../parts/field'
import { notify } from '../parts/notices'
import { DurationField } from './duration-field'
import { withDurationsInWords } from './durations'
import { fieldProblems } from './field-problems'
import { FormDialog } from './form-dialog'
import { type PolicyLineFragment, SaveVipPolicyDocument, VipPoliciesDocument } from './policies.generated'
import { draftOf, inputOf, type PolicyDraft } from './policy-draft'

interface PolicyFormProps {
  /** Null: a new one. */
  readonly policy: PolicyLineFragment | null
  readonly onClose: () => void
  readonly onSaved: () => void
}

const FIELDS = ['id', 'name', 'threshold', 'window', 'slide', 'eventTypes'] as const

export function PolicyForm({ policy, onClose, onSaved }: PolicyFormProps) {
  const [base, setBase] = useState(policy)
  const [draft, setDraft] = useState(() => draftOf(policy))
  const save = useAction(async () => {
    const { saveVipPolicy: saved } = await request(SaveVipPolicyDocument, {
      input: inputOf(draft, base?.version ?? 0),
    })
    notify(`The policy "${saved.name}" is saved as version ${saved.version}.`)
    onSaved()
  })
  const loadNewest = useAction(async () => {
    const { vipPolicies } = await request(VipPoliciesDocument, {})
    const newest = vipPolicies.find(({ id }) => id === draft.id.trim()) ?? null
    setBase(newest)
    setDraft(draftOf(newest))
    save.clear()
    onSaved()
  })
  const isConflict = save.problem?.code === 'CONFLICT'
  const { at, rest } = fieldProblems(isConflict ? null : save.problem, FIELDS)
  const said = (field: (typeof FIELDS)[number]) => {
    const problem = at(field)
    return problem === null ? null : withDurationsInWords(problem)
  }
  const change = (changed: Partial<PolicyDraft>) => setDraft(before => ({ ...before, ...changed }))
  return (
    <FormDialog
      title={base === null ? 'New VIP policy' : `Edit the policy ${base.id}`}
      verb={base === null ? 'Create' : 'Save'}
      action={save}
      problem={rest ?? loadNewest.problem}
      onClose={onClose}
    >
      <div class="fields">
        <TextField
          label="Name"
          value={draft.name}
          onChange={name => change({ name })}
          problem={said('name')}
          input={{ required: true, maxLength: 200 }}
        />
        <TextField
          label="Id"
          value={draft.id}
          onChange={id => change({ id })}
          hint={base === null ? 'Letters, digits and _ . : - ; it stays as it is.' : 'It stays as it is.'}
          problem={said('id')}
          input={{ required: true, maxLength: 100, readOnly: base !== null }}
        />
        <TextField
          label="Threshold"
          value={draft.threshold}
          onChange={threshold => change({ threshold })}
          hint="In the base currency, e.g. 1000 or 999.50. Exactly it is not yet above it."
          problem={said('threshold')}
          input={{ required: true, inputMode: 'decimal' }}
        />
        <TextField
          label="Event types"
          value={draft.eventTypes}
          onChange={eventTypes => change({ eventTypes })}
          hint="Whose amounts count, with commas between them."
          problem={said('eventTypes')}
          input={{ required: true }}
        />
        <DurationField
          label="Window"
          value={draft.window}
          onChange={window => change({ window })}
          hint="How long amounts are summed: a multiple of the slide, at most 24 hours."
          problem={said('window')}
        />
        <DurationField
          label="Slide"
          value={draft.slide}
          onChange={slide => change({ slide })}
          hint="How far apart windows begin: a multiple of 5 minutes."
          problem={said('slide')}
        />
      </div>
      <CheckField label="Enabled" checked={draft.enabled} onChange={enabled => change({ enabled })} />
      <p class="muted small">
        A change takes effect with the next batch of events, on every node. Players already above the threshold, in
        windows under way, get their entry then. Entries that were made stay.
      </p>
      {isConflict && <Conflict base={base} load={loadNewest} />}
    </FormDialog>
  )
}

interface ConflictProps {
  readonly base: PolicyLineFragment | null
  readonly load: Action<[]>
}

/** Somebody was faster: nothing of theirs is overwritten unseen. */
function Conflict({ base, load }: ConflictProps) {
  return (
    <div class="admin-conflict stack tight" role="alert">
      <p>
        {base === null
          ? 'There is a policy with this id already, so nothing was saved. Choose another id, or edit that policy.'
          : `Somebody has saved this policy since you opened version ${base.version}, so nothing of yours was saved. Load what stands now, and make your change again.`}
      </p>
      <div class="row">
        <button type="button" disabled={load.busy} onClick={() => void load.run()}>
          {base === null ? 'Edit that policy' : 'Load what stands now'}
        </button>
      </div>
    </div>
  )
}

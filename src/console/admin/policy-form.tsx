import { useState } from 'preact/hooks'
import { Problem } from '../api/problem'
import { request } from '../api/request'
import { type Action, useAction } from '../api/use-action'
import { FormDialog } from '../parts/form-dialog'
import { fieldProblems } from '../parts/form-dialog-problems'
import { notify } from '../parts/notices'
import { withDurationsInWords } from './durations'
import { type PolicyLineFragment, SaveVipPolicyDocument, VipPoliciesDocument } from './policies.generated'
import { draftOf, inputOf, type PolicyDraft } from './policy-draft'
import { POLICY_FIELDS, type PolicyField, PolicyFields } from './policy-fields'

interface PolicyFormProps {
  /** Null: a new one. */
  readonly policy: PolicyLineFragment | null
  readonly onClose: () => void
  readonly onSaved: () => void
}

const AMOUNT = /^\d{1,13}(\.\d{1,4})?$/

export function PolicyForm({ policy, onClose, onSaved }: PolicyFormProps) {
  const [base, setBase] = useState(policy)
  const [draft, setDraft] = useState(() => draftOf(policy))
  const save = useAction(async () => {
    if (!AMOUNT.test(draft.threshold.trim())) {
      throw new Problem('BAD_USER_INPUT', 'Must be an amount such as 1000 or 999.50.', { field: 'threshold' })
    }
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
  const { at, rest } = fieldProblems(isConflict ? null : save.problem, POLICY_FIELDS)
  const said = (field: PolicyField) => {
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
      <PolicyFields draft={draft} onChange={change} isNew={base === null} problemAt={said} />
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

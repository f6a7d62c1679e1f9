import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { TextField } from './field'
import { FormDialog } from './form-dialog'
import { fieldProblems } from './form-dialog-problems'
import { notify } from './notices'
import { LiftSuppressionDocument, type SuppressionLineFragment } from './suppression.generated'

interface LiftDialogProps {
  readonly playerId: string
  readonly suppression: SuppressionLineFragment
  readonly onClose: () => void
  readonly onChanged: () => void
}

export function LiftDialog({ playerId, suppression, onClose, onChanged }: LiftDialogProps) {
  const [reason, setReason] = useState('')
  const lift = useAction(async () => {
    await request(LiftSuppressionDocument, { playerId, reason })
    notify(`The suppression of ${playerId} is lifted.`)
    onChanged()
  })
  const { at, rest } = fieldProblems(lift.problem, ['reason'])
  return (
    <FormDialog
      title={`Lift the suppression of ${playerId}?`}
      verb="Lift"
      danger
      action={lift}
      problem={rest}
      onClose={onClose}
    >
      <p>
        {playerId} is suppressed because of: <q>{suppression.reason}</q>
      </p>
      <p>
        From the next batch of events on the player is treated as any other and can be addressed again. What was
        withheld stays withheld.
      </p>
      <TextField
        label="Reason"
        value={reason}
        onChange={setReason}
        hint="Why it is lifted. It stands in the audit log."
        problem={at('reason')}
        input={{ required: true, maxLength: 500, placeholder: 'e.g. the exclusion was withdrawn' }}
      />
    </FormDialog>
  )
}

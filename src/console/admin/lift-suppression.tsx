import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { TextField } from '../parts/field'
import { notify } from '../parts/notices'
import { fieldProblems } from './field-problems'
import { FormDialog } from './form-dialog'
import type { SuppressedPlayer } from './suppressions'
import { LiftSuppressionDocument } from './suppressions.generated'

interface LiftSuppressionProps {
  readonly player: SuppressedPlayer
  readonly onClose: () => void
  readonly onChanged: () => void
}

export function LiftSuppression({ player: { id, suppression }, onClose, onChanged }: LiftSuppressionProps) {
  const [reason, setReason] = useState('')
  const lift = useAction(async () => {
    await request(LiftSuppressionDocument, { playerId: id, reason })
    notify(`The suppression of ${id} is lifted.`)
    onChanged()
  })
  const { at, rest } = fieldProblems(lift.problem, ['reason'])
  return (
    <FormDialog
      title={`Lift the suppression of ${id}?`}
      verb="Lift"
      danger
      action={lift}
      problem={rest}
      onClose={onClose}
    >
      <p>
        {id} is suppressed because of: <q>{suppression?.reason}</q>
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
        input={{ required: true, maxLength: 500 }}
      />
    </FormDialog>
  )
}

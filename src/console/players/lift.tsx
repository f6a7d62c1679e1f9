import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { TextField } from '../parts/field'
import { notify } from '../parts/notices'
import { LiftSuppressionDocument } from './players.generated'

const REASON_MAX = 500

interface LiftProps {
  readonly playerId: string
  readonly onDone: () => void
}

export function LiftButton(props: LiftProps) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        Lift the suppression
      </button>
      {isAsking && <Lift {...props} onClose={() => setAsking(false)} />}
    </>
  )
}

function Lift({ playerId, onDone, onClose }: LiftProps & { readonly onClose: () => void }) {
  const [reason, setReason] = useState('')
  const action = useAction(async () => {
    await request(LiftSuppressionDocument, { playerId, reason })
    notify(`The suppression of ${playerId} has been lifted.`)
    onDone()
  })
  return (
    <Confirm title={`Lift the suppression of ${playerId}?`} verb="Lift it" action={action} onClose={onClose}>
      <p>
        From now on campaigns, ticket milestones and prizes reach the player again. What was withheld meanwhile stays
        withheld.
      </p>
      <div class="fields">
        <TextField
          label="Reason"
          value={reason}
          onChange={setReason}
          hint="Kept in the audit log."
          input={{ required: true, maxLength: REASON_MAX, placeholder: 'e.g. the exclusion was withdrawn' }}
        />
      </div>
    </Confirm>
  )
}

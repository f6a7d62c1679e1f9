import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { TextField } from '../parts/field'
import { notify } from '../parts/notices'
import { instantOfInput, localInput } from '../parts/times'
import { type PlayerLineFragment, SuppressPlayerDocument } from './players.generated'

const REASON_MAX = 500

interface SuppressProps {
  readonly playerId: string
  /** The one in force, whose reason and end are changed then. */
  readonly suppression: PlayerLineFragment['suppression']
  readonly onDone: () => void
}

export function SuppressButton(props: SuppressProps) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        {props.suppression === null ? 'Suppress' : 'Change reason or end'}
      </button>
      {isAsking && <Suppress {...props} onClose={() => setAsking(false)} />}
    </>
  )
}

function Suppress({ playerId, suppression, onDone, onClose }: SuppressProps & { readonly onClose: () => void }) {
  const [reason, setReason] = useState(suppression?.reason ?? '')
  const [until, setUntil] = useState(localInput(suppression?.until ?? null))
  const action = useAction(async () => {
    await request(SuppressPlayerDocument, { playerId, reason, until: instantOfInput(until) })
    notify(suppression === null ? `${playerId} is suppressed.` : `The suppression of ${playerId} has been changed.`)
    onDone()
  })
  return (
    <Confirm
      title={suppression === null ? `Suppress ${playerId}?` : `Change the suppression of ${playerId}?`}
      verb={suppression === null ? 'Suppress' : 'Save'}
      danger={suppression === null}
      action={action}
      onClose={onClose}
    >
      <p>
        As long as it holds, the player gets no trigger, no ticket milestone and no prize, and nothing pending is sent.
        VIP entries are recorded and not delivered. What is withheld is not made up for later.
      </p>
      <div class="fields">
        <TextField
          label="Reason"
          value={reason}
          onChange={setReason}
          hint="Kept in the audit log."
          input={{ required: true, maxLength: REASON_MAX, placeholder: 'e.g. self-exclusion' }}
        />
        <TextField
          label="Until"
          value={until}
          onChange={setUntil}
          hint="Leave it empty: until it is lifted."
          input={{ type: 'datetime-local' }}
        />
      </div>
    </Confirm>
  )
}

import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { TextField } from './field'
import { FormDialog } from './form-dialog'
import { fieldProblems } from './form-dialog-problems'
import { notify } from './notices'
import { type SuppressionLineFragment, SuppressPlayerDocument } from './suppression.generated'
import { instantTyped, localInput } from './times'

interface SuppressDialogProps {
  /** Null: of anybody, whose id is asked for. */
  readonly playerId: string | null
  /** The one in force, which gets another reason or end; null: there is none. */
  readonly suppression: SuppressionLineFragment | null
  readonly onClose: () => void
  readonly onChanged: () => void
}

const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone

export function SuppressDialog({ playerId, suppression, onClose, onChanged }: SuppressDialogProps) {
  // As it stood when the form was opened: the page behind it renews itself.
  const [before] = useState(suppression)
  const [typedId, setTypedId] = useState('')
  const [reason, setReason] = useState(before?.reason ?? '')
  const [until, setUntil] = useState(() => localInput(before?.until ?? null))
  const id = playerId ?? typedId
  const suppress = useAction(async () => {
    await request(SuppressPlayerDocument, { playerId: id, reason, until: instantTyped(until, before?.until ?? null) })
    notify(before === null ? `${id} is suppressed.` : `The suppression of ${id} is changed.`)
    onChanged()
  })
  const { at, rest } = fieldProblems(suppress.problem, playerId === null ? ['playerId', ...FIELDS] : FIELDS)
  return (
    <FormDialog
      title={before === null ? `Suppress ${playerId ?? 'a player'}?` : `Change the suppression of ${id}?`}
      verb={before === null ? 'Suppress' : 'Save'}
      danger={before === null}
      action={suppress}
      problem={rest}
      onClose={onClose}
    >
      <p>
        From this moment on nothing leaves the system for the player: no trigger, milestone or prize is made, and what
        waits is not sent. VIP entries are recorded and marked, and not delivered. What is withheld is not made up for
        later.
      </p>
      {playerId === null && (
        <TextField
          label="Player id"
          value={typedId}
          onChange={setTypedId}
          hint="Also of a player who has never been seen."
          problem={at('playerId')}
          input={{ required: true, maxLength: 200 }}
        />
      )}
      <TextField
        label="Reason"
        value={reason}
        onChange={setReason}
        hint="It stands in the audit log."
        problem={at('reason')}
        input={{ required: true, maxLength: 500, placeholder: 'e.g. self-exclusion' }}
      />
      <TextField
        label="Until"
        value={until}
        onChange={setUntil}
        hint={`In your time zone, ${ZONE}. Leave it empty to have it hold until somebody lifts it.`}
        problem={at('until')}
        input={{ type: 'datetime-local' }}
      />
    </FormDialog>
  )
}

const FIELDS = ['reason', 'until'] as const

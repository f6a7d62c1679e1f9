import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { TextField } from '../parts/field'
import { notify } from '../parts/notices'
import { instantOfInput, localInput } from '../parts/times'
import { fieldProblems } from './field-problems'
import { FormDialog } from './form-dialog'
import type { SuppressedPlayer } from './suppressions'
import { SuppressPlayerDocument } from './suppressions.generated'

interface SuppressPlayerProps {
  /** Who is suppressed already and gets another reason or end; null: anybody. */
  readonly player: SuppressedPlayer | null
  readonly onClose: () => void
  readonly onChanged: () => void
}

const FIELDS = ['playerId', 'reason', 'until'] as const

export function SuppressPlayer({ player, onClose, onChanged }: SuppressPlayerProps) {
  const [playerId, setPlayerId] = useState(player?.id ?? '')
  const [reason, setReason] = useState(player?.suppression?.reason ?? '')
  const [until, setUntil] = useState(() => localInput(player?.suppression?.until ?? null))
  const suppress = useAction(async () => {
    await request(SuppressPlayerDocument, { playerId, reason, until: instantOfInput(until) })
    notify(player === null ? `${playerId} is suppressed.` : `The suppression of ${playerId} is changed.`)
    onChanged()
  })
  const { at, rest } = fieldProblems(suppress.problem, FIELDS)
  return (
    <FormDialog
      title={player === null ? 'Suppress a player?' : `Change the suppression of ${player.id}?`}
      verb={player === null ? 'Suppress' : 'Save'}
      danger={player === null}
      action={suppress}
      problem={rest}
      onClose={onClose}
    >
      <p>
        From this moment on nothing leaves the system for the player: no trigger, milestone or prize is made, and what
        waits is not sent. VIP entries are recorded and marked, and not delivered. What is withheld is not made up for
        later.
      </p>
      <TextField
        label="Player id"
        value={playerId}
        onChange={setPlayerId}
        hint={player === null && 'Also of a player who has never been seen.'}
        problem={at('playerId')}
        input={{ required: true, maxLength: 200, readOnly: player !== null }}
      />
      <TextField
        label="Reason"
        value={reason}
        onChange={setReason}
        hint="It stands in the audit log."
        problem={at('reason')}
        input={{ required: true, maxLength: 500 }}
      />
      <TextField
        label="Until"
        value={until}
        onChange={setUntil}
        hint="In your time zone. Leave it empty to have it hold until somebody lifts it."
        problem={at('until')}
        input={{ type: 'datetime-local' }}
      />
    </FormDialog>
  )
}

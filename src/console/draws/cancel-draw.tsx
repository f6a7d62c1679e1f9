import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { TextField } from '../parts/field'
import { notify } from '../parts/notices'
import { countText } from '../parts/numbers'
import type { DrawActionProps } from './draw-action'
import { CancelDrawDocument } from './draws.generated'

export function CancelDraw({ draw, onDone, onClose }: DrawActionProps) {
  const [reason, setReason] = useState('')
  const action = useAction(async () => {
    await request(CancelDrawDocument, { id: draw.id, reason: reason.trim() })
    notify(`“${draw.name}” is cancelled.`)
    onDone()
  })
  return (
    <Confirm title={`Cancel “${draw.name}”?`} verb="Cancel the draw for good" action={action} onClose={onClose}>
      <p>
        Nobody will win anything: {countText(draw.ticketsTotal)} tickets of {countText(draw.playersTotal)} players
        become worthless. This cannot be taken back, and the draw's id stays taken.
      </p>
      <TextField
        label="Reason"
        hint="Public: players see it."
        value={reason}
        onChange={setReason}
        input={{ required: true, maxLength: 500, pattern: '.*\\S.*' }}
      />
    </Confirm>
  )
}

import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { notify } from '../parts/notices'
import { type DrawFactsFragment, OptInToDrawDocument } from './draws.generated'

interface OptInProps {
  readonly draw: DrawFactsFragment
  readonly playerId: string
  readonly onDone: () => void
}

export function OptIn({ draw, playerId, onDone }: OptInProps) {
  const [open, setOpen] = useState(false)
  const action = useAction(async () => {
    await request(OptInToDrawDocument, { drawId: draw.id, playerId })
    notify(`${playerId} takes part from now on.`)
    onDone()
  })
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Opt in
      </button>
      {open && (
        <Confirm
          title={`Opt ${playerId} in`}
          verb="Opt the player in"
          danger={false}
          action={action}
          onClose={() => setOpen(false)}
        >
          <p>
            From this moment on the player's stakes become tickets in “{draw.name}”; earlier ones do not count. It
            cannot be undone. Do it only where the player has agreed to take part.
          </p>
        </Confirm>
      )}
    </>
  )
}

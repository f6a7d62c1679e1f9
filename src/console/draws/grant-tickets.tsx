import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { TextField } from '../parts/field'
import { notify } from '../parts/notices'
import { counted } from './draw-words'
import { type DrawFactsFragment, GrantDrawTicketsDocument } from './draws.generated'
import { refusalAt } from './refusal'

interface PlayersPart {
  readonly draw: DrawFactsFragment
  readonly playerId: string
  readonly onDone: () => void
}

export function GrantTickets(props: PlayersPart) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Grant tickets
      </button>
      {open && <Grant {...props} onClose={() => setOpen(false)} />}
    </>
  )
}

function Grant({ draw, playerId, onDone, onClose }: PlayersPart & { readonly onClose: () => void }) {
  const [tickets, setTickets] = useState('1')
  const [source, setSource] = useState('')
  // One dialog is one grant: sent again after a lost answer it counts once.
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const action = useAction(async () => {
    const input = { drawId: draw.id, playerId, tickets: Number(tickets), source: source.trim(), idempotencyKey }
    await request(GrantDrawTicketsDocument, { input })
    notify(`${playerId} has been granted ${counted(Number(tickets), 'ticket')}.`)
    onDone()
  })
  const atTickets = refusalAt(action.problem, 'tickets')
  const atSource = refusalAt(action.problem, 'source')
  return (
    <Confirm
      title={`Grant tickets to ${playerId}`}
      verb="Grant them"
      danger={false}
      action={action}
      saidAtField={atTickets !== null || atSource !== null}
      onClose={onClose}
    >
      <p>
        They count at once in “{draw.name}”, beside those that are staked for, and may reach milestones. Granted tickets
        cannot be taken back.
      </p>
      <TextField
        label="Tickets"
        value={tickets}
        onChange={setTickets}
        input={{ type: 'number', min: 1, max: 1_000_000, step: 1, required: true }}
        problem={atTickets}
      />
      <TextField
        label="What for"
        hint="E.g. “mission 7”. It is kept with the grant."
        value={source}
        onChange={setSource}
        input={{ required: true, maxLength: 200, pattern: '.*\\S.*' }}
        problem={atSource}
      />
    </Confirm>
  )
}

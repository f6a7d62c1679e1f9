import { useEffect, useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { TextField } from '../parts/field'
import { Refusal } from '../parts/states'
import { ExplainTriggerDocument, type ExplainTriggerQuery } from './campaigns.generated'
import { Gates, Verdict } from './explanation'

interface WhyNotProps {
  readonly campaignId: string
  /** From the address: the event, its player, its time. */
  readonly asked: readonly string[]
}

const INSTANT = /^\s*$|^\s*\d{4}-\d\d-\d\dT\d\d:\d\d/

/** Why an event triggered nothing: the first gate that stopped it. */
export function WhyNot({ campaignId, asked: [event = '', player = '', time = ''] }: WhyNotProps) {
  const [eventId, setEventId] = useState(event)
  const [playerId, setPlayerId] = useState(player)
  const [occurredAt, setOccurredAt] = useState(time)
  const [found, setFound] = useState<ExplainTriggerQuery['explainTrigger'] | null>(null)
  const action = useAction(async () => {
    setFound(null)
    const address = { playerId: playerId.trim() || null, occurredAt: occurredAt.trim() || null }
    setFound(
      (await request(ExplainTriggerDocument, { campaignId, eventId: eventId.trim(), ...address })).explainTrigger,
    )
  })
  useEffect(() => {
    if (event !== '') void action.run()
  }, [])
  const submit = (submitted: SubmitEvent) => {
    submitted.preventDefault()
    void action.run()
  }
  const timeProblem = INSTANT.test(occurredAt) ? null : 'Must be as in the hint.'
  return (
    <section class="card stack" aria-labelledby="why-title">
      <h2 id="why-title">Why did an event not trigger it?</h2>
      <form class="stack" onSubmit={submit}>
        <div class="why-asked">
          <TextField label="Event id" value={eventId} onChange={setEventId} input={{ required: true }} />
          <TextField
            label="Player (optional)"
            hint="Finds the event faster, and the right one of several."
            value={playerId}
            onChange={setPlayerId}
          />
          <TextField
            label="Time of the event (optional)"
            hint="Exact, e.g. 2026-11-20T14:30:00.000Z"
            value={occurredAt}
            onChange={setOccurredAt}
            problem={timeProblem}
          />
        </div>
        <div class="row">
          <button type="submit" class="primary" disabled={action.busy || timeProblem !== null}>
            {action.busy ? 'Looking ...' : 'Explain'}
          </button>
        </div>
        <Refusal problem={action.problem} />
      </form>
      <p role="status">{action.busy ? 'Looking ...' : found !== null && <Verdict found={found} />}</p>
      {found !== null && <Gates found={found} />}
    </section>
  )
}

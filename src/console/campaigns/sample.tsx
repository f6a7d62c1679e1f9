import { Amount } from '../parts/amount'
import { Time } from '../parts/time'
import { href } from '../shell/route'
import type { SampleEventFragment } from './campaigns.generated'

interface SampleProps {
  readonly event: SampleEventFragment
  /** Whose trigger it may be; null where it is not saved yet. */
  readonly campaignId: string | null
  readonly open: boolean
}

/** What of an event stands in its summary, or below as JSON. */
const ELSEWHERE: ReadonlySet<string> = new Set(['eventId', 'playerId', 'occurredAt', 'data', 'context', 'extra'])

/** One stored event, to be opened: its fields as a filter names them, and what came as JSON. */
export function Sample({ event, campaignId, open }: SampleProps) {
  const fields = Object.entries(event).filter(([name, value]) => value !== null && !ELSEWHERE.has(name))
  return (
    <details class="sample" open={open}>
      <summary>
        <Time at={event.occurredAt} seconds /> <strong>{event.playerId}</strong>{' '}
        <span class="muted">
          {event.eventType} <Amount value={event.amount} />
        </span>
      </summary>
      <div class="stack tight">
        <p class="small row">
          <span class="mono sample-id">{event.eventId}</span>
          <a href={href('players', event.playerId)}>The player</a>
          {campaignId !== null && (
            <a href={href('campaigns', campaignId, 'why', event.eventId, event.playerId, event.occurredAt)}>
              Did it trigger?
            </a>
          )}
        </p>
        <dl class="sample-fields">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
        </dl>
        <Json name="data" value={event.data} />
        <Json name="context" value={event.context} />
        <Json name="extra" value={event.extra} />
      </div>
    </details>
  )
}

function Json({ name, value }: { readonly name: string; readonly value: unknown }) {
  if (value === null) return null
  return (
    <figure class="sample-json">
      <figcaption class="small muted">{name}</figcaption>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </figure>
  )
}

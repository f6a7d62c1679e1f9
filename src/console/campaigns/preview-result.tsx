import { countText } from '../parts/numbers'
import type { PreviewCampaignQuery } from './campaigns.generated'
import { Sample } from './sample'

interface PreviewResultProps {
  readonly preview: PreviewCampaignQuery['previewCampaign']
  /** The filter has been changed since. */
  readonly isOutdated: boolean
  readonly campaignId: string | null
}

export function PreviewResult({ preview, isOutdated, campaignId }: PreviewResultProps) {
  const { eventsScanned, matches, players, filterErrors, firstError, truncated, samples } = preview
  const share = eventsScanned === 0 ? null : `${((100 * matches) / eventsScanned).toFixed(1)} % of them`
  return (
    <div class="stack tight">
      {isOutdated && <p class="campaign-warning">The rules above have changed since: preview again.</p>}
      <dl class="facts">
        <Fact name="Events" value={countText(eventsScanned)} />
        <Fact name="Matches" value={countText(matches)} note={share} />
        <Fact name="Players" value={countText(players)} />
        <Fact name="Errors" value={countText(filterErrors)} />
      </dl>
      {eventsScanned === 0 && (
        <p class="muted">There are no such events in this time. Are the game and the event name right to the letter?</p>
      )}
      {firstError !== null && (
        <p class="problem">
          First error: <span class="mono">{firstError}</span>
        </p>
      )}
      {truncated && (
        <p class="campaign-warning">
          There are more events than could be looked at: the figures are of those that were. Choose a shorter time.
        </p>
      )}
      {samples.length > 0 && (
        <>
          <h3>The earliest matches</h3>
          <ul class="samples">
            {samples.map((event, i) => (
              <li key={`${event.playerId}/${event.eventId}`}>
                <Sample event={event} campaignId={campaignId} open={i === 0} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

interface FactProps {
  readonly name: string
  readonly value: string
  readonly note?: string | null
}

function Fact({ name, value, note = null }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {note !== null && <span class="muted small"> {note}</span>}
      </dd>
    </div>
  )
}

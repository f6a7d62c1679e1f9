import { Badge } from '../parts/badge'
import { countText } from '../parts/numbers'
import { Time } from '../parts/time'
import { useCan } from '../session/session'
import { LiftButton } from './lift'
import type { PlayerHeadQuery, PlayerLineFragment } from './players.generated'
import { SuppressButton } from './suppress'

interface PlayerHeadProps {
  readonly player: NonNullable<PlayerHeadQuery['player']>
  readonly onChanged: () => void
}

/** Who it is, and whether anything may be sent. */
export function PlayerHead({ player, onChanged }: PlayerHeadProps) {
  const maySuppress = useCan('crm')
  const { id, suppression, day } = player
  return (
    <section class="card stack tight" aria-labelledby="player-title">
      <div class="row between">
        <div class="row">
          <h1 id="player-title" class="player-id">
            {id}
          </h1>
          {suppression !== null && <Badge tone="warn">suppressed</Badge>}
        </div>
        {maySuppress && (
          <div class="row">
            <SuppressButton playerId={id} suppression={suppression} onDone={onChanged} />
            {suppression !== null && <LiftButton playerId={id} onDone={onChanged} />}
          </div>
        )}
      </div>
      {suppression !== null && <SuppressionNote suppression={suppression} />}
      <dl class="facts">
        <div>
          <dt>First seen</dt>
          <dd>
            <Time at={player.firstSeenAt} />
          </dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>
            <Time at={player.lastSeenAt} />
          </dd>
        </div>
        <div>
          <dt>Events in 24 h</dt>
          <dd>{countText(day.eventCount)}</dd>
        </div>
      </dl>
    </section>
  )
}

interface SuppressionNoteProps {
  readonly suppression: NonNullable<PlayerLineFragment['suppression']>
}

function SuppressionNote({ suppression: { reason, by, since, until } }: SuppressionNoteProps) {
  return (
    <div class="player-suppressed">
      <p>
        <strong>{reason}</strong>
      </p>
      <p class="small">
        By {by}, since <Time at={since} />,{' '}
        {until === null ? (
          'until it is lifted'
        ) : (
          <>
            until <Time at={until} />
          </>
        )}
        . No trigger, milestone or prize is created, and nothing is sent.
      </p>
    </div>
  )
}

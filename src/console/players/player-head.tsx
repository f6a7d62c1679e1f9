import { Badge } from '../parts/badge'
import { Fact } from '../parts/fact'
import { countText } from '../parts/numbers'
import type { SuppressionLineFragment } from '../parts/suppression.generated'
import { Time } from '../parts/time'
import { useCan } from '../session/session'
import type { PlayerHeadQuery } from './players.generated'
import { LiftButton, SuppressButton } from './suppression-buttons'

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
            <SuppressButton playerId={id} suppression={suppression} onChanged={onChanged} />
            {suppression !== null && <LiftButton playerId={id} suppression={suppression} onChanged={onChanged} />}
          </div>
        )}
      </div>
      {suppression !== null && <SuppressionNote suppression={suppression} />}
      <dl class="facts">
        <Fact name="First seen">
          <Time at={player.firstSeenAt} />
        </Fact>
        <Fact name="Last seen">
          <Time at={player.lastSeenAt} />
        </Fact>
        <Fact name="Events in 24 h">{countText(day.eventCount)}</Fact>
      </dl>
    </section>
  )
}

function SuppressionNote({ suppression }: { readonly suppression: SuppressionLineFragment }) {
  const { reason, by, since, until } = suppression
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

import { useQuery } from '../api/use-query'
import { Empty, Failed, Loading } from '../parts/states'
import { useCan } from '../session/session'
import { href } from '../shell/route'
import { Activity } from './activity'
import { PlayerHead } from './player-head'
import { PlayerHeadDocument } from './players.generated'
import { SuppressButton } from './suppression-buttons'
import { Tickets } from './tickets'
import { Triggers } from './triggers'
import { PlayerVipEntries } from './vip-entries'

const EVERY_MS = 5_000

export function PlayerView({ id }: { readonly id: string }) {
  const { data, problem, reload } = useQuery(PlayerHeadDocument, { id }, { everyMs: EVERY_MS })
  const player = data?.player ?? null
  return (
    <div class="stack">
      <p class="small">
        <a href={href('players')}>All players</a>
      </p>
      {player === null && <h1 class="player-id">{id}</h1>}
      {problem !== null && <Failed what="The player cannot be shown." problem={problem} retry={reload} />}
      {data === null && problem === null && <Loading what="Loading the player" />}
      {data !== null && player === null && <Unknown id={id} onSuppressed={reload} />}
      {player !== null && (
        <>
          <PlayerHead player={player} onChanged={reload} />
          <Activity id={id} />
          <div class="columns">
            <PlayerVipEntries entries={player.vipEntries} />
            <Tickets playerId={id} />
          </div>
          <Triggers playerId={id} />
        </>
      )}
    </div>
  )
}

interface UnknownProps {
  readonly id: string
  readonly onSuppressed: () => void
}

/** Exclusion lists come before a player's first event. */
function Unknown({ id, onSuppressed }: UnknownProps) {
  const maySuppress = useCan('crm')
  return (
    <section class="card stack tight" aria-label="Not known">
      <Empty title="Nothing has come of this player yet">
        No event has this id. Ids are compared as they are written, capitals too.
        {maySuppress && ' The player can be suppressed already: then nothing is sent from the first event on.'}
      </Empty>
      {maySuppress && (
        <div class="row">
          <SuppressButton playerId={id} suppression={null} onChanged={onSuppressed} />
        </div>
      )}
    </section>
  )
}

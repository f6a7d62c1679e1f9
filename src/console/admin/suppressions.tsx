import { useState } from 'preact/hooks'
import { TextField } from '../parts/field'
import { LiftDialog } from '../parts/lift-dialog'
import { More } from '../parts/more'
import { Empty, Failed, Loading } from '../parts/states'
import { SuppressDialog } from '../parts/suppress-dialog'
import type { SuppressionLineFragment } from '../parts/suppression.generated'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { useSettled } from '../parts/use-settled'
import { useCan } from '../session/session'
import { href } from '../shell/route'
import { SuppressedPlayersDocument, type SuppressedPlayersQuery } from './suppressions.generated'
import { useKeptPages } from './use-kept-pages'

type SuppressedPlayer = SuppressedPlayersQuery['players']['nodes'][number]

type Doing =
  | { readonly what: 'add' }
  | { readonly what: 'change' | 'lift'; readonly playerId: string; readonly suppression: SuppressionLineFragment }

export function Suppressions() {
  const [typed, setTyped] = useState('')
  const idPrefix = useSettled(typed)
  const [doing, setDoing] = useState<Doing | null>(null)
  const mayEdit = useCan('crm')
  const pages = useKeptPages(
    SuppressedPlayersDocument,
    { idPrefix: idPrefix === '' ? null : idPrefix },
    data => data.players,
  )
  const { nodes, problem, loading, reload } = pages
  const close = () => setDoing(null)
  return (
    <section class="card stack tight" aria-labelledby="suppressions-title">
      <div class="row between">
        <h2 id="suppressions-title">Suppressed players</h2>
        {mayEdit && (
          <button type="button" class="primary" onClick={() => setDoing({ what: 'add' })}>
            Suppress a player
          </button>
        )}
      </div>
      <p class="muted">Nothing leaves the system for them: no trigger, no milestone, no prize, no VIP entry.</p>
      <div class="row admin-filter">
        <TextField label="Player id begins with" value={typed} onChange={setTyped} input={{ type: 'search' }} />
      </div>
      {problem !== null && <Failed what="The suppressions cannot be shown." problem={problem} retry={reload} />}
      {nodes.length === 0 && loading && <Loading what="Loading the suppressed players" />}
      {nodes.length === 0 && !loading && problem === null && (
        <Empty
          title={idPrefix === '' ? 'No player is suppressed' : `No suppressed player's id begins with ${idPrefix}`}
        >
          {idPrefix === ''
            ? 'Players who exclude themselves, or must not be addressed, belong here.'
            : 'Capital and small letters differ.'}
        </Empty>
      )}
      {nodes.length > 0 && (
        <>
          <Table
            caption="Suppressed players"
            columns={mayEdit ? [...COLUMNS, actionsColumn(setDoing)] : COLUMNS}
            rows={nodes}
            keyOf={({ id }) => id}
            minWidth="64rem"
          />
          <More pages={pages} what="suppressed players, by id" />
        </>
      )}
      {doing?.what === 'add' && (
        <SuppressDialog playerId={null} suppression={null} onClose={close} onChanged={reload} />
      )}
      {doing?.what === 'change' && <SuppressDialog {...doing} onClose={close} onChanged={reload} />}
      {doing?.what === 'lift' && <LiftDialog {...doing} onClose={close} onChanged={reload} />}
    </section>
  )
}

const COLUMNS: readonly Column<SuppressedPlayer>[] = [
  { title: 'Player', width: '12rem', cell: ({ id }) => <a href={href('players', id)}>{id}</a> },
  { title: 'Reason', cell: ({ suppression }) => <span class="admin-wrap">{suppression?.reason}</span> },
  { title: 'Since', width: '10rem', cell: ({ suppression }) => <Time at={suppression?.since ?? null} /> },
  {
    title: 'Until',
    width: '10rem',
    cell: ({ suppression }) =>
      suppression?.until == null ? <span class="muted">no end</span> : <Time at={suppression.until} />,
  },
  { title: 'By', width: '9rem', cell: ({ suppression }) => <span title={suppression?.by}>{suppression?.by}</span> },
]

const actionsColumn = (act: (doing: Doing) => void): Column<SuppressedPlayer> => ({
  title: 'Actions',
  width: '10rem',
  // It may have ended since it was read.
  cell: ({ id: playerId, suppression }) =>
    suppression !== null && (
      <div class="admin-actions">
        <button type="button" class="admin-small" onClick={() => act({ what: 'change', playerId, suppression })}>
          Change<span class="unseen"> {playerId}</span>
        </button>
        <button type="button" class="admin-small" onClick={() => act({ what: 'lift', playerId, suppression })}>
          Lift<span class="unseen"> {playerId}</span>
        </button>
      </div>
    ),
})

import { useState } from 'preact/hooks'
import { usePages } from '../api/use-pages'
import { Badge } from '../parts/badge'
import { SelectField, TextField } from '../parts/field'
import { More } from '../parts/more'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { useSettled } from '../parts/use-settled'
import { go, href } from '../shell/route'
import { type PlayerLineFragment, PlayerSearchDocument } from './players.generated'

const PAGE = 50

const STATES = [
  ['any', 'All players'],
  ['suppressed', 'Suppressed now'],
  ['free', 'Not suppressed'],
] as const

type State = (typeof STATES)[number][0]

/** Players by the beginning of their id. */
export function Search() {
  const [text, setText] = useState('')
  const [state, setState] = useState<State>('any')
  const idPrefix = useSettled(text.trim())
  const pages = usePages(
    PlayerSearchDocument,
    { idPrefix: idPrefix || null, suppressed: state === 'any' ? null : state === 'suppressed', first: PAGE },
    data => data.players,
  )
  const { nodes, problem, loading, reload } = pages
  const open = (event: SubmitEvent) => {
    event.preventDefault()
    if (text.trim() !== '') go('players', text.trim())
  }
  return (
    <div class="stack">
      <h1>Players</h1>
      <section class="card stack tight" aria-label="Search for players">
        <form class="row players-search" onSubmit={open}>
          <TextField
            label="Player id begins with"
            value={text}
            onChange={setText}
            input={{ type: 'search', placeholder: 'As written, e.g. player_0001' }}
          />
          <SelectField label="Show" value={state} options={STATES} onChange={setState} />
          <button type="submit" disabled={text.trim() === ''}>
            Open exactly this id
          </button>
        </form>
        {problem !== null && <Failed what="Players cannot be searched." problem={problem} retry={reload} />}
        {nodes.length === 0 && loading && <Loading what="Searching" />}
        {nodes.length === 0 && !loading && problem === null && (
          <Empty title="No player was found">
            Ids are compared as they are written, capitals too. A player who has not played yet can be opened by the
            exact id, to be suppressed.
          </Empty>
        )}
        {nodes.length > 0 && (
          <>
            <Table caption="Players, by id" columns={COLUMNS} rows={nodes} keyOf={row => row.id} minWidth="52rem" />
            <More pages={pages} what="players" />
          </>
        )}
      </section>
    </div>
  )
}

const COLUMNS: Column<PlayerLineFragment>[] = [
  { title: 'Player', width: '14rem', cell: ({ id }) => <a href={href('players', id)}>{id}</a> },
  { title: 'First seen', width: '11rem', cell: player => <Time at={player.firstSeenAt} /> },
  { title: 'Last seen', width: '11rem', cell: player => <Time at={player.lastSeenAt} /> },
  {
    title: 'State',
    cell: ({ suppression }) =>
      suppression !== null && (
        <span title={suppression.reason}>
          <Badge tone="warn">suppressed</Badge> {suppression.reason}
        </span>
      ),
  },
]

import { useState } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { countText } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { useCan } from '../session/session'
import { CreateInstantWin } from './create-instant-win'
import { InstantWinListDocument, type InstantWinLineFragment as Line } from './instant-wins.generated'

const EVERY_MS = 5_000

/** Prizes that a player wins at once, by playing. */
export function InstantWins() {
  const { data, problem, reload } = useQuery(InstantWinListDocument, {}, { everyMs: EVERY_MS })
  const [creating, setCreating] = useState(false)
  const mayCreate = useCan('admin')
  const wins = data?.instantWins ?? []
  return (
    <section class="card stack tight" aria-labelledby="instant-wins">
      <div class="row between">
        <h2 id="instant-wins">Instant wins</h2>
        {mayCreate && (
          <button type="button" onClick={() => setCreating(true)}>
            New instant win
          </button>
        )}
      </div>
      {problem !== null && data === null && (
        <Failed what="Instant wins cannot be shown." problem={problem} retry={reload} />
      )}
      {data === null && problem === null && <Loading what="Loading instant wins" />}
      {data !== null && wins.length === 0 && (
        <Empty title="There is no instant win yet">
          Each player plays once and is told at once what it has won, in an order that is fixed beforehand.
        </Empty>
      )}
      {wins.length > 0 && (
        <Table caption="Instant wins" columns={COLUMNS} rows={wins} keyOf={win => win.id} minWidth="54rem" />
      )}
      {creating && <CreateInstantWin onDone={reload} onClose={() => setCreating(false)} />}
    </section>
  )
}

const pieces = ({ prizes }: Line): number => prizes.reduce((sum, { quantity }) => sum + quantity, 0)

const COLUMNS: Column<Line>[] = [
  { title: 'Instant win', cell: win => <span title={`${win.name} (${win.id})`}>{win.name}</span> },
  { title: 'Starts', width: '11.5rem', cell: win => <Time at={win.startsAt} /> },
  { title: 'Ends', width: '11.5rem', cell: win => <Time at={win.endsAt} /> },
  {
    title: 'Hash of the seed',
    width: '11rem',
    cell: win => (
      <span class="mono" title={win.seedHash}>
        {win.seedHash}
      </span>
    ),
  },
  {
    title: 'Prizes left',
    width: '9rem',
    numeric: true,
    cell: win => `${countText(win.prizesLeft)} of ${countText(pieces(win))}`,
  },
]

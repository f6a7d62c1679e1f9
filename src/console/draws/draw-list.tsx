import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { DrawStatus } from '../api/schema.generated'
import { useQuery } from '../api/use-query'
import { Countdown } from '../parts/countdown'
import { countText } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { useCan } from '../session/session'
import { href } from '../shell/route'
import { isOver, NEW, waitingText } from './draw-words'
import { DrawListDocument, type DrawLineFragment as Line } from './draws.generated'

const EVERY_MS = 3_000
const SHOWN = 10

export function DrawList() {
  const { data, problem, reload } = useQuery(DrawListDocument, {}, { everyMs: EVERY_MS })
  const mayCreate = useCan('admin')
  const create = mayCreate && (
    <a class="button primary" href={href('draws', NEW)}>
      New draw
    </a>
  )
  return (
    <>
      <div class="row between">
        <h1>Draws</h1>
        {create}
      </div>
      {problem !== null && data === null && (
        <div class="card">
          <Failed what="The draws cannot be shown." problem={problem} retry={reload} />
        </div>
      )}
      {data === null && problem === null && (
        <div class="card">
          <Loading what="Loading the draws" />
        </div>
      )}
      {data?.draws.length === 0 && (
        <div class="card">
          <Empty title="There is no draw yet">
            In a draw, stakes become tickets, and tickets win prizes.{' '}
            {mayCreate ? 'Make the first one with “New draw”.' : 'An admin makes the first one.'}
          </Empty>
        </div>
      )}
      {data !== null &&
        GROUPS.map(group => <Group key={group.status} group={group} draws={drawsOf(group, data.draws)} />)}
    </>
  )
}

interface GroupOfDraws {
  readonly status: DrawStatus
  readonly title: string
  /** Of these draws alone, between the name and the counts. */
  readonly when: string
  readonly at: (draw: Line) => string | null
  readonly note: string
  readonly noteOf: (draw: Line) => ComponentChildren
}

const GROUPS: readonly GroupOfDraws[] = [
  {
    status: 'OPEN',
    title: 'Open',
    when: 'Draw time',
    at: draw => draw.drawsAt,
    note: 'Time left',
    noteOf: draw => <Countdown to={draw.drawsAt} over="drawn by hand only" />,
  },
  {
    status: 'CLOSING',
    title: 'Closing',
    when: 'Draw time',
    at: draw => draw.drawsAt,
    note: 'Waits for',
    noteOf: draw => waitingText(draw.waitingFor),
  },
  {
    status: 'SCHEDULED',
    title: 'Scheduled',
    when: 'Opens',
    at: draw => draw.opensAt,
    note: 'Opens in',
    noteOf: draw => <Countdown to={draw.opensAt} />,
  },
  {
    status: 'DRAWN',
    title: 'Drawn',
    when: 'Drawn',
    at: draw => draw.drawnAt,
    note: 'First prize',
    noteOf: draw => draw.prizes[0]?.name,
  },
  {
    status: 'CANCELLED',
    title: 'Cancelled',
    when: 'Draw time',
    at: draw => draw.drawsAt,
    note: 'Reason',
    noteOf: draw => <span title={draw.cancelReason ?? ''}>{draw.cancelReason}</span>,
  },
]

/** What comes next stands first; what is over stays as it comes, last created first. */
function drawsOf({ status, at }: GroupOfDraws, draws: readonly Line[]): readonly Line[] {
  const mine = draws.filter(draw => draw.status === status)
  return isOver(status) ? mine : mine.toSorted((a, b) => Date.parse(at(a) ?? '') - Date.parse(at(b) ?? ''))
}

function Group({ group, draws }: { readonly group: GroupOfDraws; readonly draws: readonly Line[] }) {
  const [all, setAll] = useState(false)
  if (draws.length === 0) return null
  const id = `draws-${group.status}`
  return (
    <section class="card stack tight" aria-labelledby={id}>
      <h2 id={id}>
        {group.title} <span class="muted number">{countText(draws.length)}</span>
      </h2>
      <Table
        caption={`${group.title} draws`}
        columns={columnsOf(group)}
        rows={all ? draws : draws.slice(0, SHOWN)}
        keyOf={draw => draw.id}
        minWidth="56rem"
      />
      {draws.length > SHOWN && !all && (
        <div class="more">
          <button type="button" onClick={() => setAll(true)}>
            Show all {countText(draws.length)}
          </button>
        </div>
      )}
    </section>
  )
}

const columnsOf = ({ when, at, note, noteOf }: GroupOfDraws): Column<Line>[] => [
  {
    title: 'Draw',
    cell: draw => (
      <a href={href('draws', draw.id)} title={`${draw.name} (${draw.id})`}>
        {draw.name}
      </a>
    ),
  },
  { title: when, width: '11.5rem', cell: draw => <Time at={at(draw)} /> },
  { title: note, width: '18rem', cell: noteOf },
  { title: 'Tickets', width: '7rem', numeric: true, cell: draw => countText(draw.ticketsTotal) },
  { title: 'Players', width: '6.5rem', numeric: true, cell: draw => countText(draw.playersTotal) },
]

import { useContext } from 'preact/hooks'
import { Badge } from '../parts/badge'
import { Fact } from '../parts/fact'
import { countText, seconds } from '../parts/numbers'
import { Empty, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { HealthContext } from '../shell/health'
import type { StreamHealthQuery } from '../shell/health.generated'

type Stream = StreamHealthQuery['streamHealth']['streams'][number]

export function Streams() {
  const { data } = useContext(HealthContext)
  const health = data?.streamHealth ?? null
  return (
    <section class="card stack tight" aria-labelledby="streams-title">
      <h2 id="streams-title">Streams</h2>
      {health === null && <Loading what="Loading the streams" />}
      {health !== null && (
        <dl class="facts">
          <Fact name="Rate">{countText(Math.round(health.eventsPerSecond))} events/s</Fact>
          <Fact name="Oldest waiting">{seconds(health.lagSeconds)}</Fact>
          <Fact name="Rejected">{countText(health.rejected)}</Fact>
          <Fact name="Storage">{health.engine}</Fact>
        </dl>
      )}
      {health !== null && health.streams.length === 0 && (
        <Empty title="No events have come in yet">
          Send some to <code>POST /events</code>, or with the mutation <code>ingestEvents</code>.
        </Empty>
      )}
      {health !== null && health.streams.length > 0 && (
        <Table
          caption="Progress of each stream"
          columns={COLUMNS}
          rows={health.streams}
          keyOf={row => row.stream}
          minWidth="46rem"
        />
      )}
    </section>
  )
}

const COLUMNS: Column<Stream>[] = [
  { title: 'Stream', cell: row => <span title={row.stream}>{row.stream}</span> },
  { title: 'Events', width: '6.5rem', numeric: true, cell: row => countText(row.events) },
  { title: 'Waiting', width: '5.5rem', numeric: true, cell: row => seconds(row.lagSeconds) },
  {
    title: 'Behind',
    width: '5.5rem',
    numeric: true,
    cell: row => (row.eventTimeLagSeconds === null ? '-' : seconds(Math.max(0, row.eventTimeLagSeconds))),
  },
  { title: 'Watermark', width: '10.5rem', cell: row => <Time at={row.watermark} seconds /> },
  { title: 'Last commit', width: '7rem', cell: row => <Time at={row.lastCommitAt} seconds /> },
  {
    title: 'State',
    width: '5.5rem',
    cell: row => (row.idle ? <Badge>idle</Badge> : <Badge tone="good">active</Badge>),
  },
]

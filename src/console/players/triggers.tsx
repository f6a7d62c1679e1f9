import { usePages } from '../api/use-pages'
import { Amount } from '../parts/amount'
import { More } from '../parts/more'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { href } from '../shell/route'
import { PlayerTriggersDocument, type PlayerTriggersQuery } from './players.generated'

type Trigger = PlayerTriggersQuery['campaignTriggers']['nodes'][number]

const PAGE = 15

export function Triggers({ playerId }: { readonly playerId: string }) {
  const pages = usePages(PlayerTriggersDocument, { playerId, first: PAGE }, data => data.campaignTriggers)
  const { nodes, problem, loading, reload } = pages
  return (
    <section class="card stack tight" aria-labelledby="triggers-title">
      <div class="row between">
        <h2 id="triggers-title">Campaign triggers</h2>
        <button type="button" onClick={reload} disabled={loading}>
          Look again
        </button>
      </div>
      {problem !== null && <Failed what="Triggers cannot be shown." problem={problem} retry={reload} />}
      {nodes.length === 0 && loading && <Loading what="Loading the triggers" />}
      {nodes.length === 0 && !loading && problem === null && (
        <Empty title="No campaign has been triggered by this player">
          A campaign's page tells why an event did not trigger it. <a href={href('campaigns')}>To the campaigns</a>
        </Empty>
      )}
      {nodes.length > 0 && (
        <>
          <Table
            caption="Campaign triggers of this player, newest first"
            columns={COLUMNS}
            rows={nodes}
            keyOf={trigger => trigger.id}
            minWidth="54rem"
          />
          <More pages={pages} what="triggers" />
        </>
      )}
    </section>
  )
}

const COLUMNS: Column<Trigger>[] = [
  { title: 'Triggered', width: '12.5rem', cell: trigger => <Time at={trigger.triggeredAt} seconds /> },
  {
    title: 'Campaign',
    cell: ({ campaignId }) => <a href={href('campaigns', campaignId)}>{campaignId}</a>,
  },
  { title: 'Version', width: '5rem', numeric: true, cell: trigger => trigger.campaignVersion },
  { title: 'Game', width: '11rem', cell: ({ event }) => event.game ?? '-' },
  {
    title: 'Event',
    width: '10rem',
    cell: ({ event }) => <span title={event.eventId}>{event.eventName ?? event.eventType}</span>,
  },
  { title: 'Amount', width: '7.5rem', numeric: true, cell: ({ event }) => <Amount value={event.amount} /> },
]

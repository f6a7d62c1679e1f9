import { useEffect } from 'preact/hooks'
import { useFeed } from '../api/use-feed'
import { useNewest } from '../api/use-newest'
import { Amount } from '../parts/amount'
import { LiveRows } from '../parts/live-rows'
import { Pause } from '../parts/pause'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { useLiveList } from '../parts/use-live-list'
import { href } from '../shell/route'
import { CampaignTriggeredDocument, NewestTriggersDocument, type TriggerLineFragment } from './campaigns.generated'

interface TriggersProps {
  /** Of one campaign; null: of all. */
  readonly campaignId: string | null
  readonly size: number
  readonly nameOf?: (campaignId: string) => string
}

/** The newest triggers, and each that comes, once. */
export function Triggers({ campaignId, size, nameOf = id => id }: TriggersProps) {
  const newest = useNewest(NewestTriggersDocument, { campaignId, first: size })
  const live = useLiveList<TriggerLineFragment>(size)
  const { data } = newest
  useEffect(() => {
    if (data !== null) live.start(data.campaignTriggers.nodes)
  }, [data])
  const lost = useFeed(
    CampaignTriggeredDocument,
    { campaignId },
    newest.start,
    update => update.campaignTriggered,
    live.add,
    newest.reload,
  )
  const { shown } = live.list
  return (
    <section class="card stack tight" aria-labelledby="triggers-title">
      <div class="row between">
        <h2 id="triggers-title">Newest triggers</h2>
        <Pause live={live} what="the triggers" />
      </div>
      {(newest.problem ?? lost) !== null && (
        <Failed what="Triggers cannot be shown." problem={newest.problem ?? lost} retry={newest.reload} />
      )}
      <div class="triggers" style={{ '--rows': size }}>
        {data === null && newest.problem === null && <Loading what="Loading triggers" />}
        {data !== null && shown.length === 0 && (
          <Empty title="Nothing has triggered yet">
            A line appears here at each event that a campaign's filter finds true, while the campaign is on.
          </Empty>
        )}
        {shown.length > 0 && (
          <LiveRows live={live}>
            <Table
              caption="Triggers, newest first"
              columns={campaignId === null ? [WHEN, campaign(nameOf), ...REST] : [WHEN, ...REST]}
              rows={shown}
              keyOf={(_, i) => i}
              minWidth={campaignId === null ? '66rem' : '54rem'}
              reserve={size}
            />
          </LiveRows>
        )}
      </div>
    </section>
  )
}

const WHEN: Column<TriggerLineFragment> = {
  title: 'Triggered',
  width: '11rem',
  cell: trigger => <Time at={trigger.triggeredAt} seconds />,
}

const campaign = (nameOf: (id: string) => string): Column<TriggerLineFragment> => ({
  title: 'Campaign',
  cell: ({ campaignId }) => (
    <a href={href('campaigns', campaignId)} title={campaignId}>
      {nameOf(campaignId)}
    </a>
  ),
})

const REST: readonly Column<TriggerLineFragment>[] = [
  { title: 'Player', width: '9rem', cell: ({ playerId }) => <a href={href('players', playerId)}>{playerId}</a> },
  {
    title: 'Event',
    cell: ({ event }) => (
      <span class="mono" title={event.eventId}>
        {event.eventId}
      </span>
    ),
  },
  { title: 'Amount', width: '7rem', numeric: true, cell: ({ event }) => <Amount value={event.amount} /> },
  { title: 'Happened', width: '11rem', cell: ({ event }) => <Time at={event.occurredAt} seconds /> },
  { title: 'Version', width: '5.5rem', numeric: true, cell: trigger => trigger.campaignVersion },
]

import { countText } from '../parts/numbers'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { href } from '../shell/route'
import type { CampaignStandingFragment } from './campaigns.generated'
import { StandingBadge } from './standing-badge'
import { SwitchCampaign } from './switch-campaign'

interface CampaignTableProps {
  readonly campaigns: readonly CampaignStandingFragment[]
  readonly maySave: boolean
  readonly onSwitched: () => void
}

export function CampaignTable({ campaigns, maySave, onSwitched }: CampaignTableProps) {
  const action: Column<CampaignStandingFragment> = {
    title: 'Switch',
    width: '8.5rem',
    cell: campaign => <SwitchCampaign campaign={campaign} onSwitched={onSwitched} />,
  }
  return (
    <Table
      caption="Campaigns, last saved first"
      columns={maySave ? [...COLUMNS, action] : COLUMNS}
      rows={campaigns}
      keyOf={({ id }) => id}
      minWidth="74rem"
    />
  )
}

const COLUMNS: readonly Column<CampaignStandingFragment>[] = [
  {
    title: 'Campaign',
    cell: ({ id, name, disabledReason }) => (
      <>
        <a href={href('campaigns', id)} title={name}>
          {name}
        </a>
        <div class="small cut muted" title={disabledReason ?? id}>
          {disabledReason === null ? id : <span class="problem">{disabledReason}</span>}
        </div>
      </>
    ),
  },
  { title: 'State', width: '8rem', cell: campaign => <StandingBadge campaign={campaign} /> },
  {
    title: 'Game and event',
    width: '10.5rem',
    cell: ({ game, eventName }) => (
      <>
        <div class="cut" title={game}>
          {game}
        </div>
        <div class="small cut muted" title={eventName}>
          {eventName}
        </div>
      </>
    ),
  },
  {
    title: 'From and to',
    width: '10.5rem',
    cell: ({ startsAt, endsAt }) => (
      <>
        <div>
          <Time at={startsAt} />
        </div>
        <div>
          <Time at={endsAt} />
        </div>
      </>
    ),
  },
  { title: 'Triggers', width: '6rem', numeric: true, cell: ({ stats }) => countText(stats.triggers) },
  { title: 'Players', width: '6rem', numeric: true, cell: ({ stats }) => countText(stats.players) },
  {
    title: 'Errors',
    width: '5rem',
    numeric: true,
    cell: ({ stats: { filterErrors, lastFilterError } }) => (
      <span class={filterErrors > 0 ? 'problem' : undefined} title={lastFilterError ?? undefined}>
        {countText(filterErrors)}
      </span>
    ),
  },
  { title: 'Last trigger', width: '8.5rem', cell: ({ stats }) => <Time at={stats.lastTriggeredAt} seconds /> },
]

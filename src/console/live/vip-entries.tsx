import { useEffect } from 'preact/hooks'
import { useFeed } from '../api/use-feed'
import { useNewest } from '../api/use-newest'
import { useQuery } from '../api/use-query'
import { Amount } from '../parts/amount'
import { Badge } from '../parts/badge'
import { LiveRows } from '../parts/live-rows'
import { countText } from '../parts/numbers'
import { Pause } from '../parts/pause'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { windowText } from '../parts/times'
import { useLiveList } from '../parts/use-live-list'
import { href } from '../shell/route'
import {
  NewestVipEntriesDocument,
  VipEnteredDocument,
  type VipEntryLineFragment,
  VipPolicyNamesDocument,
} from './live.generated'

const ROWS = 12

export function VipEntries() {
  const newest = useNewest(NewestVipEntriesDocument, { first: ROWS })
  const policies = useQuery(VipPolicyNamesDocument, {})
  const live = useLiveList<VipEntryLineFragment>(ROWS)
  const { data } = newest
  useEffect(() => {
    if (data !== null) live.start(data.vipEntries.nodes)
  }, [data])
  const lost = useFeed(VipEnteredDocument, {}, newest.start, update => update.vipEntered, live.add, newest.reload)
  const nameOf = (id: string) => policies.data?.vipPolicies.find(policy => policy.id === id)?.name ?? id
  const { shown } = live.list
  return (
    <section class="card stack tight" aria-labelledby="vip-title">
      <div class="row between">
        <h2 id="vip-title">VIP entries</h2>
        <Pause live={live} what="the VIP entries" />
      </div>
      {(newest.problem ?? lost) !== null && (
        <Failed what="VIP entries cannot be shown." problem={newest.problem ?? lost} retry={newest.reload} />
      )}
      {data === null && newest.problem === null && <Loading what="Loading VIP entries" />}
      <div class="live-entries">
        {data !== null && shown.length === 0 && (
          <Empty title="Nobody has become a VIP yet">
            An entry appears here at the bet that takes a player above a policy's threshold.{' '}
            <a href={href('admin', 'policies')}>See the policies</a>
          </Empty>
        )}
        {shown.length > 0 && (
          <LiveRows live={live}>
            <Table
              caption="VIP entries, newest first"
              columns={columns(nameOf)}
              rows={shown}
              keyOf={(_, i) => i}
              minWidth="54rem"
              reserve={ROWS}
            />
          </LiveRows>
        )}
      </div>
    </section>
  )
}

const columns = (nameOf: (policyId: string) => string): Column<VipEntryLineFragment>[] => [
  { title: 'Entered', width: '8rem', cell: entry => <Time at={entry.enteredAt} seconds /> },
  {
    title: 'Player',
    cell: ({ playerId, suppressed }) => (
      <>
        <a href={href('players', playerId)}>{playerId}</a> {suppressed && <Badge tone="warn">suppressed</Badge>}
      </>
    ),
  },
  { title: 'Amount', width: '9rem', numeric: true, cell: entry => <Amount value={entry.amount} /> },
  { title: 'Events', width: '5rem', numeric: true, cell: entry => countText(entry.eventCount) },
  {
    title: 'Window',
    width: '9.5rem',
    cell: ({ windowStart, windowEnd }) => (
      <span title={`${windowStart} - ${windowEnd}`}>{windowText(windowStart, windowEnd)}</span>
    ),
  },
  { title: 'Policy', width: '11rem', cell: entry => <span title={entry.policyId}>{nameOf(entry.policyId)}</span> },
]

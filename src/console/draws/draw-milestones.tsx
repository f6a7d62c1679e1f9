import { useMemo } from 'preact/hooks'
import { FeedHeadDocument } from '../api/feed.generated'
import { useFeed } from '../api/use-feed'
import { useQuery } from '../api/use-query'
import { LiveRows } from '../parts/live-rows'
import { countText } from '../parts/numbers'
import { Pause } from '../parts/pause'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { useLiveList } from '../parts/use-live-list'
import { href } from '../shell/route'
import { type DrawMilestoneFragment, DrawMilestoneReachedDocument } from './draws.generated'

const ROWS = 6

/** Milestones as players reach them, from the moment on that the page was opened. */
export function DrawMilestones({ drawId }: { readonly drawId: string }) {
  const head = useQuery(FeedHeadDocument, {})
  const start = useMemo(() => head.data && { after: head.data.feedCursor }, [head.data])
  const live = useLiveList<DrawMilestoneFragment>(ROWS)
  const lost = useFeed(
    DrawMilestoneReachedDocument,
    { drawId },
    start,
    update => update.ticketMilestoneReached,
    live.add,
    head.reload,
  )
  const { shown } = live.list
  const problem = head.problem ?? lost
  return (
    <section class="card stack tight draw-live" aria-labelledby="draw-milestones">
      <div class="row between">
        <h2 id="draw-milestones">Milestones, live</h2>
        <Pause live={live} what="the milestones" />
      </div>
      {problem !== null && <Failed what="Milestones cannot be shown." problem={problem} retry={head.reload} />}
      {start === null && problem === null && <Loading what="Connecting" />}
      {start !== null && shown.length === 0 && (
        <Empty title="None since you opened this page">
          Whoever reaches one of the draw's counts of tickets appears here at once.
        </Empty>
      )}
      {shown.length > 0 && (
        <LiveRows live={live}>
          <Table
            caption="Milestones, newest first"
            columns={COLUMNS}
            rows={shown}
            keyOf={(_, i) => i}
            minWidth="28rem"
            reserve={ROWS}
          />
        </LiveRows>
      )}
    </section>
  )
}

const COLUMNS: Column<DrawMilestoneFragment>[] = [
  { title: 'Reached', width: '7rem', cell: line => <Time at={line.reachedAt} seconds /> },
  { title: 'Player', cell: line => <a href={href('players', line.playerId)}>{line.playerId}</a> },
  { title: 'Milestone', width: '6.5rem', numeric: true, cell: line => countText(line.milestone) },
  { title: 'Tickets', width: '6rem', numeric: true, cell: line => countText(line.tickets) },
]

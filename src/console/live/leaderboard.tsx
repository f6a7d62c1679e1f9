import { useEffect, useState } from 'preact/hooks'
import type { LeaderboardMetric } from '../api/schema.generated'
import { useQuery } from '../api/use-query'
import { Amount } from '../parts/amount'
import { SelectField } from '../parts/field'
import { Empty, Failed, Loading } from '../parts/states'
import { Table } from '../parts/table'
import { useKept } from '../parts/use-kept'
import { href } from '../shell/route'
import { LeaderboardDocument } from './live.generated'

const ROWS = 10
const EVERY_MS = 15_000
const PANE_MS = 300_000
const HOUR_MS = 3_600_000

const METRICS = [
  ['TURNOVER', 'Turnover'],
  ['PAYOUTS', 'Payouts'],
  ['NET_LOSS', 'Net loss of the player'],
] as const satisfies readonly (readonly [LeaderboardMetric, string])[]

/** The hour that ends with the pane under way. */
function hour(now: number): { from: string; to: string } {
  const to = Math.ceil(now / PANE_MS) * PANE_MS
  return { from: new Date(to - HOUR_MS).toISOString(), to: new Date(to).toISOString() }
}

export function Leaderboard() {
  const [metric, setMetric] = useState<LeaderboardMetric>('TURNOVER')
  const [span, setSpan] = useState(() => hour(Date.now()))
  useEffect(() => {
    const timer = setInterval(() => setSpan(hour(Date.now())), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  const {
    data: newest,
    problem,
    reload,
  } = useQuery(LeaderboardDocument, { metric, ...span, first: ROWS }, { everyMs: EVERY_MS })
  const data = useKept(newest)
  const rows = data?.leaderboard ?? []
  return (
    <section class="card stack tight" aria-labelledby="leaders-title">
      <div class="row between">
        <h2 id="leaders-title">Leaderboard of the hour</h2>
        <div class="grow-none">
          <SelectField label="Ranked by" value={metric} options={METRICS} onChange={setMetric} />
        </div>
      </div>
      {problem !== null && data === null && (
        <Failed what="The leaderboard cannot be shown." problem={problem} retry={reload} />
      )}
      {data === null && problem === null && <Loading what="Loading the leaderboard" />}
      {data !== null && rows.length === 0 && (
        <Empty title="Nobody has played in the last hour">Players appear as soon as their bets come in.</Empty>
      )}
      {rows.length > 0 && (
        <Table
          caption="Players by amount in the last hour"
          columns={[
            { title: '#', width: '3.2rem', numeric: true, cell: row => row.rank },
            { title: 'Player', cell: row => <a href={href('players', row.playerId)}>{row.playerId}</a> },
            { title: 'Amount', width: '9rem', numeric: true, cell: row => <Amount value={row.amount} /> },
          ]}
          rows={rows}
          keyOf={(_, i) => i}
          minWidth="18rem"
          reserve={ROWS}
        />
      )}
    </section>
  )
}

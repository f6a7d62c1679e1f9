import { useEffect, useMemo, useState } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { Chart } from '../parts/chart'
import type { ChartSeries } from '../parts/chart-series'
import { signOf } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { useKept } from '../parts/use-kept'
import { PlayerHoursDocument, type PlayerHoursQueryVariables } from './players.generated'

const HOUR_MS = 3_600_000
const HOURS = 24
const EVERY_MS = 15_000

/** What the player staked and got back, hour by hour. */
export function Activity({ id }: { readonly id: string }) {
  const lastEnd = useHourUnderWay()
  const { data, problem, reload } = useQuery(PlayerHoursDocument, hoursUpTo(id, lastEnd), { everyMs: EVERY_MS })
  const player = useKept(data?.player ?? null)
  const chart = useMemo(() => {
    const hours = Object.values(player ?? {}).toSorted((a, b) => (a.windowStart < b.windowStart ? -1 : 1))
    const panel: ChartSeries[] = [
      { name: 'Turnover', shape: 'line', tone: 'accent', values: hours.map(hour => hour.turnover) },
      { name: 'Payouts', shape: 'line', tone: 'second', values: hours.map(hour => hour.payouts) },
    ]
    return { starts: hours.map(hour => hour.windowStart), panels: [panel] }
  }, [player])
  const isIdle = chart.panels.flat().every(({ values }) => values.every(value => signOf(value) === 0))
  return (
    <section class="card stack tight" aria-labelledby="activity-title">
      <h2 id="activity-title">Activity</h2>
      {problem !== null && player === null && (
        <Failed what="The activity cannot be shown." problem={problem} retry={reload} />
      )}
      {player === null && problem === null && (
        <div class="player-chart-place">
          <Loading what="Loading the activity" />
        </div>
      )}
      {player !== null && isIdle && (
        <Empty title="No play in the last 24 hours">Stakes and payouts appear here hour by hour.</Empty>
      )}
      {player !== null && !isIdle && (
        <Chart title="Turnover and payouts by hour" span="Last 24 hours" stepMs={HOUR_MS} height={170} {...chart} />
      )}
    </section>
  )
}

/** Each window ends with its hour; the last one is under way. */
function hoursUpTo(id: string, lastEnd: number): PlayerHoursQueryVariables {
  const ends = Array.from({ length: HOURS }, (_, i) => [`h${i}`, new Date(lastEnd - i * HOUR_MS).toISOString()])
  return { id, ...Object.fromEntries(ends) } as PlayerHoursQueryVariables
}

function useHourUnderWay(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return (Math.floor(now / HOUR_MS) + 1) * HOUR_MS
}

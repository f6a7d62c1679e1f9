import { useEffect, useMemo, useState } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { Chart } from '../parts/chart'
import type { ChartSeries } from '../parts/chart-series'
import { Failed, Loading } from '../parts/states'
import { useKept } from '../parts/use-kept'
import { Download } from './download'
import { PnlOverTimeDocument, type PnlOverTimeQuery } from './pnl.generated'
import { type Bounds, boundsOf, everyBucket, SPANS, type Span } from './spans'

interface OverTimeProps {
  readonly game: string | null
  /** Whether the list of games is narrowed down, which the sums over time are not. */
  readonly isSearching: boolean
}

/** Turnover and GGR of all games, or of one, by minute, hour or day. */
export function OverTime({ game, isSearching }: OverTimeProps) {
  const [span, setSpan] = useState<Span>(SPANS[0])
  const bounds = useBounds(span)
  return (
    <section class="card stack tight" aria-labelledby="over-time-title">
      <div class="row between">
        <div class="pnl-over-time">
          <h2 id="over-time-title">{titleOf(game)}</h2>
          {isSearching && game === null && (
            <p class="muted small">Chart and files hold all games, not only those found below.</p>
          )}
        </div>
        <div class="row">
          <SpanChoice span={span} onChange={setSpan} />
          <Download bounds={bounds} grain={span.grain} game={game} />
        </div>
      </div>
      <PnlChart key={`${span.grain} ${game}`} game={game} span={span} bounds={bounds} />
    </section>
  )
}

const titleOf = (game: string | null): string => `${game ?? 'All games'} over time`

interface SpanChoiceProps {
  readonly span: Span
  readonly onChange: (span: Span) => void
}

function SpanChoice({ span, onChange }: SpanChoiceProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset does not line up with what stands beside it
    <div class="pnl-spans" role="group" aria-label="Time shown">
      {SPANS.map(one => (
        <button key={one.grain} type="button" aria-pressed={one === span} onClick={() => onChange(one)}>
          {one.text}
        </button>
      ))}
    </div>
  )
}

interface PnlChartProps {
  readonly game: string | null
  readonly span: Span
  readonly bounds: Bounds
}

function PnlChart({ game, span, bounds }: PnlChartProps) {
  const games = game === null ? null : [game]
  const { data, problem, reload } = useQuery(
    PnlOverTimeDocument,
    { filter: { ...bounds, grain: span.grain, games, perGame: false } },
    { everyMs: span.everyMs },
  )
  const answered = useMemo(() => data && chartOf(data.pnl, bounds, span), [data])
  const chart = useKept(answered)
  if (chart !== null) return <Chart title={titleOf(game)} span={span.title} stepMs={span.stepMs} {...chart} />
  return (
    <div class="pnl-chart-place">
      {problem === null ? (
        <Loading what="Loading the chart" />
      ) : (
        <Failed what="The chart cannot be shown." problem={problem} retry={reload} />
      )}
    </div>
  )
}

function chartOf(answer: PnlOverTimeQuery['pnl'], { from }: Bounds, span: Span) {
  const { starts, at } = everyBucket(answer, from, span)
  const values = (name: 'ggr' | 'turnover') => starts.map((_, i) => at(i)?.[name] ?? '0.00')
  const panels: ChartSeries[][] = [
    [{ name: 'GGR', shape: 'bars', tone: 'signed', values: values('ggr') }],
    [{ name: 'Turnover', shape: 'line', tone: 'accent', values: values('turnover') }],
  ]
  return { starts, panels }
}

/** They move on with the clock, a bucket at a time. */
function useBounds(span: Span): Bounds {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), span.everyMs)
    return () => clearInterval(timer)
  }, [span])
  const { from, to } = boundsOf(span, now)
  return useMemo(() => ({ from, to }), [from, to])
}

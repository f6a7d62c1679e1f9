import { useCallback, useId, useState } from 'preact/hooks'
import { Amount } from './amount'
import { bucketText, type ChartSeries, type ChartTimes } from './chart-series'
import './chart.css'
import { ChartTable } from './chart-table'
import { Deferred } from './deferred'
import { sumOf } from './sums'

interface ChartProps extends ChartTimes {
  /** What is shown, in words. */
  readonly title: string
  /** What the sums are of, e.g. "Last 2 hours". */
  readonly span: string
  readonly panels: readonly (readonly ChartSeries[])[]
  readonly height?: number
}

const loadPlot = () => import('./chart-plot')

/** Amounts over time. Above it stand the exact ones of the bucket that is pointed at, else their sums. */
export function Chart({ title, span, starts, stepMs, panels, height = 145 }: ChartProps) {
  const group = useId()
  const [pointed, setPointed] = useState<number | null>(null)
  const onPoint = useCallback((index: number | null) => setPointed(index), [])
  const series = panels.flat()
  const start = pointed === null ? undefined : starts[pointed]
  return (
    <figure class="chart" aria-label={title}>
      <figcaption class="chart-legend">
        <span class="chart-when muted">{start === undefined ? span : bucketText(start, stepMs)}</span>
        {series.map(({ name, tone, values }) => (
          <span key={name} class="chart-value">
            <span class={`chart-swatch ${tone}`} aria-hidden="true" />
            {name}{' '}
            <strong>
              <Amount value={(start && values[pointed!]) || sumOf(values)} signed={tone === 'signed'} />
            </strong>
          </span>
        ))}
      </figcaption>
      <div class="chart-plots" role="img" aria-label={title} style={{ minHeight: `${height * panels.length}px` }}>
        <Deferred
          load={loadPlot}
          starts={starts}
          stepMs={stepMs}
          panels={panels}
          height={height}
          group={group}
          onPoint={onPoint}
        />
      </div>
      <ChartTable title={title} starts={starts} stepMs={stepMs} series={series} />
    </figure>
  )
}

import { useEffect, useMemo, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { plotData, plotOptions } from './chart-options'
import type { ChartSeries, ChartTimes } from './chart-series'

export interface ChartPlotProps extends ChartTimes {
  readonly panels: readonly (readonly ChartSeries[])[]
  /** Of one panel, in pixels. */
  readonly height: number
  /** Charts with the same one point at the same time. */
  readonly group: string
  readonly onPoint: (index: number | null) => void
}

/** One panel below the other, over the same time. */
export default function ChartPlot({ panels, ...shared }: ChartPlotProps) {
  return (
    <>
      {panels.map((series, i) => (
        <Panel key={series[0]?.name} {...shared} series={series} hasTimes={i === panels.length - 1} />
      ))}
    </>
  )
}

interface PanelProps extends Omit<ChartPlotProps, 'panels'> {
  readonly series: readonly ChartSeries[]
  readonly hasTimes: boolean
}

function Panel({ starts, stepMs, series, height, group, hasTimes, onPoint }: PanelProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const data = useMemo(() => plotData(starts, stepMs, series), [starts, stepMs, series])
  const latest = useRef({ data, onPoint })
  latest.current = { data, onPoint }
  const shape = series.map(({ name, shape, tone }) => `${name} ${shape} ${tone}`).join()
  useEffect(() => {
    const place = box.current!
    const made = new uPlot(
      plotOptions({
        series,
        stepMs,
        group,
        hasTimes,
        width: place.clientWidth,
        height,
        onPoint: index => latest.current.onPoint(index),
      }),
      latest.current.data,
      place,
    )
    plot.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height }))
    resized.observe(place)
    // Colours are read when data comes; bars keep those that they were drawn with.
    const redraw = () => made.setData(latest.current.data)
    window.addEventListener('themechange', redraw)
    return () => {
      resized.disconnect()
      window.removeEventListener('themechange', redraw)
      made.destroy()
      plot.current = null
    }
  }, [shape, stepMs, group, hasTimes, height])
  useEffect(() => plot.current?.setData(data), [data])
  return <div ref={box} class="chart-panel" style={{ height: `${height}px` }} />
}

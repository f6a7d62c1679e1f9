import uPlot from 'uplot'
import { type ChartSeries, DAY_MS, tickTexts } from './chart-series'

const AXIS_WIDTH = 56
/** A time at the end is not cut off. */
const RIGHT_WIDTH = 20
const TIMES_HEIGHT = 28
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

type Tone = 'profit' | 'loss' | 'accent' | 'warn' | 'muted' | 'line' | 'line-strong'

const colour = (tone: Tone) => () => getComputedStyle(document.documentElement).getPropertyValue(`--${tone}`).trim()
const faded = (tone: Tone) => () => `color-mix(in srgb, ${colour(tone)()} 14%, transparent)`

const isSigned = ({ tone }: ChartSeries): boolean => tone === 'signed'

/** Each bucket stands at its middle. What has a sign is painted as two series, of profit and of loss. */
export function plotData(starts: readonly string[], stepMs: number, series: readonly ChartSeries[]): uPlot.AlignedData {
  const times = starts.map(start => (Date.parse(start) + stepMs / 2) / 1_000)
  const values = series.flatMap(one => {
    const numbers = one.values.map(Number)
    if (!isSigned(one)) return [numbers]
    return [numbers.map(value => (value >= 0 ? value : null)), numbers.map(value => (value < 0 ? value : null))]
  })
  return [times, ...values]
}

interface PlotShape {
  readonly series: readonly ChartSeries[]
  readonly stepMs: number
  readonly group: string
  readonly hasTimes: boolean
  readonly width: number
  readonly height: number
  readonly onPoint: (index: number | null) => void
}

export function plotOptions({ series, stepMs, group, hasTimes, width, height, onPoint }: PlotShape): uPlot.Options {
  const inUtc = stepMs >= DAY_MS
  const half = stepMs / 2_000
  const font = `12px ${getComputedStyle(document.body).fontFamily}`
  const axis = { stroke: colour('muted'), font, ticks: { show: false }, grid: { stroke: colour('line'), width: 1 } }
  return {
    width,
    height,
    padding: [8, RIGHT_WIDTH, hasTimes ? 0 : 8, 0],
    legend: { show: false },
    tzDate: second => (inUtc ? uPlot.tzDate(new Date(second * 1_000), 'Etc/UTC') : new Date(second * 1_000)),
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: group } },
    scales: {
      x: { range: (_, first, last) => [first - half, last + half] },
      y: { range: (_, least, most) => uPlot.rangeNum(Math.min(0, least ?? 0), Math.max(1, most ?? 0), 0.1, true) },
    },
    axes: [
      {
        ...axis,
        show: hasTimes,
        size: TIMES_HEIGHT,
        space: 64,
        values: (_, splits, __, ___, every) => tickTexts(splits, every, inUtc),
      },
      { ...axis, size: AXIS_WIDTH, space: 32, values: (_, splits) => splits.map(value => compact.format(value)) },
    ],
    series: [{}, ...series.flatMap(paintedAs)],
    hooks: { setCursor: [plot => onPoint(plot.cursor.idx ?? null)] },
  }
}

function paintedAs(one: ChartSeries): uPlot.Series[] {
  const tones: readonly Tone[] = isSigned(one) ? ['profit', 'loss'] : [one.tone === 'accent' ? 'accent' : 'warn']
  const points = { show: false }
  return tones.map(tone =>
    one.shape === 'bars'
      ? { stroke: colour(tone), fill: colour(tone), width: 0, points, paths: uPlot.paths.bars!({ size: [0.7, 28] }) }
      : { stroke: colour(tone), fill: faded(tone), width: 2, points },
  )
}

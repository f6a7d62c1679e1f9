import { useState } from 'preact/hooks'
import { Amount } from './amount'
import { bucketText, type ChartSeries, type ChartTimes } from './chart-series'
import { type Column, Table } from './table'

interface ChartTableProps extends ChartTimes {
  readonly title: string
  readonly series: readonly ChartSeries[]
}

/** The chart for whoever does not see it, or wants the exact amounts: the latest first. */
export function ChartTable({ title, starts, stepMs, series }: ChartTableProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="chart-table" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {isOpen && (
        <Table
          caption={title}
          columns={columnsOf(stepMs, series)}
          rows={starts.map((start, index) => ({ start, index })).toReversed()}
          keyOf={row => row.start}
          minWidth={`${14 + 8 * series.length}rem`}
        />
      )}
    </details>
  )
}

interface Row {
  readonly start: string
  readonly index: number
}

const columnsOf = (stepMs: number, series: readonly ChartSeries[]): Column<Row>[] => [
  { title: 'Time', cell: row => <time dateTime={row.start}>{bucketText(row.start, stepMs)}</time> },
  ...series.map(({ name, tone, values }) => ({
    title: name,
    width: '9rem',
    numeric: true,
    cell: (row: Row) => <Amount value={values[row.index] ?? '0'} signed={tone === 'signed'} />,
  })),
]

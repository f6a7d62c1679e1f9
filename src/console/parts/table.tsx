import type { ComponentChildren } from 'preact'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
  /** Numbers stand at the right. */
  readonly numeric?: boolean
  /** Of the table's width, in CSS; what has none shares the rest. */
  readonly width?: string
  /** Makes the column sortable: what two rows are compared by. */
  readonly compare?: (a: Row, b: Row) => number
}

export interface Sorting {
  readonly by: string
  readonly descending: boolean
}

interface TableProps<Row> {
  /** Said to whoever hears the page. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row, index: number) => string | number
  readonly sorting?: Sorting
  readonly onSort?: (sorting: Sorting) => void
  /** Of the table; below it the region scrolls sideways. */
  readonly minWidth?: string
  /** So many rows there always are, so that nothing moves as rows come: then their keys are their places. */
  readonly reserve?: number
  readonly rowClass?: (row: Row) => string | undefined
}

/** Columns keep their width whatever their rows hold: nothing moves when they change. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  sorting,
  onSort,
  minWidth = '36rem',
  reserve = 0,
  rowClass,
}: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by the keyboard
    <section class="table-region" tabIndex={0} aria-label={caption}>
      <table style={{ minWidth }}>
        <caption class="unseen">{caption}</caption>
        <colgroup>
          {columns.map(({ title, width }) => (
            <col key={title} style={width === undefined ? undefined : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map(column => (
              <Heading key={column.title} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)} class={rowClass?.(row)}>
              {columns.map(({ title, cell, numeric }) => (
                <td key={title} class={numeric ? 'numeric' : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {Array.from({ length: Math.max(0, reserve - rows.length) }, (_, i) => (
            <tr key={rows.length + i} class="free">
              <td colSpan={columns.length}>&nbsp;</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Heading<Row>({
  column: { title, numeric, compare },
  sorting,
  onSort,
}: { readonly column: Column<Row> } & Pick<TableProps<Row>, 'sorting' | 'onSort'>) {
  const style = numeric ? 'numeric' : undefined
  if (compare === undefined || onSort === undefined) {
    return (
      <th scope="col" class={style}>
        {title}
      </th>
    )
  }
  const isOn = sorting?.by === title
  const order = !isOn ? 'none' : sorting.descending ? 'descending' : 'ascending'
  return (
    <th scope="col" class={style} aria-sort={order}>
      <button
        type="button"
        class="sort"
        onClick={() => onSort({ by: title, descending: isOn ? !sorting.descending : numeric === true })}
      >
        {title}
        <span class="sort-mark" aria-hidden="true">
          {isOn ? (sorting.descending ? '▼' : '▲') : ''}
        </span>
      </button>
    </th>
  )
}

export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sorting: Sorting): Row[] {
  const compare = columns.find(({ title }) => title === sorting.by)?.compare
  if (compare === undefined) return [...rows]
  const sign = sorting.descending ? -1 : 1
  return rows.toSorted((a, b) => sign * compare(a, b))
}

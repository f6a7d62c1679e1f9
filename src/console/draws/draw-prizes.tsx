import { countText } from '../parts/numbers'
import { type Column, Table } from '../parts/table'
import { KIND_WORDS, prizeValueText } from './draw-words'
import type { DrawFactsFragment, DrawPrizeFragment } from './draws.generated'

interface Line extends DrawPrizeFragment {
  readonly isDefault?: boolean
}

export function DrawPrizes({ draw }: { readonly draw: Pick<DrawFactsFragment, 'prizes' | 'defaultPrize'> }) {
  const { prizes, defaultPrize } = draw
  const lines: Line[] = defaultPrize === null ? prizes : [...prizes, { ...defaultPrize, isDefault: true }]
  return (
    <section class="card stack tight" aria-labelledby="draw-prizes">
      <h2 id="draw-prizes">Prizes</h2>
      {defaultPrize === null && <p class="muted small">Who wins none of them gets an answer, and no prize.</p>}
      <Table
        caption="Prizes, the highest first"
        columns={COLUMNS}
        rows={lines}
        keyOf={line => line.rank}
        minWidth="31rem"
      />
    </section>
  )
}

const COLUMNS: Column<Line>[] = [
  { title: '#', width: '3rem', numeric: true, cell: line => (line.isDefault ? '' : countText(line.rank)) },
  { title: 'Prize', cell: line => <span title={line.name}>{line.name}</span> },
  { title: 'Kind', width: '6rem', cell: line => KIND_WORDS[line.kind] },
  { title: 'Value', width: '8rem', numeric: true, cell: prizeValueText },
  {
    title: 'Pieces',
    width: '7.5rem',
    numeric: true,
    cell: line => (line.isDefault ? 'the rest' : countText(line.quantity)),
  },
]

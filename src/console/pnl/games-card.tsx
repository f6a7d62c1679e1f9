import { useMemo, useRef, useState } from 'preact/hooks'
import { TextField } from '../parts/field'
import { countText } from '../parts/numbers'
import { Pause } from '../parts/pause'
import { Empty } from '../parts/states'
import { type Sorting, sorted, Table } from '../parts/table'
import { gameColumns } from './game-columns'
import { inOrderOf, type Position } from './games'
import { GAMES_MAX, type Positions } from './use-positions'

const ROWS_MAX = 200

interface GamesCardProps {
  readonly positions: Positions
  readonly shown: readonly Position[]
  readonly text: string
  readonly onText: (text: string) => void
  readonly selected: string | null
}

export function GamesCard({ positions, shown, text, onText, selected }: GamesCardProps) {
  const { view, hold, release } = positions
  const [sorting, setSorting] = useState<Sorting>({ by: 'Turnover', descending: true })
  const [isReading, setReading] = useState(false)
  const columns = useMemo(() => gameColumns(selected), [selected])
  const order = useRef<{ readonly by: Sorting; readonly games: readonly string[] } | null>(null)
  const kept = isReading && order.current?.by === sorting ? order.current.games : null
  const rows = kept === null ? sorted(shown, columns, sorting) : inOrderOf(shown, kept)
  order.current = { by: sorting, games: rows.map(({ game }) => game) }
  const read = (event: Event) => setReading((event.target as Element).closest('tbody') !== null)
  const rest = () => setReading(false)
  return (
    <section class="card stack tight" aria-labelledby="games-title">
      <div class="row between pnl-games-head">
        <h2 id="games-title">Games</h2>
        <TextField
          label="Find"
          value={text}
          onChange={onText}
          input={{ type: 'search', placeholder: 'Game, type or competition' }}
        />
        <Pause live={{ list: view.list, hold, release }} what="the games" />
      </div>
      {view.states.length === 0 && (
        <Empty title="No money has been staked yet">
          Games appear as soon as bets that name one come in, and move with every bet.
        </Empty>
      )}
      {view.states.length > 0 && rows.length === 0 && (
        <Empty title={`No game matches "${text}"`}>
          <button type="button" onClick={() => onText('')}>
            Show all games
          </button>
        </Empty>
      )}
      {rows.length > 0 && (
        <div class="pnl-games" onPointerOver={read} onPointerLeave={rest} onFocusIn={read} onFocusOut={rest}>
          <Table
            caption="Games, as they stand now"
            columns={columns}
            rows={rows.slice(0, ROWS_MAX)}
            keyOf={row => row.game}
            sorting={sorting}
            onSort={setSorting}
            minWidth="79rem"
            rowClass={({ game }) => rowClass(view.moved.has(game), game === selected)}
          />
        </div>
      )}
      <p class="small muted">{noteOf(rows.length, positions.leftOut)}</p>
    </section>
  )
}

const rowClass = (moved: boolean, selected: boolean): string | undefined =>
  [moved ? 'moved' : '', selected ? 'selected' : ''].filter(Boolean).join(' ') || undefined

function noteOf(rows: number, leftOut: number): string {
  const shown =
    rows > ROWS_MAX
      ? `The first ${countText(ROWS_MAX)} of ${countText(rows)} are shown: find the others by name.`
      : 'While you point at a row, or are in one with the keyboard, the order stays as it is.'
  if (leftOut === 0) return shown
  return `${shown} Followed are the first ${countText(GAMES_MAX)} by name; ${countText(leftOut)} more are left out, also of the sums.`
}

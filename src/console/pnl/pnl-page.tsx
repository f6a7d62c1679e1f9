import { useState } from 'preact/hooks'
import { Failed, Loading } from '../parts/states'
import type { PageProps } from '../shell/page'
import { matching } from './games'
import { GamesCard } from './games-card'
import { Models } from './models'
import { OverTime } from './over-time'
import './pnl.css'
import { PositionFacts } from './position-facts'
import { usePositions } from './use-positions'

/** Where the house stands: in all, over time, game by game. */
export default function PnlPage({ rest: [game] }: PageProps) {
  const positions = usePositions()
  const [text, setText] = useState('')
  const { states } = positions.view
  const shown = matching(states, text)
  const isRead = states.length > 0 || !positions.loading
  return (
    <div class="stack">
      <h1>Profit and loss</h1>
      {positions.problem !== null && (
        <Failed what="Games cannot be followed." problem={positions.problem} retry={positions.reload} />
      )}
      <div class="pnl-top">
        {isRead ? (
          <PositionFacts states={states} shown={shown} game={game ?? null} />
        ) : (
          <section class="card">
            <Loading what="Loading the games" />
          </section>
        )}
        <OverTime game={game ?? null} isSearching={text.trim() !== ''} />
      </div>
      {isRead && <GamesCard positions={positions} shown={shown} text={text} onText={setText} selected={game ?? null} />}
      <Models />
    </div>
  )
}

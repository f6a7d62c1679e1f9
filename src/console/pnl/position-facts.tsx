import { Amount } from '../parts/amount'
import { Fact } from '../parts/fact'
import { countText, percentText } from '../parts/numbers'
import { Empty } from '../parts/states'
import { href } from '../shell/route'
import { holdOf, type Position, totalsOf } from './games'

interface PositionFactsProps {
  readonly states: readonly Position[]
  /** Those that match what is sought. */
  readonly shown: readonly Position[]
  /** Null: of all that are shown. */
  readonly game: string | null
}

/** The sums of the games that are shown, or how the one stands that was chosen. */
export function PositionFacts({ states, shown, game }: PositionFactsProps) {
  const one = states.find(position => position.game === game) ?? null
  const totals = totalsOf(game === null ? shown : one === null ? [] : [one])
  return (
    <section class="card stack tight" aria-labelledby="position-title">
      <div class="pnl-subject">
        <h2 id="position-title">{game ?? subjectOf(states, shown)}</h2>
        {game !== null && <a href={href('pnl')}>All games</a>}
        {one !== null && <p class="muted small">{[one.gameType, one.competition].filter(Boolean).join(', ')}</p>}
      </div>
      {game !== null && one === null ? (
        <Empty title="No money has been staked in this game yet">It appears with its first bet.</Empty>
      ) : (
        <dl class="pnl-facts">
          <Fact name="Turnover">
            <Amount value={totals.turnover} />
          </Fact>
          <Fact name="Payouts">
            <Amount value={totals.payouts} />
          </Fact>
          <Fact name="GGR" class="main">
            <Amount value={totals.ggr} signed />
          </Fact>
          <Fact name="Hold" class="main">
            {percentText(holdOf(totals))}
          </Fact>
          <Fact name="Bets">{countText(totals.bets)}</Fact>
          <Fact name="Open bets">{countText(totals.openBets)}</Fact>
          <Fact name="Open stake">
            <Amount value={totals.openStake} />
          </Fact>
          <Fact name="Liability">
            <Amount value={totals.liability} />
          </Fact>
          <Fact name="Expected GGR">
            <Amount value={totals.expectedGgr} signed />
          </Fact>
        </dl>
      )}
    </section>
  )
}

const subjectOf = (states: readonly Position[], shown: readonly Position[]): string =>
  states.length === shown.length ? 'All games' : `${countText(shown.length)} of ${countText(states.length)} games`

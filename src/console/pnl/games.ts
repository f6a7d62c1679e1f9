import { percentOf, sumOf } from '../parts/sums'
import type { PositionFragment } from './pnl.generated'

export type Position = PositionFragment

const holds = (text: string | null, sought: string): boolean => text?.toLowerCase().includes(sought) ?? false

/** Whose name, type or competition holds the text. */
export function matching(positions: readonly Position[], text: string): readonly Position[] {
  const sought = text.trim().toLowerCase()
  if (sought === '') return positions
  return positions.filter(
    ({ game, gameType, competition }) => holds(game, sought) || holds(gameType, sought) || holds(competition, sought),
  )
}

export const holdOf = ({ ggr, turnover }: Pick<Position, 'ggr' | 'turnover'>): number | null => percentOf(ggr, turnover)

export type Totals = Omit<Position, 'game' | 'gameType' | 'competition' | 'revision'>

export function totalsOf(positions: readonly Position[]): Totals {
  const sum = (name: 'turnover' | 'payouts' | 'ggr' | 'openStake' | 'liability' | 'expectedGgr') =>
    sumOf(positions.map(position => position[name]))
  const count = (name: 'bets' | 'openBets') => positions.reduce((all, position) => all + position[name], 0)
  return {
    bets: count('bets'),
    turnover: sum('turnover'),
    payouts: sum('payouts'),
    ggr: sum('ggr'),
    openBets: count('openBets'),
    openStake: sum('openStake'),
    liability: sum('liability'),
    expectedGgr: sum('expectedGgr'),
  }
}

/** As they stood in `order`; what was not there comes behind. */
export function inOrderOf(positions: readonly Position[], order: readonly string[]): Position[] {
  const place = new Map(order.map((game, i) => [game, i]))
  const placeOf = ({ game }: Position) => place.get(game) ?? order.length
  return positions.toSorted((a, b) => placeOf(a) - placeOf(b))
}

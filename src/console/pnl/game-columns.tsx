import { Amount } from '../parts/amount'
import { compareAmounts, countText, percentText } from '../parts/numbers'
import type { Column } from '../parts/table'
import { href } from '../shell/route'
import { holdOf, type Position } from './games'

type AmountName = 'turnover' | 'payouts' | 'ggr' | 'openStake' | 'liability' | 'expectedGgr'

const amount = (title: string, name: AmountName, width: string, signed = false): Column<Position> => ({
  title,
  width,
  numeric: true,
  cell: position => <Amount value={position[name]} signed={signed} />,
  compare: (a, b) => compareAmounts(a[name], b[name]),
})

const count = (title: string, name: 'bets' | 'openBets', width: string): Column<Position> => ({
  title,
  width,
  numeric: true,
  cell: position => countText(position[name]),
  compare: (a, b) => a[name] - b[name],
})

const kindOf = ({ gameType, competition }: Position): string => [gameType, competition].filter(Boolean).join(', ')
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const gameColumns = (selected: string | null): Column<Position>[] => [
  {
    title: 'Game',
    cell: ({ game }) => (
      <a href={href('pnl', game)} title={game} aria-current={game === selected ? 'true' : undefined}>
        {game}
      </a>
    ),
    compare: (a, b) => byText(a.game, b.game),
  },
  {
    title: 'Type',
    width: '9.5rem',
    cell: position => <span title={kindOf(position)}>{kindOf(position) || '-'}</span>,
    compare: (a, b) => byText(kindOf(a), kindOf(b)),
  },
  count('Bets', 'bets', '4.6rem'),
  amount('Turnover', 'turnover', '6.8rem'),
  amount('Payouts', 'payouts', '6.8rem'),
  amount('GGR', 'ggr', '7.4rem', true),
  {
    title: 'Hold',
    width: '5.3rem',
    numeric: true,
    cell: position => percentText(holdOf(position)),
    compare: (a, b) => (holdOf(a) ?? 0) - (holdOf(b) ?? 0),
  },
  count('Open bets', 'openBets', '6rem'),
  amount('Open stake', 'openStake', '6.7rem'),
  amount('Liability', 'liability', '6.7rem'),
  amount('Expected GGR', 'expectedGgr', '8.6rem', true),
]

import type { LineBudget } from './line-budget.js'
import type { Terminal } from './terminal.js'
import type { SeenGame } from './watch.js'

const GAME_WIDTH = 19
const THOUSANDS = /\B(?=(\d{3})+\.)/g
const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 19)
const amount = (text: string): string => text.replace(/(\.\d\d)\d+$/, '$1').replace(THOUSANDS, ',')

/** Which frames of many are worth a line: now and then a game that is bet on, and each one that is over. */
export class PnlLines {
  private readonly open = new Set<string>()

  constructor(private readonly budget: LineBudget) {}

  shows({ game, openBets }: SeenGame): boolean {
    if (openBets === 0) return this.open.delete(game)
    this.open.add(game)
    return this.budget.allows()
  }
}

export function pnlLine({ bold, dim, yellow }: Terminal, seen: SeenGame, at: number): string {
  const done = `turnover ${amount(seen.turnover)}  GGR ${amount(seen.ggr)}`
  const risk = `of ${amount(seen.openStake)}, liability ${amount(seen.liability)}, expected GGR ${amount(seen.expectedGgr)}`
  const open = seen.openBets === 0 ? 'all bets settled' : `${seen.openBets} open bets ${risk}`
  return `${dim(clockTime(at))}  ${yellow('PNL')}  ${bold(seen.game.padEnd(GAME_WIDTH))}  ${done}  ${dim(open)}`
}

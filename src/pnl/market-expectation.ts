import { MONEY_SCALE, type Money } from '../kernel/money.js'
import type { FineMoney } from './bet.js'
import { overroundOf } from './implied.js'
import { chancesIn, type OutcomeModel } from './outcome-model.js'
import { CERTAIN, type ExpectedMoney, shareOf } from './position.js'

/** What is known of one selection of one market: its latest odds, and its open bets without a probability of their own. */
export interface OpenSelection {
  readonly betMarket: string
  /** Empty: bets that name the market alone. They are quoted by nobody. */
  readonly selection: string
  readonly odds: Money | null
  readonly openStake: Money
  readonly openLiability: FineMoney
}

type Setting = Parameters<typeof chancesIn>[0]

/**
 * What the house expects to keep of a game's open bets that came without a probability. All of it is linear in stakes
 * and liabilities, so sums over selections do, however many bets there are.
 *
 * Implied: p = 1/odds/S for each bet at its own odds, so of a market stake - stake/S remains, S being its overround. A
 * model gives all bets on one selection the same p, that of its latest odds, as they share one outcome.
 */
export function expectedOfMarkets(
  selections: readonly OpenSelection[],
  setting: Setting,
  model: OutcomeModel | null,
): ExpectedMoney {
  let total: ExpectedMoney = 0n
  for (const market of byMarket(selections).values()) total += expectedOfMarket(market, setting, model)
  return total
}

function expectedOfMarket(
  market: readonly OpenSelection[],
  setting: Setting,
  model: OutcomeModel | null,
): ExpectedMoney {
  const latestOdds = market.flatMap(({ odds }) => (odds === null ? [] : [odds]))
  const keptByImplied = CERTAIN - shareOf(1 / overroundOf(latestOdds))
  const chance = model === null ? null : chancesIn(setting, latestOdds, model)
  let total: ExpectedMoney = 0n
  for (const { odds, openStake, openLiability } of market) {
    total +=
      chance === null || odds === null
        ? openStake * MONEY_SCALE * keptByImplied
        : openStake * MONEY_SCALE * CERTAIN - shareOf(chance(odds)) * openLiability
  }
  return total
}

function byMarket(selections: readonly OpenSelection[]): Map<string, OpenSelection[]> {
  const markets = new Map<string, OpenSelection[]>()
  for (const selection of selections) {
    const others = markets.get(selection.betMarket)
    if (others === undefined) markets.set(selection.betMarket, [selection])
    else others.push(selection)
  }
  return markets
}

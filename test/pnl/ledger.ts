import type { Money } from '../../src/kernel/money.js'
import { parseMoney } from '../../src/kernel/money.js'
import { parseInstant } from '../../src/kernel/time.js'
import type { Bet, BetEvent, OpenBet } from '../../src/pnl/bet.js'
import { advance } from '../../src/pnl/bet-book.js'
import { latest, type Quote, quoteOf } from '../../src/pnl/implied.js'
import { chancesIn, type OutcomeModel } from '../../src/pnl/outcome-model.js'
import { type ExpectedMoney, expectedGgr, NO_POSITION, type Position, positionOf, sum } from '../../src/pnl/position.js'

export const money = (text: string): Money => parseMoney(text) as Money

/** A line of the real data. */
export interface Wire {
  readonly event_id: string
  readonly event_type: string
  readonly amount: string
  readonly timestamp: string
  readonly game: string
  readonly bet_id?: string
  readonly bet_market?: string
  readonly selection?: string
  readonly odds?: string
  readonly result?: string
  readonly competition?: string
  readonly season?: string
}

export const eventOf = (wire: Wire): BetEvent => ({
  eventId: wire.event_id,
  eventType: wire.event_type,
  amount: money(wire.amount),
  occurredAt: parseInstant(wire.timestamp) as number,
  game: wire.game,
  betId: wire.bet_id ?? null,
  betMarket: wire.bet_market ?? null,
  selection: wire.selection ?? null,
  odds: wire.odds === undefined ? null : money(wire.odds),
  probability: null,
  result: wire.result ?? null,
})

interface Game {
  position: Position
  readonly open: Map<string, OpenBet>
  readonly markets: Map<string, Map<string, Quote>>
}

/** Every game's position, kept in memory event by event. */
export class Ledger {
  readonly bets = new Map<string, Bet>()
  readonly games = new Map<string, Game>()

  add(event: BetEvent): void {
    const { state, change } = advance(this.bets.get(event.betId ?? '') ?? null, event)
    if (event.betId !== null && state !== null) this.bets.set(event.betId, state)
    const quote = quoteOf(event)
    if (quote !== null) {
      const markets = this.game(quote.game).markets
      const quotes = markets.get(quote.betMarket) ?? new Map<string, Quote>()
      markets.set(quote.betMarket, quotes.set(quote.selection, latest(quotes.get(quote.selection), quote)))
    }
    const game = this.game(change.game ?? '')
    game.position = sum(game.position, positionOf(change))
    if (change.closes !== null) game.open.delete(event.betId!)
    if (change.opens !== null) game.open.set(event.betId!, change.opens)
  }

  total(only: (game: string) => boolean = () => true): Position {
    return [...this.games].filter(([name]) => only(name)).reduce((all, [, one]) => sum(all, one.position), NO_POSITION)
  }

  expected(only: (game: string) => boolean = () => true, model: OutcomeModel | null = null): ExpectedMoney {
    let total: ExpectedMoney = 0n
    for (const [name, { open, markets }] of this.games) {
      if (!only(name)) continue
      total += expectedGgr(open.values(), bet => {
        const quotes = [...(markets.get(bet.betMarket ?? '')?.values() ?? [])].map(({ odds }) => odds)
        return chancesIn({ gameType: null, competition: null }, quotes, model)(bet.odds)
      })
    }
    return total
  }

  private game(name: string): Game {
    const known = this.games.get(name)
    if (known !== undefined) return known
    const game: Game = { position: NO_POSITION, open: new Map(), markets: new Map() }
    this.games.set(name, game)
    return game
  }
}

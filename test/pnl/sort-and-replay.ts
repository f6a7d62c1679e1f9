import { type Money, parseMoney } from '../../src/kernel/money.js'

/** An event as producers send it. */
export interface WireEvent {
  readonly event_id: string
  readonly player_id: string
  readonly event_type: string
  readonly amount: string
  readonly timestamp: string
  readonly game?: string
  readonly bet_id?: string
  readonly bet_market?: string
  readonly selection?: string
  readonly odds?: string
  readonly probability?: number
  readonly result?: string
}

export interface Sums {
  bets: number
  turnover: Money
  payouts: Money
  openBets: number
  openStake: Money
  /** Money times odds. */
  liability: bigint
  waiting: number
}

const nothing = (): Sums => ({
  bets: 0,
  turnover: 0n,
  payouts: 0n,
  openBets: 0,
  openStake: 0n,
  liability: 0n,
  waiting: 0,
})
const money = (text: string): Money => parseMoney(text) as Money
const byTime = (a: WireEvent, b: WireEvent): number =>
  a.timestamp === b.timestamp ? (a.event_id < b.event_id ? -1 : 1) : a.timestamp < b.timestamp ? -1 : 1

/**
 * What DESIGN's table makes of these by hand: once each, sorted by time, all events of a bet together. By game; the empty
 * one is that of what names none.
 */
export function sortAndReplay(events: readonly WireEvent[]): Map<string, Sums> {
  const games = new Map<string, Sums>()
  const of = (game: string | undefined): Sums => {
    const sums = games.get(game ?? '') ?? nothing()
    games.set(game ?? '', sums)
    return sums
  }
  const bets = new Map<string, WireEvent[]>()
  const distinct = new Map(events.map(event => [`${event.player_id} ${event.timestamp} ${event.event_id}`, event]))
  for (const event of [...distinct.values()].sort(byTime)) {
    if (event.bet_id !== undefined) {
      const key = `${event.player_id} ${event.bet_id}`
      bets.set(key, [...(bets.get(key) ?? []), event])
      continue
    }
    const sums = of(event.game)
    if (event.event_type === 'bet') {
      sums.bets++
      sums.turnover += money(event.amount)
    } else if (['win', 'settlement', 'refund'].includes(event.event_type)) sums.payouts += money(event.amount)
  }
  for (const life of bets.values()) replay(life, of)
  return games
}

function replay(life: readonly WireEvent[], of: (game: string | undefined) => Sums): void {
  if (life.some(event => event.event_type === 'rollback')) return
  const placed = life.find(event => event.event_type === 'bet')
  const closing = life.findLast(event => event.event_type === 'settlement' || event.event_type === 'refund')
  const wins = life.filter(event => event.event_type === 'win')
  const sums = of(placed?.game ?? wins[0]?.game)
  for (const win of wins) sums.payouts += money(win.amount)
  if (placed === undefined) {
    if (closing !== undefined) sums.waiting++
    return
  }
  sums.bets++
  sums.turnover += money(placed.amount)
  if (closing !== undefined) sums.payouts += money(closing.amount)
  else if (placed.odds !== undefined) {
    sums.openBets++
    sums.openStake += money(placed.amount)
    sums.liability += money(placed.amount) * money(placed.odds)
  }
}

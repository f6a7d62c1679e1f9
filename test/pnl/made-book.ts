/** Lines for POST /events: bets on all selections of markets that did not exist, and how they were settled. */
export interface MadeMarket {
  readonly game: string
  readonly gameType: string
  readonly competition: string
  /** Minutes from the first of May 2024. */
  readonly minute: number
  readonly odds: readonly string[]
  /** The selection that won. */
  readonly winner: number
}

export type Line = Record<string, string>

const FIRST_MS = Date.parse('2024-05-01T00:00:00Z')
export const atMinute = (minute: number): string => new Date(FIRST_MS + minute * 60_000).toISOString()

export function betsOn({ game, gameType, competition, minute, odds }: MadeMarket): Line[] {
  return odds.map((price, i) => ({
    player_id: `p${minute % 7}`,
    event_id: `${game}-bet-${i}`,
    event_type: 'bet',
    amount: '10',
    timestamp: atMinute(minute),
    game,
    game_type: gameType,
    competition,
    bet_id: `${game}-${i}`,
    bet_market: '1X2',
    selection: String(i),
    odds: price,
  }))
}

export function settlementsOf({ game, minute, odds, winner }: MadeMarket): Line[] {
  return odds.map((price, i) => ({
    player_id: `p${minute % 7}`,
    event_id: `${game}-settlement-${i}`,
    event_type: 'settlement',
    result: i === winner ? 'won' : 'lost',
    amount: i === winner ? String(Number(price) * 10) : '0',
    timestamp: atMinute(minute + 90),
    game,
    bet_id: `${game}-${i}`,
  }))
}

export const linesOf = (market: MadeMarket): Line[] => [...betsOn(market), ...settlementsOf(market)]

export interface Taste {
  readonly count: number
  readonly prefix: string
  readonly competition: string
  readonly gameType?: string
  readonly firstMinute?: number
  /** How many of ten markets the favourite wins, which every market's odds put at about 60 %. */
  readonly favouriteWinsOfTen: number
}

/** Favourites at 1.6 of outsiders at 2.4: implied 0.6 and 0.4. Winners are spread evenly, nothing is random. */
export function book({ count, prefix, competition, gameType, firstMinute, favouriteWinsOfTen }: Taste): MadeMarket[] {
  return Array.from({ length: count }, (_, i) => ({
    game: `${prefix}-${String(i).padStart(4, '0')}`,
    gameType: gameType ?? 'tennis',
    competition,
    minute: (firstMinute ?? 0) + i,
    odds: ['1.6', '2.4'],
    winner: (i * 7) % 10 < favouriteWinsOfTen ? 0 : 1,
  }))
}

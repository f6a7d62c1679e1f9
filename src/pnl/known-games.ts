import type { Booked } from './book-bets.js'

/** A game with the type and competition that an event names. */
export interface Game {
  readonly game: string
  readonly gameType: string | null
  readonly competition: string | null
}

const GAMES_MAX = 100_000

const filled = (known: Game | undefined, { game, gameType, competition }: Game): Game => ({
  game,
  gameType: known?.gameType ?? gameType,
  competition: known?.competition ?? competition,
})

const says = (known: Game | undefined, next: Game): boolean =>
  known !== undefined && known.gameType === next.gameType && known.competition === next.competition

/** What this node knows to be stored of games, so that it writes what is new of them alone. */
export class KnownGames {
  private readonly games = new Map<string, Game>()

  /** What the events tell that is not known to be stored, by game. */
  newOf(booked: readonly Booked[]): Game[] {
    const news = new Map<string, Game>()
    for (const { event } of booked) {
      const { game, gameType, competition } = event
      if (game === null) continue
      const known = news.get(game) ?? this.games.get(game)
      const next = filled(known, { game, gameType, competition })
      if (!says(known, next)) news.set(game, next)
    }
    return [...news.values()].sort((a, b) => (a.game < b.game ? -1 : 1))
  }

  stored(games: readonly Game[]): void {
    if (this.games.size + games.length > GAMES_MAX) this.games.clear()
    for (const game of games) this.games.set(game.game, game)
  }
}

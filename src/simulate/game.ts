import type { Random } from './random.js'

/** What a stake may come back as: `multiple` times itself. The rest of the probability is a loss. */
export interface Outcome {
  readonly multiple: number
  readonly probability: number
}

export interface Game {
  readonly game: string
  readonly gameType: string
  /** Return to player: the share of turnover that is paid out in the long run. */
  readonly rtp: number
  readonly outcomes: readonly Outcome[]
  /** Sports bets name these. */
  readonly competitions?: readonly string[]
}

/** Weights of a slot's hits, from the many small ones to the jackpot; their sum is scaled so that the RTP is met. */
const SLOT_HITS = [
  [0.4, 300],
  [1, 220],
  [2, 120],
  [5, 45],
  [12, 14],
  [30, 4],
  [120, 0.8],
  [1_000, 0.03],
] as const

function slot(game: string, rtp: number): Game {
  const mean = SLOT_HITS.reduce((sum, [multiple, weight]) => sum + multiple * weight, 0)
  const outcomes = SLOT_HITS.map(([multiple, weight]) => ({ multiple, probability: (weight * rtp) / mean }))
  return { game, gameType: 'slots', rtp, outcomes }
}

/** Players choose among payouts that all have the same RTP, as in crash games and at the bookmaker's. */
function fixedOdds(game: string, gameType: string, rtp: number, multiples: readonly number[]): Game {
  const outcomes = multiples.map(multiple => ({ multiple, probability: rtp / multiple / multiples.length }))
  return { game, gameType, rtp, outcomes }
}

const ROULETTE_PAYOUTS = [2, 2, 2, 3, 3, 6, 9, 36]

const blackjack: Game = {
  game: 'blackjack-classic',
  gameType: 'blackjack',
  rtp: 0.9945,
  outcomes: [
    { multiple: 1, probability: 0.0848 },
    { multiple: 2, probability: 0.3986 },
    { multiple: 2.5, probability: 0.045 },
  ],
}

const sports = (game: string, competitions: readonly string[]): Game => ({
  ...fixedOdds(game, 'sports', 0.94, [1.4, 1.8, 2.1, 2.5, 3.4, 6]),
  competitions,
})

export const GAMES: readonly Game[] = [
  slot('tide-of-gold', 0.962),
  slot('lucky-lantern', 0.955),
  slot('pearl-divers', 0.948),
  slot('nordic-runes', 0.965),
  fixedOdds('european-roulette', 'roulette', 36 / 37, ROULETTE_PAYOUTS),
  blackjack,
  fixedOdds('rocket', 'crash', 0.99, [1.2, 1.5, 2, 3, 5, 10, 50]),
  sports('football', ['Harbour League', 'Northern Cup', 'Continental Trophy']),
  sports('tennis', ['Bay Open', 'Autumn Masters']),
]

/** How many times its stake one round pays; 0 for a loss. */
export function play(game: Game, random: Random): number {
  let left = random.unit()
  for (const { multiple, probability } of game.outcomes) {
    left -= probability
    if (left < 0) return multiple
  }
  return 0
}

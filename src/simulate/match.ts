import { MINUTE_MS, type Millis } from '../kernel/time.js'
import type { Random } from './random.js'

export const SELECTIONS = ['home', 'draw', 'away'] as const
export type Selection = (typeof SELECTIONS)[number]

const TEAMS = ['harbour', 'bay', 'lantern', 'pearl', 'north', 'isle', 'anchor', 'reef', 'tide', 'dune']
const COMPETITIONS = ['Harbour League', 'Northern Cup', 'Continental Trophy']
const MARGIN = 0.06
const ODDS_MAX = 51
/** A match is over in so much time, however long its ninety minutes are. */
const LENGTH_MIN_MS = MINUTE_MS
const LENGTH_MAX_MS = 3 * MINUTE_MS
const ABANDONED = 0.04
/** More goals of one side than these have next to no probability. */
const GOALS_MAX = 9

/** One match with the market "1X2": its odds follow the score and the time that is left, as a bookmaker's do. */
export class Match {
  readonly game: string
  readonly competition: string
  readonly endsAt: Millis
  readonly isAbandoned: boolean
  /** Goals to come in a whole match. */
  private readonly expected: { readonly home: number; readonly away: number }
  private readonly goals: readonly { readonly at: Millis; readonly lead: 1 | -1 }[]

  constructor(
    number: number,
    readonly startsAt: Millis,
    random: Random,
  ) {
    const home = random.below(TEAMS.length)
    const away = (home + 1 + random.below(TEAMS.length - 1)) % TEAMS.length
    this.game = `${TEAMS[home]}-v-${TEAMS[away]}-${number}`
    this.competition = random.pick(COMPETITIONS)
    this.endsAt = startsAt + random.between(LENGTH_MIN_MS, LENGTH_MAX_MS)
    this.isAbandoned = random.chance(ABANDONED)
    this.expected = { home: random.between(0.7, 2.3), away: random.between(0.5, 1.8) }
    this.goals = [...this.goalsOf(random, this.expected.home, 1), ...this.goalsOf(random, this.expected.away, -1)]
  }

  /** Null while nobody may bet on it: what would return as much as was staked, or next to never anything. */
  oddsAt(at: Millis, selection: Selection): number | null {
    const left = (this.endsAt - at) / (this.endsAt - this.startsAt)
    const { home, away } = this.expected
    const chances = outcomes(this.leadAt(at), poisson(home * left), poisson(away * left))
    const odds = Math.round(100 / (chances[selection] * (1 + MARGIN))) / 100
    return odds > 1 && odds <= ODDS_MAX ? odds : null
  }

  get winner(): Selection {
    const lead = this.leadAt(this.endsAt)
    return lead > 0 ? 'home' : lead < 0 ? 'away' : 'draw'
  }

  private leadAt(at: Millis): number {
    return this.goals.reduce((lead, goal) => (goal.at <= at ? lead + goal.lead : lead), 0)
  }

  private goalsOf(random: Random, expected: number, lead: 1 | -1) {
    const goals: { at: Millis; lead: 1 | -1 }[] = []
    const meanGapMs = (this.endsAt - this.startsAt) / expected
    for (let at = this.startsAt; ; ) {
      at += random.exponential(meanGapMs)
      if (at > this.endsAt) return goals
      goals.push({ at, lead })
    }
  }
}

function poisson(mean: number): number[] {
  const chances = [Math.exp(-mean)]
  for (let goals = 1; goals <= GOALS_MAX; goals++) chances.push((chances[goals - 1]! * mean) / goals)
  return chances
}

function outcomes(lead: number, home: readonly number[], away: readonly number[]): Record<Selection, number> {
  const chances = { home: 0, draw: 0, away: 0 }
  for (const [scored, chance] of home.entries()) {
    for (const [conceded, other] of away.entries()) {
      const final = lead + scored - conceded
      chances[final > 0 ? 'home' : final < 0 ? 'away' : 'draw'] += chance * other
    }
  }
  return chances
}

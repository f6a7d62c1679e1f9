import { formatInstant, type Millis, SECOND_MS } from '../kernel/time.js'
import { Match, SELECTIONS, type Selection } from './match.js'
import { Random } from './random.js'
import type { WireEvent } from './wire-event.js'

export interface MatchBetsOptions {
  readonly seed: number | string
  readonly players: number
  readonly startAt: Millis
  readonly betsPerSecond: number
  /** Played at the same time. */
  readonly matches: number
}

interface OpenBet {
  readonly betId: string
  readonly playerId: string
  readonly selection: Selection
  readonly stakeCents: number
  readonly odds: number
}

interface LiveMatch {
  readonly match: Match
  readonly bets: OpenBet[]
}

const SETTLED_AFTER_MS = 2 * SECOND_MS
const STAKE_CENTS_MEDIAN = 600
const STAKE_STEP_CENTS = 50
const PLAYER_DIGITS = 6
const PER_CENT = 100

/** Bets on matches while they are played, and their settlements when they are over; then the next match begins. */
export class MatchBets {
  private readonly random: Random
  private readonly live: LiveMatch[] = []
  private begun = 0
  private nextAt: Millis

  constructor(private readonly options: MatchBetsOptions) {
    this.random = new Random(options.seed)
    this.nextAt = options.startAt
    while (this.live.length < options.matches) this.live.push(this.begin(options.startAt))
  }

  /** The events up to `untilMs`, exclusive, in the order of their time. */
  next(untilMs: Millis): WireEvent[] {
    const events: WireEvent[] = []
    for (; this.nextAt < untilMs; this.nextAt += this.random.exponential(SECOND_MS / this.options.betsPerSecond)) {
      const at = Math.floor(this.nextAt)
      for (const [place, { match }] of this.live.entries()) {
        if (at >= match.endsAt + SETTLED_AFTER_MS) events.push(...this.settle(place, at))
      }
      const bet = this.bet(at)
      if (bet !== null) events.push(bet)
    }
    return events
  }

  private begin(at: Millis): LiveMatch {
    return { match: new Match(++this.begun, at, this.random), bets: [] }
  }

  private bet(at: Millis): WireEvent | null {
    const { random } = this
    const { match, bets } = random.pick(this.live)
    const selection = random.pick(SELECTIONS)
    const odds = at < match.endsAt ? match.oddsAt(at, selection) : null
    if (odds === null) return null
    const playerId = `player_${String(1 + random.below(this.options.players)).padStart(PLAYER_DIGITS, '0')}`
    const steps = Math.max(1, Math.round(random.logNormal(STAKE_CENTS_MEDIAN, 0.8) / STAKE_STEP_CENTS))
    const bet: OpenBet = { betId: random.uuid(), playerId, selection, stakeCents: steps * STAKE_STEP_CENTS, odds }
    bets.push(bet)
    const { game, competition } = match
    return {
      ...this.event(bet, at),
      event_type: 'bet',
      amount: bet.stakeCents / PER_CENT,
      game,
      game_type: 'sports',
      competition,
      bet_market: '1X2',
      selection,
      odds,
    }
  }

  private settle(place: number, at: Millis): WireEvent[] {
    const { match, bets } = this.live[place]!
    this.live[place] = this.begin(at)
    const { game, isAbandoned, winner } = match
    return bets.map(bet => {
      const result = isAbandoned ? 'void' : bet.selection === winner ? 'won' : 'lost'
      // Cents times hundredths: exact, and at most 4 decimals.
      const won = (bet.stakeCents * Math.round(bet.odds * PER_CENT)) / PER_CENT ** 2
      const amount = result === 'won' ? won : result === 'void' ? bet.stakeCents / PER_CENT : 0
      return { ...this.event(bet, at), event_type: 'settlement', amount, game, game_type: 'sports', result }
    })
  }

  private event({ betId, playerId }: OpenBet, at: Millis) {
    return {
      event_id: this.random.uuid(),
      player_id: playerId,
      timestamp: formatInstant(at),
      market: 'de',
      session_id: `sports_${playerId}`,
      device_id: `dev_${playerId}`,
      currency: 'EUR',
      bet_id: betId,
    }
  }
}

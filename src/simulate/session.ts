import { formatInstant, type Millis } from '../kernel/time.js'
import { type Game, play } from './game.js'
import { depositOf, type Profile, stakeOf } from './profile.js'
import type { Random } from './random.js'
import type { WireEvent } from './wire-event.js'

const ROUNDS_MEAN = 40
const DEPOSIT_AT_LOGIN = 0.35
const DEPOSIT_BETWEEN_ROUNDS = 0.004
const CHANGE_OF_GAME = 0.02
/** What belongs to no game happens in the lobby. */
const LOBBY = 'lobby'
const DEPOSIT_METHODS = ['card', 'card', 'bank', 'wallet']
/** The game that has levels. */
const GAME_WITH_LEVELS = 'tide-of-gold'
const LEVEL_UP_AFTER_ROUND = 0.06
const LEVELS_AT_LOGIN_MAX = 60
const SPORTS_MARKETS = {
  '1X2': ['home', 'draw', 'away'],
  'over/under 2.5': ['over', 'under'],
  'next point': ['first', 'second'],
} as const

type Details = Omit<WireEvent, 'event_id' | 'player_id' | 'timestamp' | 'market' | 'session_id' | 'device_id'>
type Round = Pick<WireEvent, 'game' | 'game_type' | 'competition' | 'round_id'>

/**
 * One visit of one player, an event at a time: login, perhaps a deposit, rounds (a bet, then what it won, before the next
 * bet), now and then a level, logout. A win that is owed is paid before anything else happens.
 */
export class Session {
  private readonly id: string
  private roundsLeft: number
  private game: Game
  private loggedIn = false
  private depositing: boolean
  private levelling = false
  private level: number
  private rounds = 0
  private stakedCents = 0
  private wonCents = 0
  private owed: Details | null = null
  private over = false

  constructor(
    readonly profile: Profile,
    private readonly random: Random,
    private readonly currency: string,
  ) {
    this.id = `sess_${random.hex(12)}`
    this.roundsLeft = 1 + Math.floor(random.exponential(ROUNDS_MEAN))
    this.game = random.pick(profile.favourites)
    this.depositing = random.chance(DEPOSIT_AT_LOGIN)
    this.level = 1 + random.below(LEVELS_AT_LOGIN_MAX)
  }

  get ended(): boolean {
    return this.over
  }

  next(at: Millis): WireEvent {
    const { playerId, market, deviceId } = this.profile
    return {
      event_id: this.random.uuid(),
      player_id: playerId,
      timestamp: formatInstant(at),
      market,
      session_id: this.id,
      device_id: deviceId,
      ...this.step(),
    }
  }

  private step(): Details {
    if (!this.loggedIn) {
      this.loggedIn = true
      return { event_type: 'login', event_name: 'login', game: LOBBY }
    }
    if (this.owed !== null) {
      const win = this.owed
      this.owed = null
      return win
    }
    if (this.depositing) {
      this.depositing = false
      const method = this.random.pick(DEPOSIT_METHODS)
      const money = this.money(depositOf(this.profile, this.random))
      return { event_type: 'deposit', event_name: 'deposit', game: LOBBY, ...money, data: { method } }
    }
    if (this.levelling) {
      this.levelling = false
      return {
        event_type: 'progress',
        event_name: 'level_up',
        game: GAME_WITH_LEVELS,
        data: { level: ++this.level },
      }
    }
    if (this.roundsLeft === 0) {
      this.over = true
      const data = { rounds: this.rounds, staked: this.stakedCents / 100, won: this.wonCents / 100 }
      return { event_type: 'logout', event_name: 'session_end', game: LOBBY, data }
    }
    return this.bet()
  }

  private bet(): Details {
    const { random } = this
    this.roundsLeft--
    if (random.chance(CHANGE_OF_GAME)) this.game = random.pick(this.profile.favourites)
    this.depositing = random.chance(DEPOSIT_BETWEEN_ROUNDS)
    const { game, gameType, competitions } = this.game
    const round: Round = { game, game_type: gameType, round_id: `round_${random.hex(12)}` }
    const place = competitions === undefined ? round : { ...round, competition: random.pick(competitions) }
    const stakeCents = stakeOf(this.profile, random)
    const wonCents = Math.floor(stakeCents * play(this.game, random))
    this.rounds++
    this.stakedCents += stakeCents
    this.wonCents += wonCents
    this.levelling = game === GAME_WITH_LEVELS && random.chance(LEVEL_UP_AFTER_ROUND)
    if (wonCents > 0) this.owed = { event_type: 'win', ...this.money(wonCents), ...place }
    return { event_type: 'bet', ...this.money(stakeCents), ...place, ...this.selection() }
  }

  private selection(): Pick<WireEvent, 'bet_market' | 'selection'> {
    if (this.game.gameType !== 'sports') return {}
    const market = this.random.pick(Object.keys(SPORTS_MARKETS) as (keyof typeof SPORTS_MARKETS)[])
    return { bet_market: market, selection: this.random.pick<string>(SPORTS_MARKETS[market]) }
  }

  private money(cents: number): Pick<WireEvent, 'amount' | 'currency'> {
    return { amount: cents / 100, currency: this.currency }
  }
}

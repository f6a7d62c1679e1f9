import { formatInstant, type Millis } from '../../../kernel/time.js'
import { writeDigits } from '../../bench-load.js'
import { Random } from '../../random.js'

export interface SportsLoadOptions {
  readonly prefix: string
  readonly players: number
  readonly games: number
  /** Of the bets, how many come before the first one is settled; then as many are settled as are made. */
  readonly openBets: number
}

/** What a prepared bet is on. */
export interface Wager {
  readonly game: string
  readonly selection: string
  readonly stake: string
  readonly odds: string
}

export const COMPETITIONS = 20
const SELECTIONS = ['home', 'draw', 'away'] as const
/** Of a market, before the bookmaker's margin; which one is the favourite differs between games. */
const CHANCES = [0.46, 0.27, 0.27]
const MARGIN = 0.06
const QUOTE_MOVES = 0.02
const PREPARED = 8_192
/** Two bets of one player are far apart: a prime step through the players. */
const PLAYER_STEP = 7_919
const COUNTER_DIGITS = 12
const PLAYER_DIGITS = 7
const STAKE_MEDIAN = 4

export const gameName = (n: number): string => `match-${String(n).padStart(5, '0')}`

interface Lines {
  readonly bytes: Buffer
  /** Where each begins, and behind the last one. */
  readonly starts: readonly number[]
}

/**
 * Sports bets with odds and, behind them, their settlements. As in BenchLoad, lines are prepared and what is new in each
 * is written into a copy. The n-th bet's player and wager follow from n, so nothing is kept of those that are open.
 */
export class SportsLoad {
  readonly wagers: readonly Wager[]
  made: number
  settled = 0
  private readonly bets: Lines
  private readonly settlements: Lines
  private readonly eventAt: number
  private readonly betAt: number
  private readonly playerAt: number
  private readonly timeAt: number

  /** `made`: so many bets are in the database already. */
  constructor(
    private readonly options: SportsLoadOptions,
    made = 0,
  ) {
    this.made = made
    const random = new Random(options.prefix)
    this.wagers = Array.from({ length: PREPARED }, () => wagerOf(random, options.games))
    const [counter, zeros] = ['0'.repeat(COUNTER_DIGITS), '0'.repeat(PLAYER_DIGITS)]
    const event = `{"event_id":"${options.prefix}-b`
    const bet = `${event}${counter}","bet_id":"${options.prefix}-`
    const player = `${bet}${counter}","player_id":"p`
    const time = `${player}${zeros}","timestamp":"`
    this.eventAt = event.length
    this.betAt = bet.length
    this.playerAt = player.length
    this.timeAt = time.length
    const start = `${time}${formatInstant(0)}",`
    this.bets = joined(this.wagers.map(wager => `${start}${betEnding(wager)}}\n`))
    const settling = start.replace(`${options.prefix}-b`, `${options.prefix}-s`)
    this.settlements = joined(this.wagers.map(wager => `${settling}${settlementEnding(wager, random)}}\n`))
  }

  get open(): number {
    return this.made - this.settled
  }

  /** The game of the n-th bet. */
  gameOf = (n: number): string => this.wagers[n % PREPARED]!.game

  /** New bets, and once enough are open, as many settlements of the oldest. */
  mixed(lines: number, at: Millis): Buffer {
    const settling = this.open >= this.options.openBets ? Math.floor(lines / 2) : 0
    const settlements = this.filled(this.settlements, this.settled, settling, at)
    this.settled += settling
    return Buffer.concat([this.newBets(lines - settling, at), settlements])
  }

  newBets(count: number, at: Millis): Buffer {
    const bets = this.filled(this.bets, this.made, count, at)
    this.made += count
    return bets
  }

  private filled({ bytes, starts }: Lines, first: number, count: number, at: Millis): Buffer {
    const time = Buffer.from(formatInstant(at), 'latin1')
    const parts: Buffer[] = []
    for (let n = first; n < first + count; n++) {
      const line = Buffer.from(bytes.subarray(starts[n % PREPARED], starts[(n % PREPARED) + 1]))
      writeDigits(line, this.eventAt, COUNTER_DIGITS, n)
      writeDigits(line, this.betAt, COUNTER_DIGITS, n)
      writeDigits(line, this.playerAt, PLAYER_DIGITS, (n * PLAYER_STEP) % this.options.players)
      time.copy(line, this.timeAt)
      parts.push(line)
    }
    return Buffer.concat(parts)
  }
}

/** The n-th bet as a row of the table of bets is made of it, in SQL. */
export const ROW_OF_BET = {
  player: (n: string, players: string) =>
    `'p' || lpad((${n}::bigint * ${PLAYER_STEP} % ${players})::text, ${PLAYER_DIGITS}, '0')`,
  counter: (n: string) => `lpad(${n}::text, ${COUNTER_DIGITS}, '0')`,
  wager: (n: string) => `${n} % ${PREPARED} + 1`,
} as const

function wagerOf(random: Random, games: number): Wager {
  const [game, outcome] = [random.below(games), random.below(SELECTIONS.length)]
  const chance =
    CHANCES[(outcome + game) % CHANCES.length]! * (1 + MARGIN) * random.between(1 - QUOTE_MOVES, 1 + QUOTE_MOVES)
  return {
    game: gameName(game),
    selection: SELECTIONS[outcome]!,
    stake: (0.5 + random.logNormal(STAKE_MEDIAN, 1)).toFixed(2),
    odds: (1 / chance).toFixed(2),
  }
}

const betEnding = ({ game, selection, stake, odds }: Wager): string =>
  `"event_type":"bet","amount":${stake},"currency":"EUR","game":"${game}","game_type":"sports",` +
  `"competition":"league-${Number(game.slice(-5)) % COMPETITIONS}","bet_market":"1X2","selection":"${selection}","odds":${odds}`

function settlementEnding({ stake, odds }: Wager, random: Random): string {
  const won = random.chance(1 / (Number(odds) * (1 + MARGIN)))
  const payout = won ? (Number(stake) * Number(odds)).toFixed(4) : '0'
  return `"event_type":"settlement","amount":"${payout}","currency":"EUR","result":"${won ? 'won' : 'lost'}"`
}

function joined(lines: readonly string[]): Lines {
  const starts = [0]
  for (const line of lines) starts.push(starts.at(-1)! + line.length)
  return { bytes: Buffer.from(lines.join(''), 'latin1'), starts }
}

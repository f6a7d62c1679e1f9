import { formatInstant, type Millis } from '../kernel/time.js'
import { GAMES } from './game.js'
import { Random } from './random.js'

export interface BenchLoadOptions {
  readonly seed: number | string
  /** Event ids are `<prefix>-<counter>`: one prefix a run and a sender. */
  readonly prefix: string
  readonly players: number
  /** The members of a prepared line behind its time; bets, wins, deposits and logins where it is absent. */
  readonly ending?: (random: Random, line: number) => string
}

const LINES_PREPARED = 8_192
const COUNTER_DIGITS = 12
const PLAYER_DIGITS = 7
const STAKE_MEDIAN = 1.5
const STAKE_SIGMA = 1.4
const ZERO = 0x30

/**
 * The generator shares the machine with what it measures. So lines are prepared once, with what is new in each (counter,
 * player, session, time) at fixed places behind its start: a body is a copy of some of them with those places filled in.
 */
export class BenchLoad {
  private readonly random: Random
  private readonly players: number
  private readonly prepared: Buffer
  private readonly starts: number[] = []
  private readonly counterAt: number
  private readonly playerAt: number
  private readonly sessionAt: number
  private readonly timeAt: number
  /** How many events have been made, which is also the next one's counter. */
  made = 0

  constructor({ seed, prefix, players, ending = playEnding }: BenchLoadOptions) {
    if (!(players >= 1 && players <= 10 ** PLAYER_DIGITS)) {
      throw new RangeError(`players must be from 1 to ${10 ** PLAYER_DIGITS}, got ${players}`)
    }
    if (!/^[\w.:-]+$/.test(prefix)) throw new RangeError(`prefix must be of [A-Za-z0-9_.:-], got ${prefix}`)
    this.random = new Random(seed)
    this.players = players
    const zeros = '0'.repeat(PLAYER_DIGITS)
    const id = `{"event_id":"${prefix}-`
    const player = `${id}${'0'.repeat(COUNTER_DIGITS)}","player_id":"p`
    const session = `${player}${zeros}","session_id":"s`
    const time = `${session}${zeros}","timestamp":"`
    this.counterAt = id.length
    this.playerAt = player.length
    this.sessionAt = session.length
    this.timeAt = time.length
    let text = ''
    for (let line = 0; line < LINES_PREPARED; line++) {
      this.starts.push(text.length)
      text += `${time}${formatInstant(0)}",${ending(this.random, line)}}\n`
    }
    this.starts.push(text.length)
    this.prepared = Buffer.from(text, 'latin1')
  }

  /** An NDJSON body of that many new events, all at that time. */
  body(lines: number, at: Millis): Buffer {
    const first = this.random.below(LINES_PREPARED)
    const body = this.copyOf(first, lines)
    const time = Buffer.from(formatInstant(at), 'latin1')
    let start = 0
    for (let line = first; line < first + lines; line++) {
      const player = this.random.below(this.players)
      writeDigits(body, start + this.counterAt, COUNTER_DIGITS, this.made++)
      writeDigits(body, start + this.playerAt, PLAYER_DIGITS, player)
      writeDigits(body, start + this.sessionAt, PLAYER_DIGITS, player)
      for (let i = 0; i < time.length; i++) body[start + this.timeAt + i] = time[i]!
      start += this.lengthOf(line % LINES_PREPARED)
    }
    return body
  }

  private lengthOf(line: number): number {
    return this.starts[line + 1]! - this.starts[line]!
  }

  /** The prepared lines are a ring. */
  private copyOf(first: number, lines: number): Buffer {
    const parts: Buffer[] = []
    let from = first
    for (let left = lines; left > 0; ) {
      const taken = Math.min(left, LINES_PREPARED - from)
      parts.push(this.prepared.subarray(this.starts[from], this.starts[from + taken]))
      left -= taken
      from = 0
    }
    return Buffer.concat(parts)
  }
}

export function writeDigits(bytes: Buffer, at: number, digits: number, value: number): void {
  let left = value
  for (let place = at + digits - 1; place >= at; place--) {
    const tenth = Math.floor(left / 10)
    bytes[place] = ZERO + left - tenth * 10
    left = tenth
  }
}

/** Two bets for each win, now and then a deposit or a login; amounts have a heavy tail. */
export function playEnding(random: Random): string {
  const dice = random.unit()
  if (dice < 0.01) return '"event_type":"login","market":"de"'
  const amount = 0.1 + random.logNormal(STAKE_MEDIAN, STAKE_SIGMA)
  if (dice < 0.03)
    return `"event_type":"deposit","amount":${(20 + amount * 20).toFixed(0)},"currency":"EUR","market":"de"`
  const { game, gameType } = random.pick(GAMES)
  const money = `"event_type":"${dice < 0.68 ? 'bet' : 'win'}","amount":${amount.toFixed(2)},"currency":"EUR"`
  return `${money},"market":"de","game":"${game}","game_type":"${gameType}","round_id":"r${random.hex(8)}"`
}

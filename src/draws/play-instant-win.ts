import { AppError } from '../kernel/errors.js'
import type { Clock, Millis } from '../kernel/time.js'
import { checkPlayerId } from '../players/suppression.js'
import type { Database, Queryable } from '../storage/database.js'
import { closedAt, type InstantWinAward } from './instant-win.js'
import { awardsOfPlayers, insertAwards, lockPlayers, takePositions } from './instant-win.store.js'
import { wonAt } from './instant-win-order.js'
import type { InstantWinOrders, OrderedInstantWin } from './instant-win-orders.js'

type SuppressedAmong = (session: Queryable, playerIds: readonly string[], at: Millis) => Promise<ReadonlySet<string>>
type Answer = InstantWinAward | AppError

interface Play {
  readonly win: OrderedInstantWin
  readonly playerId: string
  readonly answer: Promise<InstantWinAward>
  readonly settle: (answer: Answer) => void
  readonly fail: (error: unknown) => void
}

const WAITING_MAX = 10_000
const BATCH_MAX = 100

/**
 * Idle, or playing: then one transaction after the other takes what waits for the same instant win, in the order of
 * arrival, until nobody waits. All who play one meet at its counter anyway, so a node spends one connection on them
 * rather than its pool, and a rush costs a commit a hundred players.
 *
 * A player who asks twice, here, on another node or later, is told the same award. Its shard's lock orders that, and
 * keeps a suppression out until the award is committed. Who was never seen may play, and is not made known by it.
 */
export class PlayInstantWin {
  private readonly waiting = new Map<string, Play>()
  private playing = false

  constructor(
    private readonly db: Database,
    private readonly orders: InstantWinOrders,
    private readonly suppressedAmong: SuppressedAmong,
    private readonly clock: Clock,
  ) {}

  async play(id: string, playerId: string): Promise<InstantWinAward> {
    checkPlayerId(playerId)
    const win = await this.orders.of(id)
    const key = `${id}\n${playerId}`
    const before = this.waiting.get(key)
    if (before !== undefined) return before.answer
    if (this.waiting.size >= WAITING_MAX) {
      throw new AppError('UNAVAILABLE', `players waiting on this node: ${WAITING_MAX}, try again in a moment`)
    }
    const play = playOf(win, playerId)
    this.waiting.set(key, play)
    if (!this.playing) void this.run()
    return play.answer
  }

  private async run(): Promise<void> {
    this.playing = true
    for (let batch = this.take(); batch.length > 0; batch = this.take()) {
      try {
        const answers = await this.decide(
          batch[0]!.win,
          batch.map(({ playerId }) => playerId),
        )
        for (const { playerId, settle } of batch) settle(answers.get(playerId)!)
      } catch (error) {
        for (const { fail } of batch) fail(error)
      }
    }
    this.playing = false
  }

  private take(): Play[] {
    const batch: Play[] = []
    for (const [key, play] of this.waiting) {
      if (play.win.rules.id !== (batch[0] ?? play).win.rules.id) continue
      batch.push(play)
      this.waiting.delete(key)
      if (batch.length === BATCH_MAX) break
    }
    return batch
  }

  private decide(win: OrderedInstantWin, playerIds: readonly string[]): Promise<ReadonlyMap<string, Answer>> {
    const { rules } = win
    return this.db.transaction(async session => {
      await lockPlayers(session, playerIds)
      const now = this.clock()
      const suppressed = await this.suppressedAmong(session, playerIds, now)
      const answers = new Map<string, Answer>()
      for (const award of await awardsOfPlayers(session, rules, playerIds)) answers.set(award.playerId, award)
      for (const id of suppressed) answers.set(id, new AppError('FORBIDDEN', 'the player is suppressed'))
      const rest = playerIds.filter(id => !answers.has(id))
      const closed = closedAt(rules, now)
      if (closed !== null) for (const id of rest) answers.set(id, closed)
      else for (const award of await give(session, win, rest, now)) answers.set(award.playerId, award)
      return answers
    })
  }
}

/** The next pieces, one a player. */
async function give(
  session: Queryable,
  { rules, order }: OrderedInstantWin,
  playerIds: readonly string[],
  now: Millis,
): Promise<InstantWinAward[]> {
  if (playerIds.length === 0) return []
  const first = await takePositions(session, rules.id, playerIds.length)
  const awards = playerIds.map((playerId, at) => {
    const position = first + at
    return { instantWinId: rules.id, playerId, position, ...wonAt(rules, order, position), awardedAt: now }
  })
  await insertAwards(session, rules.id, awards, now)
  return awards
}

function playOf(win: OrderedInstantWin, playerId: string): Play {
  let settle!: Play['settle']
  let fail!: Play['fail']
  const answer = new Promise<InstantWinAward>((resolve, reject) => {
    settle = given => (given instanceof AppError ? reject(given) : resolve(given))
    fail = reject
  })
  return { win, playerId, answer, settle, fail }
}

import type { PlayerEvent } from '../events/player-event.js'
import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { StoredDraw } from './stored-draw.js'

/** A stake that counts for these draws, where its player takes part. */
export interface Stake {
  readonly draws: readonly StoredDraw[]
  readonly amount: Money
  readonly occurredAt: Millis
}

const takesStakes = ({ status, closedAt, stakePerTicket }: StoredDraw): boolean =>
  status !== 'CANCELLED' && closedAt === null && stakePerTicket !== null

/** Whether an event is a stake of this draw, whoever made it. */
export const isStake = (draw: StoredDraw, event: PlayerEvent): boolean =>
  event.amount > 0n &&
  draw.stakePerTicket !== null &&
  event.occurredAt >= draw.opensAt &&
  event.occurredAt < draw.drawsAt &&
  (draw.game === null || draw.game === event.game) &&
  (draw.gameType === null || draw.gameType === event.gameType) &&
  draw.eventTypes.includes(event.eventType)

/** The draws of one revision of the rules that are counted. */
export class LiveDraws {
  private readonly byType = new Map<string, readonly StoredDraw[]>()
  /** Also of those that are over: what was staked in them is kept until everybody's account is settled. */
  private readonly kept: ReadonlySet<number>
  readonly numbers: readonly number[]

  constructor(unfinished: readonly StoredDraw[]) {
    this.kept = new Set(unfinished.filter(draw => !draw.settled).map(draw => draw.counting))
    const open = unfinished.filter(takesStakes)
    this.numbers = open.map(draw => draw.number)
    for (const type of new Set(open.flatMap(draw => draw.eventTypes))) {
      this.byType.set(
        type,
        open.filter(draw => draw.eventTypes.includes(type)),
      )
    }
  }

  /** Nothing is staked in any. */
  get isEmpty(): boolean {
    return this.byType.size === 0
  }

  isKept(counting: number): boolean {
    return this.kept.has(counting)
  }

  /** By player, in the order of arrival. */
  stakesOf(events: readonly PlayerEvent[]): Map<string, Stake[]> {
    const stakes = new Map<string, Stake[]>()
    if (this.isEmpty) return stakes
    for (const event of events) {
      const asked = this.byType.get(event.eventType)
      if (asked === undefined || event.amount === 0n) continue
      const draws = asked.every(draw => isStake(draw, event)) ? asked : asked.filter(draw => isStake(draw, event))
      if (draws.length === 0) continue
      const stake = { draws, amount: event.amount, occurredAt: event.occurredAt }
      const theirs = stakes.get(event.playerId)
      if (theirs === undefined) stakes.set(event.playerId, [stake])
      else theirs.push(stake)
    }
    return stakes
  }
}

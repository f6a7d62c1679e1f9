import type { PlayerEvent } from '../events/player-event.js'
import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { StoredDraw } from './stored-draw.js'

/** A stake that counts for a draw, where its player takes part. */
export interface Stake {
  readonly draw: StoredDraw
  readonly amount: Money
  readonly occurredAt: Millis
}

/** Whether an event is a stake of this draw, whoever made it. */
export const isStake = (draw: StoredDraw, event: PlayerEvent): boolean =>
  event.amount > 0n &&
  draw.stakePerTicket !== null &&
  event.occurredAt >= draw.opensAt &&
  event.occurredAt < draw.drawsAt &&
  (draw.game === null || draw.game === event.game) &&
  (draw.gameType === null || draw.gameType === event.gameType) &&
  draw.eventTypes.includes(event.eventType)

/** The draws of one revision of the rules that are neither drawn nor cancelled. */
export class LiveDraws {
  private readonly open: readonly StoredDraw[]
  /** Their stakes are kept, also of those that are closed and whose entries are not frozen yet. */
  private readonly kept: ReadonlySet<number>
  private readonly types: ReadonlySet<string>

  constructor(unfinished: readonly StoredDraw[]) {
    this.open = unfinished.filter(draw => draw.closedAt === null && draw.stakePerTicket !== null)
    this.kept = new Set(unfinished.map(draw => draw.number))
    this.types = new Set(this.open.flatMap(draw => draw.eventTypes))
  }

  get numbers(): number[] {
    return this.open.map(draw => draw.number)
  }

  isKept(number: number): boolean {
    return this.kept.has(number)
  }

  /** By player, in the order of arrival. */
  stakesOf(events: readonly PlayerEvent[]): Map<string, Stake[]> {
    const stakes = new Map<string, Stake[]>()
    if (this.open.length === 0) return stakes
    for (const event of events) {
      if (!this.types.has(event.eventType)) continue
      for (const draw of this.open) {
        if (!isStake(draw, event)) continue
        const stake = { draw, amount: event.amount, occurredAt: event.occurredAt }
        const theirs = stakes.get(event.playerId)
        if (theirs === undefined) stakes.set(event.playerId, [stake])
        else theirs.push(stake)
      }
    }
    return stakes
  }
}

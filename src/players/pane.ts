import type { Contribution } from '../events/contribution.js'
import type { PlayerEvent } from '../events/player-event.js'
import type { Money } from '../kernel/money.js'
import { floorTo, type Millis, PANE_MS } from '../kernel/time.js'

/** What a batch adds to one pane: the events of one player, type and game type in five minutes. */
export interface PaneDelta {
  readonly playerId: string
  readonly paneStart: Millis
  readonly eventType: string
  readonly gameType: string
  amount: Money
  turnover: Money
  payouts: Money
  eventCount: number
}

export const paneOf = (at: Millis): Millis => floorTo(at, PANE_MS)

export function foldPanes(events: readonly { event: PlayerEvent; contribution: Contribution }[]): PaneDelta[] {
  const panes = new Map<string, PaneDelta>()
  for (const { event, contribution } of events) {
    const paneStart = paneOf(event.occurredAt)
    const gameType = event.gameType ?? ''
    // No name may hold a NUL, so no two keys run together.
    const key = `${event.playerId}\0${paneStart}\0${event.eventType}\0${gameType}`
    let pane = panes.get(key)
    if (pane === undefined) {
      const { playerId, eventType } = event
      pane = { playerId, paneStart, eventType, gameType, amount: 0n, turnover: 0n, payouts: 0n, eventCount: 0 }
      panes.set(key, pane)
    }
    pane.amount += event.amount
    pane.turnover += contribution.turnover
    pane.payouts += contribution.payouts
    pane.eventCount++
  }
  return [...panes.values()]
}

import type { Contribution } from '../events/contribution.js'
import type { PlayerEvent } from '../events/player-event.js'
import type { Money } from '../kernel/money.js'
import { floorTo, PANE_MS, type Millis } from '../kernel/time.js'

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
    const key = `${event.playerId}\n${paneStart}\n${event.eventType}\n${gameType}`
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

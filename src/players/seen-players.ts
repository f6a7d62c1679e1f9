import { MINUTE_MS, type Millis } from '../kernel/time.js'

export interface SeenPlayer {
  readonly playerId: string
  readonly firstAt: Millis
  readonly lastAt: Millis
}

/** How far a player's row may lag behind its last event. Readers look at the events behind it. */
const LAST_SEEN_LAG_MS = MINUTE_MS
const KNOWN_MAX = 250_000

/**
 * Remembers what this node knows to stand in the players' rows, so that a batch writes only those rows that it changes:
 * new players, an earlier first event, a last event more than a minute on. The oldest knowledge is forgotten first.
 */
export class SeenPlayers {
  private readonly known = new Map<string, { firstAt: Millis; writtenLastAt: Millis }>()

  /** The players whose rows have to be written for these events. */
  due(events: readonly { playerId: string; occurredAt: Millis }[]): SeenPlayer[] {
    const due = new Map<string, { playerId: string; firstAt: Millis; lastAt: Millis }>()
    for (const { playerId, occurredAt } of events) {
      const row = this.known.get(playerId)
      if (row !== undefined && occurredAt >= row.firstAt && occurredAt < row.writtenLastAt + LAST_SEEN_LAG_MS) continue
      const player = due.get(playerId)
      if (player === undefined) due.set(playerId, { playerId, firstAt: occurredAt, lastAt: occurredAt })
      else {
        player.firstAt = Math.min(player.firstAt, occurredAt)
        player.lastAt = Math.max(player.lastAt, occurredAt)
      }
    }
    return [...due.values()]
  }

  /** These rows have been committed. */
  written(players: readonly SeenPlayer[]): void {
    for (const { playerId, firstAt, lastAt } of players) {
      const row = this.known.get(playerId)
      this.known.delete(playerId)
      this.known.set(playerId, {
        firstAt: Math.min(row?.firstAt ?? firstAt, firstAt),
        writtenLastAt: Math.max(row?.writtenLastAt ?? lastAt, lastAt),
      })
    }
    for (const oldest of this.known.keys()) {
      if (this.known.size <= KNOWN_MAX) break
      this.known.delete(oldest)
    }
  }
}

import { existingKeys } from '../events/event.store.js'
import { eventKey } from '../events/player-event.js'
import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import type { QueuedEvent } from './piece.js'

/** What of a batch is new: in the order of arrival, and in the order of the key. */
export interface Novel {
  readonly fresh: readonly QueuedEvent[]
  readonly freshByKey: readonly QueuedEvent[]
  readonly duplicates: ReadonlySet<QueuedEvent>
}

/** Since when what is stored of these has been, by eventKey. */
export type StoredKeys = ReadonlyMap<string, Millis>

export const NOTHING_STORED: StoredKeys = new Map()

export const readStored = (session: Queryable, events: readonly QueuedEvent[]): Promise<StoredKeys> =>
  existingKeys(
    session,
    events.map(item => item.event),
  )

/** The events of a batch in the order of the key, and those that another one of it has the key of already. */
export interface KeyOrder {
  readonly byKey: readonly QueuedEvent[]
  readonly doubles: ReadonlySet<QueuedEvent>
}

export function inKeyOrder(events: readonly QueuedEvent[]): KeyOrder {
  const byKey = events.toSorted(compareKeys)
  return { byKey, doubles: new Set(byKey.filter((item, i) => i > 0 && compareKeys(byKey[i - 1]!, item) === 0)) }
}

/** `ownSince`: what is stored since then was so by an earlier try of this batch, and is no duplicate; null: there was none. */
export function onlyNew(
  events: readonly QueuedEvent[],
  { byKey, doubles }: KeyOrder,
  stored: StoredKeys,
  ownSince: Millis | null,
): Novel {
  const duplicates = new Set(doubles)
  const storedBefore = new Set<QueuedEvent>()
  if (stored.size > 0) {
    for (const item of byKey) {
      const storedAt = stored.get(eventKey(item.event))
      if (storedAt === undefined || duplicates.has(item)) continue
      if (storedAt === ownSince) storedBefore.add(item)
      else duplicates.add(item)
    }
  }
  const isNew = (item: QueuedEvent) => !duplicates.has(item) && !storedBefore.has(item)
  return { fresh: events.filter(isNew), freshByKey: byKey.filter(isNew), duplicates }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The sort is stable: of the same event sent twice, the first to arrive stays first. */
const compareKeys = ({ event: a }: QueuedEvent, { event: b }: QueuedEvent): number =>
  compare(a.playerId, b.playerId) || a.occurredAt - b.occurredAt || compare(a.eventId, b.eventId)

import { appendToFeed, commitAndTell, EFFECTS_A_COMMIT_MAX } from '../feed/feed.store.js'
import type { FeedItem } from '../feed/subscription.js'
import type { Millis } from '../kernel/time.js'
import type { Session } from '../storage/database.js'

/** Effects are never spread quite evenly. */
const SPREAD = 1.2

/** The batch has to be committed in parts. One event alone never has so many effects. */
export class TooManyEffects extends Error {
  /** Into how many parts it fits, if its effects are spread evenly. */
  readonly parts: number

  constructor(effects: number) {
    super(`a batch has ${effects} effects, more than ${EFFECTS_A_COMMIT_MAX}`)
    this.parts = Math.ceil((effects * SPREAD) / EFFECTS_A_COMMIT_MAX)
  }
}

export function checkEffects(effects: number): void {
  if (effects > EFFECTS_A_COMMIT_MAX) throw new TooManyEffects(effects)
}

/** The effects of one kind that a batch has, before the feed has given them ids. */
export interface EffectGroup {
  readonly topic: string
  readonly size: number
  /** Writes them with the ids from this one on, and returns what subscribers get. */
  readonly write: (session: Session, firstId: number) => Promise<FeedItem[]>
}

/** Numbers and writes what a batch has caused, and commits. Nothing slow may stand behind the feed's head. */
export async function commitEffects(session: Session, groups: readonly EffectGroup[], at: Millis): Promise<FeedItem[]> {
  const some = groups.filter(group => group.size > 0)
  const size = some.reduce((sum, group) => sum + group.size, 0)
  checkEffects(size)
  if (size === 0) {
    await session.rows('COMMIT')
    return []
  }
  const topics = some.flatMap(group => Array<string>(group.size).fill(group.topic))
  let nextId = await appendToFeed(session, topics, at)
  const items: FeedItem[] = []
  for (const group of some) {
    items.push(...(await group.write(session, nextId)))
    nextId += group.size
  }
  await commitAndTell(session, nextId - 1)
  return items
}

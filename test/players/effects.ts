/** What the API says has come of a player's events, at its place in the feed. */
export interface Effect {
  readonly playerId: string
  readonly feedCursor: string
}

/** The feed's place behind which nothing of these players may leave. */
export type Cursors = ReadonlyMap<string, string>

export const feedIdOf = (cursor: string): number => Number(cursor.slice(cursor.indexOf('-') + 1))

/** Of the effects that left, or would leave, those behind the cursor that was taken once the player was suppressed. */
export function behindCursor<E extends Effect>(effects: readonly E[], cursors: Cursors): E[] {
  return effects.filter(({ playerId, feedCursor }) => {
    const cursor = cursors.get(playerId)
    return cursor !== undefined && feedIdOf(feedCursor) > feedIdOf(cursor)
  })
}

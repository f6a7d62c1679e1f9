import type { PlayerEvent } from '../events/player-event.js'
import type { Millis } from '../kernel/time.js'
import type { Campaign, TriggerGate } from './campaign.js'

/** An event that a campaign's filter has found true. */
export interface Match {
  readonly campaign: Campaign
  readonly event: PlayerEvent
}

/** What a player has had of a campaign. */
export interface Received {
  readonly triggers: number
  /** Event time of the last one. */
  readonly lastEventAt: Millis
}

export interface TriggerDecision<M extends Match> {
  readonly triggers: readonly M[]
  /** Of suppressed players. */
  readonly withheld: readonly M[]
  /** As it stands afterwards, for those who have been triggered. */
  readonly received: ReadonlyMap<string, Received & { readonly match: M; readonly isFirst: boolean }>
}

/** No id may hold a NUL, so no two pairs run together. */
export const receivedKey = (campaignId: string, playerId: string): string => `${campaignId}\0${playerId}`

/** Which of these matches trigger, one after the other in the order of arrival. The players' shards must be locked. */
export function decideTriggers<M extends Match>(
  matches: readonly M[],
  suppressed: ReadonlySet<string>,
  before: ReadonlyMap<string, Received>,
): TriggerDecision<M> {
  const triggers: M[] = []
  const withheld: M[] = []
  const received = new Map<string, Received & { match: M; isFirst: boolean }>()
  for (const match of matches) {
    const { campaign, event } = match
    const key = receivedKey(campaign.id, event.playerId)
    const had = received.get(key) ?? before.get(key) ?? null
    const gate = playerGate(campaign, event.occurredAt, suppressed.has(event.playerId), had)
    if (gate === 'SUPPRESSED') withheld.push(match)
    if (gate !== null) continue
    triggers.push(match)
    received.set(key, {
      triggers: (had?.triggers ?? 0) + 1,
      lastEventAt: Math.max(had?.lastEventAt ?? event.occurredAt, event.occurredAt),
      isFirst: !before.has(key),
      match,
    })
  }
  return { triggers, withheld, received }
}

/**
 * The first of the player's gates that stops a match; null when none does. An event from before the last trigger cools
 * down too; a cooldown of no time is none.
 */
export function playerGate(
  { maxTriggersPerPlayer, cooldownMs }: Campaign,
  occurredAt: Millis,
  isSuppressed: boolean,
  had: Received | null,
): TriggerGate | null {
  if (isSuppressed) return 'SUPPRESSED'
  if (had === null) return null
  if (maxTriggersPerPlayer !== null && had.triggers >= maxTriggersPerPlayer) return 'PLAYER_CAP'
  if (cooldownMs !== null && cooldownMs > 0 && occurredAt < had.lastEventAt + cooldownMs) return 'COOLDOWN'
  return null
}

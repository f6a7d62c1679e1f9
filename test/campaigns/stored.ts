import type { TestDatabase } from '../support/engines.js'
import type { OracleEvent, OracleVersion } from './oracle.js'

type Query = TestDatabase['query']

interface StoredEvent {
  readonly event_id: string
  readonly player_id: string
  readonly occurred_at: Date
  readonly game: string | null
  readonly event_name: string | null
  readonly amount: string
  readonly data: Readonly<Record<string, unknown>> | null
  readonly rules_revision: string | null
}

/** The raw events, by id. */
export async function storedEvents(query: Query): Promise<Map<string, OracleEvent>> {
  const rows = await query<StoredEvent>(
    'SELECT event_id, player_id, occurred_at, game, event_name, amount, data, rules_revision FROM player_event',
  )
  return new Map(
    rows.map(row => [
      row.event_id,
      {
        eventId: row.event_id,
        playerId: row.player_id,
        occurredAt: row.occurred_at.getTime(),
        game: row.game,
        eventName: row.event_name,
        amount: Number(row.amount),
        data: row.data,
        revision: row.rules_revision === null ? null : Number(row.rules_revision),
      },
    ]),
  )
}

interface StoredVersion {
  readonly campaign_id: string
  readonly version: number
  readonly revision: string
  readonly enabled: boolean
  readonly game: string
  readonly event_name: string
  readonly starts_at: Date | null
  readonly ends_at: Date | null
  readonly filter: string
  readonly max_triggers_per_player: number | null
  readonly cooldown_ms: string | null
}

/** Every version of every campaign, as it was saved. */
export async function storedVersions(query: Query): Promise<OracleVersion[]> {
  const rows = await query<StoredVersion>('SELECT * FROM campaign_version')
  return rows.map(row => ({
    campaignId: row.campaign_id,
    version: row.version,
    revision: Number(row.revision),
    enabled: row.enabled,
    game: row.game,
    eventName: row.event_name,
    startsAt: row.starts_at?.getTime() ?? null,
    endsAt: row.ends_at?.getTime() ?? null,
    filter: row.filter,
    cap: row.max_triggers_per_player,
    cooldownMs: row.cooldown_ms === null ? null : Number(row.cooldown_ms),
  }))
}

export interface FeedState {
  /** Ids of the feed's items, ascending. */
  readonly ids: readonly number[]
  readonly head: number
}

export async function feedState(query: Query): Promise<FeedState> {
  const items = await query<{ id: string }>('SELECT id FROM feed ORDER BY id')
  const [head] = await query<{ id: string }>('SELECT id FROM feed_head')
  return { ids: items.map(item => Number(item.id)), head: Number(head!.id) }
}

import type { Millis } from '../kernel/time.js'

export interface CampaignRow {
  id: string
  version: number
  name: string
  enabled: boolean
  disabled_reason: string | null
  game: string
  event_name: string
  starts_at: Millis | null
  ends_at: Millis | null
  filter: string
  offer: unknown
  max_triggers_per_player: number | null
  cooldown_ms: number | null
  saved_at: Millis
  saved_by: string
  revision: number
}

export interface CampaignStatsRow {
  campaign_id: string
  triggers: number
  players: number
  suppressed: number
  filter_errors: number
  last_triggered_at: Millis | null
  last_filter_error: string | null
}

export interface CampaignPlayerRow {
  campaign_id: string
  player_id: string
  triggers: number
  last_event_at: Millis
}

/** `event` is the row of the event as it stood. */
export interface CampaignTriggerRow<Event> {
  feed_id: number
  campaign_id: string
  campaign_version: number
  player_id: string
  event: Event
  offer: unknown
  triggered_at: Millis
}

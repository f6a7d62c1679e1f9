import type { EventSnapshot } from '../events/event-snapshot.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { instantArray, numberArray, ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import type { CampaignPlayerRow, CampaignTriggerRow } from './campaign.table.js'
import type { CampaignTrigger } from './campaign-trigger.js'
import { type Match, type Received, receivedKey } from './decide-triggers.js'

const triggerOf = (row: CampaignTriggerRow<EventSnapshot>): CampaignTrigger => ({
  feedId: row.feed_id,
  campaignId: row.campaign_id,
  campaignVersion: row.campaign_version,
  playerId: row.player_id,
  event: row.event,
  offer: row.offer,
  triggeredAt: row.triggered_at,
})

const COLUMNS = 'feed_id, campaign_id, campaign_version, player_id, event, offer, triggered_at'

export const insertTriggers = (session: Queryable, triggers: readonly CampaignTrigger[]) =>
  session.rows(
    `/* insertTriggers */
     INSERT INTO campaign_trigger (feed_id, campaign_id, campaign_version, player_id, event_id, occurred_at, event,
       offer, triggered_at)
     SELECT feed_id, campaign_id, campaign_version, player_id, event_id, occurred_at, event::json, offer::json, triggered_at
     FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[],
       $9::timestamptz[])
       AS t(feed_id, campaign_id, campaign_version, player_id, event_id, occurred_at, event, offer, triggered_at)`,
    [
      numberArray(triggers.map(t => t.feedId)),
      textArray(triggers.map(t => t.campaignId)),
      numberArray(triggers.map(t => t.campaignVersion)),
      textArray(triggers.map(t => t.playerId)),
      textArray(triggers.map(t => t.event.event_id)),
      instantArray(triggers.map(t => t.event.occurred_at)),
      textArray(triggers.map(t => JSON.stringify(t.event))),
      textArray(triggers.map(t => (t.offer == null ? null : JSON.stringify(t.offer)))),
      instantArray(triggers.map(t => t.triggeredAt)),
    ],
  )

export interface CampaignPlayer {
  readonly campaignId: string
  readonly playerId: string
}

/** What these players have had of these campaigns, by receivedKey. */
export async function readReceived(
  session: Queryable,
  pairs: readonly CampaignPlayer[],
): Promise<Map<string, Received>> {
  const rows = await session.rows<CampaignPlayerRow>(
    `/* readReceived */
     SELECT c.* FROM unnest($1::text[], $2::text[]) AS k(player_id, campaign_id)
     CROSS JOIN LATERAL (
       SELECT campaign_id, player_id, triggers, last_event_at FROM campaign_player
       WHERE player_id = k.player_id AND campaign_id = k.campaign_id
       ${ONE_LOOK_UP_A_ROW}) c`,
    [textArray(pairs.map(p => p.playerId)), textArray(pairs.map(p => p.campaignId))],
  )
  return new Map(
    rows.map(row => [
      receivedKey(row.campaign_id, row.player_id),
      { triggers: row.triggers, lastEventAt: row.last_event_at },
    ]),
  )
}

export const saveReceived = (session: Queryable, received: readonly (Received & { readonly match: Match })[]) =>
  session.rows(
    `/* saveReceived */
     INSERT INTO campaign_player AS c (player_id, campaign_id, triggers, last_event_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[])
       AS r(player_id, campaign_id, triggers, last_event_at) ORDER BY player_id, campaign_id
     ON CONFLICT (player_id, campaign_id) DO UPDATE SET
       triggers = excluded.triggers, last_event_at = excluded.last_event_at`,
    [
      textArray(received.map(r => r.match.event.playerId)),
      textArray(received.map(r => r.match.campaign.id)),
      numberArray(received.map(r => r.triggers)),
      instantArray(received.map(r => r.lastEventAt)),
    ],
  )

export const keepWithheld = (session: Queryable, withheld: readonly Match[], at: Millis) =>
  session.rows(
    `/* keepWithheld */
     INSERT INTO withheld_trigger (player_id, campaign_id, campaign_version, event_id, occurred_at, withheld_at)
     SELECT *, $6::timestamptz FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::timestamptz[])`,
    [
      textArray(withheld.map(m => m.event.playerId)),
      textArray(withheld.map(m => m.campaign.id)),
      numberArray(withheld.map(m => m.campaign.version)),
      textArray(withheld.map(m => m.event.eventId)),
      instantArray(withheld.map(m => m.event.occurredAt)),
      formatInstant(at),
    ],
  )

export interface TriggerFilter {
  readonly campaignId?: string | null
  readonly playerId?: string | null
  /** Of the event's time. */
  readonly from?: Millis | null
  /** Exclusive. */
  readonly to?: Millis | null
}

const MATCHES = `
  ($1::text IS NULL OR campaign_id = $1) AND ($2::text IS NULL OR player_id = $2)
  AND ($3::timestamptz IS NULL OR occurred_at >= $3) AND ($4::timestamptz IS NULL OR occurred_at < $4)`

const matchValues = ({ campaignId, playerId, from, to }: TriggerFilter) => [
  campaignId ?? null,
  playerId ?? null,
  from == null ? null : formatInstant(from),
  to == null ? null : formatInstant(to),
]

/** Newest first, `limit` of those before the feed id. */
export async function listTriggers(
  db: Queryable,
  filter: TriggerFilter,
  beforeFeedId: number | null,
  limit: number,
): Promise<CampaignTrigger[]> {
  const rows = await db.rows<CampaignTriggerRow<EventSnapshot>>(
    `/* listTriggers */
     SELECT ${COLUMNS} FROM campaign_trigger WHERE ${MATCHES} AND ($5::bigint IS NULL OR feed_id < $5)
     ORDER BY feed_id DESC LIMIT $6`,
    [...matchValues(filter), beforeFeedId, limit],
  )
  return rows.map(triggerOf)
}

export async function countTriggers(db: Queryable, filter: TriggerFilter): Promise<number> {
  const [row] = await db.rows<{ triggers: number }>(
    `/* countTriggers */ SELECT count(*) AS triggers FROM campaign_trigger WHERE ${MATCHES}`,
    matchValues(filter),
  )
  return row!.triggers
}

/** Triggers of the feed behind `after`, up to and with `upTo`, oldest first. */
export async function replayTriggers(
  db: Queryable,
  after: number,
  upTo: number,
  limit: number,
): Promise<CampaignTrigger[]> {
  const rows = await db.rows<CampaignTriggerRow<EventSnapshot>>(
    `/* replayTriggers */
     SELECT ${COLUMNS} FROM campaign_trigger WHERE feed_id > $1 AND feed_id <= $2 ORDER BY feed_id LIMIT $3`,
    [after, upTo, limit],
  )
  return rows.map(triggerOf)
}

export async function triggersOfFeed(db: Queryable, feedIds: readonly number[]): Promise<CampaignTrigger[]> {
  const rows = await db.rows<CampaignTriggerRow<EventSnapshot>>(
    `/* triggersOfFeed */
     SELECT ${COLUMNS} FROM campaign_trigger WHERE feed_id = ANY($1::bigint[]) ORDER BY feed_id`,
    [numberArray(feedIds)],
  )
  return rows.map(triggerOf)
}

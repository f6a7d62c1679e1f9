import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import type { Received } from './decide-triggers.js'

/** One event of one player before one campaign. */
export interface Encounter {
  readonly campaignId: string
  readonly playerId: string
  readonly eventId: string
  readonly occurredAt: Millis
}

const values = ({ campaignId, playerId, eventId, occurredAt }: Encounter): string[] => [
  campaignId,
  playerId,
  eventId,
  formatInstant(occurredAt),
]

const MATCHES = 'campaign_id = $1 AND player_id = $2 AND event_id = $3 AND occurred_at = $4::timestamptz'

export async function findTrigger(
  db: Queryable,
  encounter: Encounter,
): Promise<{ readonly campaign_version: number; readonly triggered_at: Millis } | null> {
  const [row] = await db.rows<{ campaign_version: number; triggered_at: Millis }>(
    `/* findTrigger */ SELECT campaign_version, triggered_at FROM campaign_trigger WHERE ${MATCHES}`,
    values(encounter),
  )
  return row ?? null
}

/** When its player's suppression held the trigger back. */
export async function findWithheld(db: Queryable, encounter: Encounter): Promise<Millis | null> {
  const [row] = await db.rows<{ withheld_at: Millis }>(
    `/* findWithheld */ SELECT withheld_at FROM withheld_trigger WHERE ${MATCHES}`,
    values(encounter),
  )
  return row?.withheld_at ?? null
}

/** Why and when the system switched a campaign off with the version behind this one, where it did. */
export async function findSwitchOff(
  db: Queryable,
  campaignId: string,
  version: number,
): Promise<{ readonly disabled_reason: string; readonly saved_at: Millis } | null> {
  const [row] = await db.rows<{ disabled_reason: string; saved_at: Millis }>(
    `/* findSwitchOff */
     SELECT disabled_reason, saved_at FROM campaign_version
     WHERE campaign_id = $1 AND version = $2 + 1 AND NOT enabled AND disabled_reason IS NOT NULL`,
    [campaignId, version],
  )
  return row ?? null
}

/** What the player had had of the campaign. */
export interface ReceivedThen {
  /** Before the event; of its own batch, where arrival is not kept, what has an earlier time. */
  readonly before: Received | null
  /** With all of its batch. */
  readonly withBatch: Received | null
}

export async function readReceivedThen(
  db: Queryable,
  { campaignId, playerId, occurredAt }: Encounter,
  ingestedAt: Millis,
): Promise<ReceivedThen> {
  const [row] = await db.rows<{ before: number; last_before: Millis | null; total: number; last: Millis | null }>(
    `/* readReceivedThen */
     SELECT count(*) FILTER (WHERE earlier) AS before, max(occurred_at) FILTER (WHERE earlier) AS last_before,
       count(*) AS total, max(occurred_at) AS last
     FROM (
       SELECT occurred_at, triggered_at < $3::timestamptz OR occurred_at <= $4::timestamptz AS earlier
       FROM campaign_trigger
       WHERE campaign_id = $1 AND player_id = $2 AND triggered_at <= $3::timestamptz) t`,
    [campaignId, playerId, formatInstant(ingestedAt), formatInstant(occurredAt)],
  )
  return { before: received(row!.before, row!.last_before), withBatch: received(row!.total, row!.last) }
}

const received = (triggers: number, lastEventAt: Millis | null): Received | null =>
  lastEventAt === null ? null : { triggers, lastEventAt }

import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { numberArray, textArray } from '../storage/sql-text.js'
import type { Campaign, CampaignDraft } from './campaign.js'
import type { CampaignRow, CampaignStatsRow } from './campaign.table.js'
import type { Standing } from './campaign-bounds.js'

const campaignOf = (row: CampaignRow): Campaign => ({
  id: row.id,
  version: row.version,
  name: row.name,
  enabled: row.enabled,
  disabledReason: row.disabled_reason,
  game: row.game,
  eventName: row.event_name,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  filter: row.filter,
  offer: row.offer,
  maxTriggersPerPlayer: row.max_triggers_per_player,
  cooldownMs: row.cooldown_ms,
  savedAt: row.saved_at,
  savedBy: row.saved_by,
  revision: row.revision,
})

const CONTENT = `name, enabled, disabled_reason, game, event_name, starts_at, ends_at, filter, offer,
  max_triggers_per_player, cooldown_ms, saved_at, saved_by, revision`
const COLUMNS = `id, version, ${CONTENT}`
const VERSION_COLUMNS = `campaign_id AS id, version, ${CONTENT}`

/**
 * Makes the next version of each of these campaigns, each of another id, in force from the next revisions of the rules on:
 * hold them exclusively. In the order given.
 */
export async function saveCampaigns(
  session: Queryable,
  drafts: readonly CampaignDraft[],
  by: string,
  at: Millis,
): Promise<Campaign[]> {
  if (drafts.length === 0) return []
  const rows = await session.rows<CampaignRow>(
    `/* saveCampaigns */
     WITH head AS (UPDATE rules_head SET revision = revision + $13 RETURNING revision - $13 AS base),
     saved AS (
       INSERT INTO campaign AS c (${COLUMNS})
       SELECT d.id, 1, d.name, d.enabled, d.disabled_reason, d.game, d.event_name, d.starts_at, d.ends_at, d.filter,
         d.offer::json, d.max_triggers_per_player, d.cooldown_ms, $14::timestamptz, $15, head.base + d.ord
       FROM head, unnest($1::text[], $2::text[], $3::boolean[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
         $8::timestamptz[], $9::text[], $10::text[], $11::int[], $12::bigint[]) WITH ORDINALITY
         AS d(id, name, enabled, disabled_reason, game, event_name, starts_at, ends_at, filter, offer,
           max_triggers_per_player, cooldown_ms, ord)
       ON CONFLICT (id) DO UPDATE SET version = c.version + 1, name = excluded.name, enabled = excluded.enabled,
         disabled_reason = excluded.disabled_reason, game = excluded.game, event_name = excluded.event_name,
         starts_at = excluded.starts_at, ends_at = excluded.ends_at, filter = excluded.filter, offer = excluded.offer,
         max_triggers_per_player = excluded.max_triggers_per_player, cooldown_ms = excluded.cooldown_ms,
         saved_at = excluded.saved_at, saved_by = excluded.saved_by, revision = excluded.revision
       RETURNING *),
     kept AS (INSERT INTO campaign_version (campaign_id, version, ${CONTENT}) SELECT ${COLUMNS} FROM saved)
     SELECT ${COLUMNS} FROM saved ORDER BY revision`,
    [
      textArray(drafts.map(d => d.id)),
      textArray(drafts.map(d => d.name)),
      textArray(drafts.map(d => String(d.enabled))),
      textArray(drafts.map(d => d.disabledReason)),
      textArray(drafts.map(d => d.game)),
      textArray(drafts.map(d => d.eventName)),
      textArray(drafts.map(d => (d.startsAt === null ? null : formatInstant(d.startsAt)))),
      textArray(drafts.map(d => (d.endsAt === null ? null : formatInstant(d.endsAt)))),
      textArray(drafts.map(d => d.filter)),
      textArray(drafts.map(d => (d.offer == null ? null : JSON.stringify(d.offer)))),
      textArray(drafts.map(d => (d.maxTriggersPerPlayer === null ? null : String(d.maxTriggersPerPlayer)))),
      textArray(drafts.map(d => (d.cooldownMs === null ? null : String(d.cooldownMs)))),
      drafts.length,
      formatInstant(at),
      by,
    ],
  )
  return rows.map(campaignOf)
}

export async function saveCampaign(
  session: Queryable,
  draft: CampaignDraft,
  by: string,
  at: Millis,
): Promise<Campaign> {
  return (await saveCampaigns(session, [draft], by, at))[0]!
}

/** What each campaign that there is counts for. */
export const readStandings = (db: Queryable): Promise<Standing[]> =>
  db.rows<Standing>('/* readStandings */ SELECT id, enabled, game, event_name AS "eventName" FROM campaign')

export async function findCampaigns(db: Queryable, ids: readonly string[]): Promise<Campaign[]> {
  const rows = await db.rows<CampaignRow>(
    `/* findCampaigns */ SELECT ${COLUMNS} FROM campaign WHERE id = ANY($1::text[])`,
    [textArray(ids)],
  )
  return rows.map(campaignOf)
}

export async function findCampaign(db: Queryable, id: string): Promise<Campaign | null> {
  return (await findCampaigns(db, [id]))[0] ?? null
}

/** What was saved behind a revision of the rules, enabled or not. */
export async function campaignsSince(db: Queryable, revision: number): Promise<Campaign[]> {
  const rows = await db.rows<CampaignRow>(
    `/* campaignsSince */ SELECT ${COLUMNS} FROM campaign WHERE revision > $1 ORDER BY revision`,
    [revision],
  )
  return rows.map(campaignOf)
}

/** How many there are, and how many enabled ones of this game and event name beside the one with this id. */
export async function countCampaigns(
  db: Queryable,
  { id, game, eventName }: Pick<Campaign, 'id' | 'game' | 'eventName'>,
): Promise<{ all: number; livePair: number }> {
  const [row] = await db.rows<{ all: number; live_pair: number }>(
    `/* countCampaigns */
     SELECT count(*) AS all, count(*) FILTER (WHERE enabled AND game = $2 AND event_name = $3 AND id <> $1) AS live_pair
     FROM campaign`,
    [id, game, eventName],
  )
  return { all: row!.all, livePair: row!.live_pair }
}

export interface CampaignFilter {
  readonly enabled?: boolean | null
  readonly game?: string | null
}

const MATCHES = '($1::boolean IS NULL OR enabled = $1) AND ($2::text IS NULL OR game = $2)'
const matchValues = ({ enabled, game }: CampaignFilter) => [enabled ?? null, game ?? null]

/** Last saved first, `limit` of those that were saved before the revision. */
export async function listCampaigns(
  db: Queryable,
  filter: CampaignFilter,
  beforeRevision: number | null,
  limit: number,
): Promise<Campaign[]> {
  const rows = await db.rows<CampaignRow>(
    `/* listCampaigns */
     SELECT ${COLUMNS} FROM campaign WHERE ${MATCHES} AND ($3::bigint IS NULL OR revision < $3)
     ORDER BY revision DESC LIMIT $4`,
    [...matchValues(filter), beforeRevision, limit],
  )
  return rows.map(campaignOf)
}

export async function countListed(db: Queryable, filter: CampaignFilter): Promise<number> {
  const [row] = await db.rows<{ campaigns: number }>(
    `/* countListed */ SELECT count(*) AS campaigns FROM campaign WHERE ${MATCHES}`,
    matchValues(filter),
  )
  return row!.campaigns
}

/** The newest versions of each of these, newest first, in the order asked. */
export async function listVersions(db: Queryable, ids: readonly string[], limit: number): Promise<Campaign[][]> {
  const rows = await db.rows<CampaignRow>(
    `/* listVersions */
     SELECT v.* FROM unnest($1::text[]) AS asked(campaign_id)
     CROSS JOIN LATERAL (
       SELECT ${VERSION_COLUMNS} FROM campaign_version
       WHERE campaign_id = asked.campaign_id ORDER BY version DESC LIMIT $2) v`,
    [textArray(ids), limit],
  )
  const byId = new Map<string, Campaign[]>(ids.map(id => [id, []]))
  for (const row of rows) byId.get(row.id)!.push(campaignOf(row))
  return ids.map(id => byId.get(id)!)
}

/** The version that judged what was committed at a revision of the rules; null where there was none yet. */
export async function versionAt(db: Queryable, id: string, revision: number): Promise<Campaign | null> {
  const [row] = await db.rows<CampaignRow>(
    `/* versionAt */
     SELECT ${VERSION_COLUMNS} FROM campaign_version
     WHERE campaign_id = $1 AND revision <= $2 ORDER BY version DESC LIMIT 1`,
    [id, revision],
  )
  return row === undefined ? null : campaignOf(row)
}

/** The same by the clock, for events that no revision is known of. */
export async function versionOn(db: Queryable, id: string, at: Millis): Promise<Campaign | null> {
  const [row] = await db.rows<CampaignRow>(
    `/* versionOn */
     SELECT ${VERSION_COLUMNS} FROM campaign_version
     WHERE campaign_id = $1 AND saved_at <= $2::timestamptz ORDER BY version DESC LIMIT 1`,
    [id, formatInstant(at)],
  )
  return row === undefined ? null : campaignOf(row)
}

/** One row for each that has any, over all lanes. */
export const readStats = (db: Queryable, ids: readonly string[]): Promise<CampaignStatsRow[]> =>
  db.rows<CampaignStatsRow>(
    `/* readStats */
     SELECT campaign_id, sum(triggers)::bigint AS triggers, sum(players)::bigint AS players,
       sum(suppressed)::bigint AS suppressed, sum(filter_errors)::bigint AS filter_errors,
       max(last_triggered_at) AS last_triggered_at,
       (array_agg(last_filter_error ORDER BY last_filter_error_at DESC NULLS LAST))[1] AS last_filter_error
     FROM campaign_stats WHERE campaign_id = ANY($1::text[]) GROUP BY campaign_id`,
    [textArray(ids)],
  )

/** What one batch adds to the figures of one campaign. */
export interface StatsStep {
  readonly campaignId: string
  readonly triggers: number
  readonly players: number
  readonly suppressed: number
  readonly filterErrors: number
  readonly lastFilterError: string | null
}

/** In the lane's own rows. */
export const addToStats = (session: Queryable, lane: number, steps: readonly StatsStep[], at: Millis) =>
  session.rows(
    `/* addToStats */
     INSERT INTO campaign_stats AS s (campaign_id, lane, triggers, players, suppressed, filter_errors,
       last_triggered_at, last_filter_error, last_filter_error_at)
     SELECT campaign_id, $7, triggers, players, suppressed, filter_errors,
       CASE WHEN triggers > 0 THEN $8::timestamptz END, last_filter_error,
       CASE WHEN filter_errors > 0 THEN $8::timestamptz END
     FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
       AS step(campaign_id, triggers, players, suppressed, filter_errors, last_filter_error) ORDER BY 1
     ON CONFLICT (campaign_id, lane) DO UPDATE SET
       triggers = s.triggers + excluded.triggers,
       players = s.players + excluded.players,
       suppressed = s.suppressed + excluded.suppressed,
       filter_errors = s.filter_errors + excluded.filter_errors,
       last_triggered_at = coalesce(excluded.last_triggered_at, s.last_triggered_at),
       last_filter_error = coalesce(excluded.last_filter_error, s.last_filter_error),
       last_filter_error_at = coalesce(excluded.last_filter_error_at, s.last_filter_error_at)`,
    [
      textArray(steps.map(step => step.campaignId)),
      numberArray(steps.map(step => step.triggers)),
      numberArray(steps.map(step => step.players)),
      numberArray(steps.map(step => step.suppressed)),
      numberArray(steps.map(step => step.filterErrors)),
      textArray(steps.map(step => step.lastFilterError)),
      lane,
      formatInstant(at),
    ],
  )

/** Whether this database can hold any. */
export const hasCampaigns = async (db: Queryable): Promise<boolean> => {
  const [row] = await db.rows<{ there: boolean }>(
    "/* hasCampaigns */ SELECT to_regclass('campaign') IS NOT NULL AS there",
  )
  return row!.there
}

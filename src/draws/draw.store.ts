import { formatMoney, type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import { numberArray, numeric, textArray } from '../storage/sql-text.js'
import { type DrawRules, DrawStatus, Prize, TICKETS_MAX } from './draw.js'
import type { DrawRow, PrizeJson } from './draw.table.js'
import { NO_LANE } from './standing.js'
import type { SealedSecrets, StoredDraw } from './stored-draw.js'

const money = (text: string): Money => parseMoney(text) as Money

export const prizeOf = (prize: PrizeJson): Prize => ({ ...prize, value: money(prize.value) })
export const prizeJson = (prize: Prize): PrizeJson => ({ ...prize, value: formatMoney(prize.value) })

function statusOf(row: DrawRow): DrawStatus {
  if (row.cancelled_at !== null) return 'CANCELLED'
  if (row.drawn_at !== null) return 'DRAWN'
  return row.executed_at !== null || row.closed_at !== null ? 'CLOSING' : 'SCHEDULED'
}

const drawOf = (row: DrawRow): StoredDraw => ({
  id: row.id,
  number: row.number,
  counting: row.counting,
  revision: row.revision,
  name: row.name,
  status: statusOf(row),
  opensAt: row.opens_at,
  drawsAt: row.draws_at,
  game: row.game,
  gameType: row.game_type,
  eventTypes: row.event_types,
  stakePerTicket: row.stake_per_ticket === null ? null : money(row.stake_per_ticket),
  maxTicketsPerPlayer: row.max_tickets_per_player,
  optInRequired: row.opt_in_required,
  winsPerPlayer: row.wins_per_player,
  milestones: row.milestones,
  prizes: row.prizes.map(prizeOf),
  defaultPrize: row.default_prize && prizeOf(row.default_prize),
  entropyLabel: row.entropy_label,
  createdAt: row.created_at,
  seedHash: row.seed_hash,
  backfilled: row.backfilled,
  executedAt: row.executed_at,
  forced: row.forced,
  closedAt: row.closed_at,
  entriesHash: row.entries_hash,
  ticketsTotal: row.tickets_total ?? row.live_tickets,
  playersTotal: row.entries_total ?? row.live_players,
  excluded: row.excluded ?? 0,
  entropy: row.entropy,
  awardedUpTo: row.awarded_up_to,
  settled: row.settled,
  drawnAt: row.drawn_at,
  cancelReason: row.cancel_reason,
})

const RULES = `name, opens_at, draws_at, game, game_type, event_types, stake_per_ticket, max_tickets_per_player,
  opt_in_required, wins_per_player, milestones, prizes, default_prize, entropy_label`

const ruleValues = (rules: DrawRules) => [
  rules.name,
  formatInstant(rules.opensAt),
  formatInstant(rules.drawsAt),
  rules.game,
  rules.gameType,
  textArray(rules.eventTypes),
  rules.stakePerTicket === null ? null : numeric(rules.stakePerTicket),
  rules.maxTicketsPerPlayer,
  rules.optInRequired,
  rules.winsPerPlayer,
  numberArray(rules.milestones),
  JSON.stringify(rules.prizes.map(prizeJson)),
  rules.defaultPrize && JSON.stringify(prizeJson(rules.defaultPrize)),
  rules.entropyLabel,
]
const RULE_PARAMETERS = `$2, $3::timestamptz, $4::timestamptz, $5, $6, $7::text[], $8::numeric, $9::int, $10::boolean,
  $11::int, $12::int[], $13::json, $14::json, $15`

/** The seed and the pseudonym key are asked for by name, never with a draw. */
const SELECT = `
  SELECT d.*, coalesce(c.tickets, 0)::bigint AS live_tickets, coalesce(c.players, 0)::bigint AS live_players
  FROM (SELECT id, number, counting, revision, ${RULES}, created_at, seed_hash, backfilled, executed_at, forced, closed_at,
      entries_hash, entries_total, tickets_total, excluded, entropy, awarded_up_to, drawn_at, cancelled_at, cancel_reason, settled
    FROM draw) d
  LEFT JOIN LATERAL (
    SELECT sum(tickets) AS tickets, sum(players) AS players FROM draw_count WHERE counting = d.counting) c ON true`

/** Hold the rules exclusively: batches of the next revision count for it. */
export const insertDraw = (session: Queryable, rules: DrawRules, secrets: SealedSecrets, by: string, at: Millis) =>
  session.rows(
    `/* insertDraw */
     WITH head AS (UPDATE rules_head SET revision = revision + 1 RETURNING revision)
     INSERT INTO draw (id, number, counting, revision, ${RULES}, created_at, created_by, seed_hash, sealed_seed,
       sealed_pseudonym_key)
     SELECT $1, n.number, n.number, head.revision, ${RULE_PARAMETERS}, $16::timestamptz, $17, $18, $19, $20
     FROM head, (SELECT nextval('draw_number') AS number) n`,
    [
      rules.id,
      ...ruleValues(rules),
      formatInstant(at),
      by,
      secrets.seedHash,
      secrets.sealedSeed,
      secrets.sealedPseudonymKey,
    ],
  )

/** Hold the rules exclusively. Its stakes are counted anew; opt-ins and grants stay, and grants are tickets at once. */
export const replaceRules = (session: Queryable, rules: DrawRules) =>
  session.rows(
    `/* replaceRules */
     WITH head AS (UPDATE rules_head SET revision = revision + 1 RETURNING revision),
     changed AS (
       UPDATE draw SET (counting, revision, backfilled, ${RULES}) =
         (SELECT nextval('draw_number'), head.revision, false, ${RULE_PARAMETERS} FROM head) WHERE id = $1
       RETURNING number, counting)
     INSERT INTO draw_count (counting, lane, tickets, players)
     SELECT c.counting, ${NO_LANE}, sum(least(e.granted, $16::int)), count(*)
     FROM changed c JOIN draw_entry e ON e.draw_number = c.number AND e.granted > 0 GROUP BY c.counting`,
    [rules.id, ...ruleValues(rules), rules.maxTicketsPerPlayer ?? TICKETS_MAX],
  )

export const markCancelled = (session: Queryable, id: string, reason: string, at: Millis) =>
  session.rows(
    `/* markCancelled */
     WITH head AS (UPDATE rules_head SET revision = revision + 1)
     UPDATE draw SET cancelled_at = $2::timestamptz, cancel_reason = $3 WHERE id = $1`,
    [id, formatInstant(at), reason],
  )

export const markBackfilled = (session: Queryable, counting: number) =>
  session.rows('/* markBackfilled */ UPDATE draw SET backfilled = true WHERE counting = $1', [counting])

export const markSettled = (session: Queryable, number: number) =>
  session.rows('/* markSettled */ UPDATE draw SET settled = true WHERE number = $1', [number])

export async function findDraw(db: Queryable, id: string): Promise<StoredDraw | null> {
  const [row] = await db.rows<DrawRow>(`/* findDraw */ ${SELECT} WHERE d.id = $1`, [id])
  return row === undefined ? null : drawOf(row)
}

/** In any order, those that there are. */
export async function findDraws(db: Queryable, ids: readonly string[]): Promise<StoredDraw[]> {
  const rows = await db.rows<DrawRow>(`/* findDraws */ ${SELECT} WHERE d.id = ANY($1::text[])`, [textArray(ids)])
  return rows.map(drawOf)
}

/** Last created first. */
export async function listDraws(db: Queryable): Promise<StoredDraw[]> {
  const rows = await db.rows<DrawRow>(`/* listDraws */ ${SELECT} ORDER BY d.created_at DESC, d.id`)
  return rows.map(drawOf)
}

/** In the order of their numbers: neither drawn nor cancelled, or cancelled and not settled yet. */
export async function unfinishedDraws(db: Queryable): Promise<StoredDraw[]> {
  const rows = await db.rows<DrawRow>(
    `/* unfinishedDraws */ ${SELECT} WHERE d.drawn_at IS NULL AND (d.cancelled_at IS NULL OR NOT d.settled) ORDER BY d.number`,
  )
  return rows.map(drawOf)
}

/** Of those that are neither drawn nor cancelled, beside the one with this id. */
export async function countUnfinished(db: Queryable, id: string): Promise<{ draws: number; milestones: number }> {
  const [row] = await db.rows<{ draws: number; milestones: number }>(
    `/* countUnfinished */
     SELECT count(*) AS draws, coalesce(sum(cardinality(milestones)), 0) AS milestones
     FROM draw WHERE drawn_at IS NULL AND cancelled_at IS NULL AND id <> $1`,
    [id],
  )
  return row!
}

/** What nobody is shown: open it with DRAW_KEY. */
export async function readSecrets(db: Queryable, id: string): Promise<SealedSecrets> {
  const [row] = await db.rows<{ seed_hash: string; sealed_seed: Buffer; sealed_pseudonym_key: Buffer }>(
    '/* readSecrets */ SELECT seed_hash, sealed_seed, sealed_pseudonym_key FROM draw WHERE id = $1',
    [id],
  )
  return { seedHash: row!.seed_hash, sealedSeed: row!.sealed_seed, sealedPseudonymKey: row!.sealed_pseudonym_key }
}

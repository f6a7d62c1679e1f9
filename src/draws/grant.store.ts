import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import type { GrantRow } from './draw.table.js'

/** Tickets that were not staked for. */
export interface TicketGrant {
  readonly drawId: string
  readonly playerId: string
  readonly tickets: number
  readonly source: string
  /** Of all draws: the same key is the same grant. */
  readonly idempotencyKey: string
}

export async function findGrant(session: Queryable, idempotencyKey: string): Promise<TicketGrant | null> {
  const [row] = await session.rows<GrantRow>(
    `/* findGrant */
     SELECT idempotency_key, draw_id, player_id, tickets, source FROM ticket_grant WHERE idempotency_key = $1`,
    [idempotencyKey],
  )
  if (row === undefined) return null
  const { draw_id, player_id, tickets, source } = row
  return { drawId: draw_id, playerId: player_id, tickets, source, idempotencyKey }
}

/** False where another transaction has used the key meanwhile. */
export async function saveGrant(session: Queryable, grant: TicketGrant, by: string, at: Millis): Promise<boolean> {
  const rows = await session.rows(
    `/* saveGrant */
     INSERT INTO ticket_grant (idempotency_key, draw_id, player_id, tickets, source, granted_at, granted_by)
     VALUES ($1, $2, $3, $4, $5, $6::timestamptz, $7) ON CONFLICT DO NOTHING RETURNING idempotency_key`,
    [grant.idempotencyKey, grant.drawId, grant.playerId, grant.tickets, grant.source, formatInstant(at), by],
  )
  return rows.length > 0
}

import type { Queryable } from '../storage/database.js'
import { instantArray, numberArray, textArray } from '../storage/sql-text.js'
import type { MilestoneRow } from './draw.table.js'
import type { Gain } from './standing.js'
import { wasChanged } from './stored-draw.js'
import type { NewMilestone, TicketMilestone } from './ticket-milestone.js'

const milestoneOf = (row: MilestoneRow): TicketMilestone => ({
  feedId: row.feed_id,
  drawId: row.draw_id,
  playerId: row.player_id,
  milestone: row.milestone,
  tickets: row.tickets,
  reachedAt: row.reached_at,
})

export const insertMilestones = (session: Queryable, milestones: readonly TicketMilestone[]) =>
  session.rows(
    `/* insertMilestones */
     INSERT INTO ticket_milestone (feed_id, draw_id, player_id, milestone, tickets, reached_at)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::int[], $6::timestamptz[])`,
    [
      numberArray(milestones.map(m => m.feedId)),
      textArray(milestones.map(m => m.drawId)),
      textArray(milestones.map(m => m.playerId)),
      numberArray(milestones.map(m => m.milestone)),
      numberArray(milestones.map(m => m.tickets)),
      instantArray(milestones.map(m => m.reachedAt)),
    ],
  )

/** Without those that were told before, as far as their draws were changed since they were created. */
export async function notToldBefore(
  session: Queryable,
  milestones: readonly NewMilestone[],
  gains: readonly Gain[],
): Promise<NewMilestone[]> {
  const changed = new Set(gains.filter(({ draw }) => wasChanged(draw)).map(({ draw }) => draw.id))
  const asked = milestones.filter(({ drawId }) => changed.has(drawId))
  if (asked.length === 0) return [...milestones]
  const rows = await session.rows<Pick<MilestoneRow, 'draw_id' | 'player_id' | 'milestone'>>(
    `/* toldBefore */
     SELECT draw_id, player_id, milestone FROM ticket_milestone
     JOIN unnest($1::text[], $2::text[], $3::int[]) AS asked(draw_id, player_id, milestone)
       USING (draw_id, player_id, milestone)`,
    [
      textArray(asked.map(m => m.drawId)),
      textArray(asked.map(m => m.playerId)),
      numberArray(asked.map(m => m.milestone)),
    ],
  )
  const told = new Set(rows.map(row => `${row.draw_id}\n${row.player_id}\n${row.milestone}`))
  return milestones.filter(m => !told.has(`${m.drawId}\n${m.playerId}\n${m.milestone}`))
}

/** Those behind one feed id up to another, oldest first. */
export async function replayMilestones(
  db: Queryable,
  after: number,
  upTo: number,
  limit: number,
): Promise<TicketMilestone[]> {
  const rows = await db.rows<MilestoneRow>(
    `/* replayMilestones */
     SELECT * FROM ticket_milestone WHERE feed_id > $1 AND feed_id <= $2 ORDER BY feed_id LIMIT $3`,
    [after, upTo, limit],
  )
  return rows.map(milestoneOf)
}

export async function milestonesOfFeed(db: Queryable, feedIds: readonly number[]): Promise<TicketMilestone[]> {
  const rows = await db.rows<MilestoneRow>(
    '/* milestonesOfFeed */ SELECT * FROM ticket_milestone WHERE feed_id = ANY($1::bigint[])',
    [numberArray(feedIds)],
  )
  return rows.map(milestoneOf)
}

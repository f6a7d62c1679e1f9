import { Field, ID, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../graphql/scalars.js'
import type { Millis } from '../kernel/time.js'
import type { TicketMilestone } from './ticket-milestone.js'

@ObjectType('TicketMilestone', { description: "A player has reached one of a draw's `milestones`. Once each." })
export class TicketMilestoneType {
  @Field(() => ID) drawId!: string
  @Field(() => ID) playerId!: string
  @Field(() => Int, { description: 'The count of tickets that was reached or passed.' }) milestone!: number
  @Field(() => Int, { description: 'What the player had then: one stake can reach several milestones.' })
  tickets!: number
  @Field(() => DateTime, { description: 'Wall clock of the commit.' }) reachedAt!: Millis
  @Field({ description: 'Subscribe `after` it to get what came behind this milestone.' }) feedCursor!: string
}

export const milestoneTypeOf = (
  { feedId, ...milestone }: TicketMilestone,
  cursorOf: (feedId: number) => string,
): TicketMilestoneType => ({ ...milestone, feedCursor: cursorOf(feedId) })

import { Field, ID, ObjectType } from 'type-graphql'
import { PageInfo } from '../graphql/page.type.js'
import { DateTime, SafeInt } from '../graphql/scalars.js'
import type { Millis } from '../kernel/time.js'
import type { AwardOutcome } from './make-draw.js'
import { AwardOutcomeEnum, Prize } from './prize.type.js'
import type { PrizeAward } from './prize-award.js'
import { TicketType } from './wallet.type.js'

@ObjectType('PrizeAward', {
  description:
    'What a draw brought to one of its players: each of its prizes, or else one answer for its best ticket. Players who are suppressed when it is made have none.',
})
export class PrizeAwardType {
  @Field(() => ID) id!: string
  @Field(() => ID) drawId!: string
  @Field(() => ID) playerId!: string
  @Field(() => ID, { description: "The player's name in the public proof of this draw." }) entryId!: string
  @Field(() => AwardOutcomeEnum) outcome!: AwardOutcome
  @Field(() => Prize, { nullable: true, description: 'Null for NO_PRIZE.' }) prize!: Prize | null
  @Field(() => SafeInt, { description: 'The rank of the ticket among all that were drawn, from 1.' }) position!: number
  @Field(() => TicketType, { description: 'The one that won, or the best of its player.' }) ticket!: TicketType
  @Field({ description: "What the player is told: the prize's name, or that there is none." }) message!: string
  @Field(() => DateTime, { description: 'Wall clock of the commit.' }) awardedAt!: Millis
  @Field({ description: 'Subscribe `after` it to get what came behind this award.' }) feedCursor!: string
}

export const awardTypeOf = (
  { feedId, ...award }: PrizeAward,
  cursorOf: (feedId: number) => string,
): PrizeAwardType => ({ ...award, id: String(feedId), feedCursor: cursorOf(feedId) })

@ObjectType({ description: 'By position, ascending.' })
export class PrizeAwardConnection {
  @Field(() => [PrizeAwardType]) nodes!: PrizeAwardType[]
  @Field(() => PageInfo) pageInfo!: PageInfo
  @Field(() => SafeInt, { description: 'Of all pages.' }) totalCount!: number
}

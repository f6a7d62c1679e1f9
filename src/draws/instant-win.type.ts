import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { PageInfo } from '../graphql/page.type.js'
import { DateTime, SafeInt } from '../graphql/scalars.js'
import type { Millis } from '../kernel/time.js'
import type { InstantWinAward as Award, InstantWinDraft } from './instant-win.js'
import type { AwardOutcome } from './make-draw.js'
import { AwardOutcomeEnum, Prize, PrizeInput } from './prize.type.js'

@ObjectType('InstantWin', {
  description:
    'Each player may play once, and wins the next piece. Pieces are numbered from 1 as the prizes stand, from the highest down, each as often as its quantity. Piece i has the key HMAC-SHA256 of the UTF-8 text "<id>\\n<i>" (\\n is a line feed, i is decimal) under the 32 bytes of the seed, and pieces are handed out by ascending key. So the order is fixed when the instant win is made, nobody can know it, and with the seed and instantWinAwards anybody can check it.',
})
export class InstantWinType {
  @Field(() => ID) id!: string
  @Field() name!: string
  @Field(() => DateTime, { description: 'By the clock.' }) startsAt!: Millis
  @Field(() => DateTime, { description: 'By the clock, exclusive.' }) endsAt!: Millis
  @Field({ description: 'SHA-256 of the seed, in hex: what is committed to before anybody plays.' }) seedHash!: string
  @Field(() => Int, { description: 'Pieces that nobody has won yet.' }) prizesLeft!: number
  @Field(() => [Prize], { description: 'From the highest to the lowest.' }) prizes!: readonly Prize[]
  @Field(() => Prize, { nullable: true, description: 'Of everybody who plays when the pieces are out.' })
  defaultPrize!: Prize | null
}

@InputType()
export class InstantWinInput implements InstantWinDraft {
  @Field(() => ID, { description: '1 to 100 of A-Z a-z 0-9 _ . : -' }) id!: string
  @Field({ description: '1 to 200 characters.' }) name!: string
  @Field(() => DateTime) startsAt!: Millis
  @Field(() => DateTime, { description: 'Exclusive; ahead of now.' }) endsAt!: Millis
  @Field(() => [PrizeInput], { description: '1 to 100, from the highest to the lowest, of 100,000 pieces in all.' })
  prizes!: PrizeInput[]
  @Field(() => PrizeInput, { nullable: true, description: 'Of everybody who plays when the pieces are out.' })
  defaultPrize!: PrizeInput | null
}

@ObjectType('InstantWinAward')
export class InstantWinAwardType {
  @Field(() => ID) id!: string
  @Field(() => ID) instantWinId!: string
  @Field(() => ID) playerId!: string
  @Field(() => Int, { description: 'From 1, without a gap, in the order in which they were given.' }) position!: number
  @Field(() => AwardOutcomeEnum) outcome!: AwardOutcome
  @Field(() => Prize, { nullable: true }) prize!: Prize | null
  @Field(() => DateTime) awardedAt!: Millis
}

export const awardTypeOf = (award: Award): InstantWinAwardType => ({
  ...award,
  id: `${award.instantWinId}:${award.position}`,
})

@ObjectType({ description: 'Newest first.' })
export class InstantWinAwardConnection {
  @Field(() => [InstantWinAwardType]) nodes!: InstantWinAwardType[]
  @Field(() => PageInfo) pageInfo!: PageInfo
  @Field(() => SafeInt, { description: 'Of all pages.' }) totalCount!: number
}

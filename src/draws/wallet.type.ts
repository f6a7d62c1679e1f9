import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Decimal } from '../graphql/scalars.js'
import type { Money } from '../kernel/money.js'
import type { PublicTicket } from './ticket-value.js'

@ObjectType('Ticket', {
  description:
    'The value is the first 16 bytes of HMAC-SHA256, in the form of a UUID: the key is the 32 bytes of the seed, the message is `drawId\\nentropy\\nentryId\\nnumber` in UTF-8, entropy empty where there is none. The highest values win.',
})
export class TicketType implements PublicTicket {
  @Field(() => Int, { description: 'From 1, within its entry.' }) number!: number
  @Field(() => ID, { description: 'Values compare as text.' }) value!: string
}

@ObjectType({ description: "One player's part in one draw. All zeros for a player who has none." })
export class TicketWallet {
  @Field(() => ID) drawId!: string
  @Field(() => ID) playerId!: string
  @Field(() => ID, { description: "The player's name in the public proof of this draw, and in no other." })
  entryId!: string
  @Field({ description: 'Where the draw asks for it, stakes count from the opt-in on, in event time.' })
  optedIn!: boolean
  @Field(() => Int, {
    description: 'floor(stakeTotal / stakePerTicket) and what was granted, at most maxTicketsPerPlayer.',
  })
  tickets!: number
  @Field(() => Decimal, { description: 'What counts for this draw, in the base currency.' }) stakeTotal!: Money
  @Field(() => Decimal, {
    nullable: true,
    description:
      'The stake that brings the next ticket, above 0, in the base currency. Null where no stake brings one: tickets come from grants alone, the player has as many as there can be, or the draw takes no more.',
  })
  distanceToNextTicket!: Money | null
  @Field(() => Int, { nullable: true, description: "The highest of the draw's milestones that tickets has reached." })
  lastMilestone!: number | null
}

@InputType()
export class TicketGrantInput {
  @Field(() => ID) drawId!: string
  @Field(() => ID, { description: '1 to 200 characters; the player need not be known yet.' }) playerId!: string
  @Field(() => Int, { description: 'From 1 to 1,000,000.' }) tickets!: number
  @Field({ description: 'What they were given for: 1 to 200 characters.' }) source!: string
  @Field(() => ID, { description: 'A grant sent again under its key counts once; 1 to 200 characters.' })
  idempotencyKey!: string
}

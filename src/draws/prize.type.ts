import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Decimal } from '../graphql/scalars.js'
import type { Money } from '../kernel/money.js'
import { PRIZE_KINDS, type PrizeDraft, type PrizeKind } from './draw.js'
import type { AwardOutcome } from './make-draw.js'

export const PrizeKindEnum = Object.fromEntries(PRIZE_KINDS.map(kind => [kind, kind])) as Record<PrizeKind, PrizeKind>
registerEnumType(PrizeKindEnum, {
  name: 'PrizeKind',
  description: 'What a prize consists of. Whoever receives the award hands it out: nothing is booked here.',
})

export const AwardOutcomeEnum: Record<AwardOutcome, AwardOutcome> = {
  PRIZE: 'PRIZE',
  DEFAULT: 'DEFAULT',
  NO_PRIZE: 'NO_PRIZE',
}
registerEnumType(AwardOutcomeEnum, {
  name: 'AwardOutcome',
  valuesConfig: {
    PRIZE: { description: 'One of the prizes.' },
    DEFAULT: { description: 'The default prize, because the prizes ran out.' },
    NO_PRIZE: { description: 'The prizes ran out, and there is no default prize.' },
  },
})

@ObjectType({ description: 'What can be won.' })
export class Prize {
  @Field(() => Int, { description: 'From 1, the highest; the default prize comes after all the others.' }) rank!: number
  @Field() name!: string
  @Field(() => PrizeKindEnum) kind!: PrizeKind
  @Field(() => Decimal, { description: 'Of one piece: in the base currency, or how many spins.' }) value!: Money
  @Field(() => Int, { description: 'Pieces. The default prize has no bound, whatever stands here.' }) quantity!: number
}

@InputType()
export class PrizeInput implements PrizeDraft {
  @Field({ description: '1 to 200 characters.' }) name!: string
  @Field(() => PrizeKindEnum) kind!: PrizeKind
  @Field(() => Decimal, {
    defaultValue: 0n,
    description: 'Of one piece: in the base currency, or how many spins; 0 or more.',
  })
  value!: Money
  @Field(() => Int, { defaultValue: 1, description: 'Pieces: from 1; 100,000 over all prizes.' }) quantity!: number
}

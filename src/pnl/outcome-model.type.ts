import { Field, Float, ID, ObjectType } from 'type-graphql'
import { DateTime, SafeInt } from '../graphql/scalars.js'
import type { Millis } from '../kernel/time.js'

@ObjectType('OutcomeModel', {
  description:
    "How likely a selection is to win, learned from settled markets: the bookmaker's implied probability, corrected in log-odds, in general, by sport and by competition. It is judged by markets that are later than any it learned from, beside the implied probability itself.",
})
export class OutcomeModelType {
  @Field(() => ID) id!: string
  @Field({ description: 'logistic' }) kind!: string
  @Field(() => DateTime) trainedAt!: Millis
  @Field(() => SafeInt, { description: 'Markets that it learned from.' }) trainedOn!: number
  @Field(() => SafeInt, { description: 'Later markets that it was judged by.' }) evaluatedOn!: number
  @Field(() => Float, { description: 'On the later markets, a mean over forecasts: lower is better.' }) logLoss!: number
  @Field(() => Float, { description: 'On the later markets, a mean over forecasts: lower is better.' }) brier!: number
  @Field(() => Float, { description: "The implied probability's on the same markets." }) baselineLogLoss!: number
  @Field(() => Float, { description: "The implied probability's on the same markets." }) baselineBrier!: number
  @Field({
    description:
      'Expected GGR is computed with it. Only the newest of those whose logLoss is below baselineLogLoss is active.',
  })
  active!: boolean
}

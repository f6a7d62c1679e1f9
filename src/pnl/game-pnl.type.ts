import { Field, ObjectType } from 'type-graphql'
import { PageInfo } from '../graphql/page.type.js'
import { DateTime, Decimal, SafeInt } from '../graphql/scalars.js'
import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { GamePnl } from './game-pnl.js'

@ObjectType('GamePnl', {
  description:
    'Where one game stands, with every bet that has been committed. Amounts are in the base currency, exact, and rounded half to even to 4 decimals here alone. Of the open bets: liability = sum(stake * odds), expectedGgr = sum(stake - p * stake * odds).',
})
export class GamePnlType implements GamePnl {
  @Field() game!: string
  @Field(() => String, { nullable: true, description: 'The first that an event of the game has named.' })
  gameType!: string | null
  @Field(() => String, { nullable: true, description: 'The first that an event of the game has named.' })
  competition!: string | null
  @Field(() => SafeInt, { description: 'All that were placed and not rolled back, open and settled.' }) bets!: number
  @Field(() => Decimal, { description: 'Stakes, of open bets too.' }) turnover!: Money
  @Field(() => Decimal, { description: 'What went back to players: winnings, settlements and refunds.' })
  payouts!: Money
  @Field(() => Decimal, { description: 'turnover - payouts.' }) ggr!: Money
  @Field(() => SafeInt, { description: 'Bets with a betId and odds that nothing has closed.' }) openBets!: number
  @Field(() => Decimal, { description: 'Stakes of the open bets.' }) openStake!: Money
  @Field(() => Decimal, { description: 'What the house pays if every open bet wins: sum(stake * odds).' })
  liability!: Money
  @Field(() => Decimal, {
    description:
      "What the house expects to keep of the open bets: sum(stake - p * stake * odds). p is the bet's own probability where it came with one; else the active outcome model's, from the latest odds of the bet's selection; else 1/odds, divided by the sum of 1/odds over the selections seen in its market (latest odds of each) where that is above 1.",
  })
  expectedGgr!: Money
  @Field(() => SafeInt, {
    description: 'Settlements and refunds whose bet has not come, of bets that are known to be of this game.',
  })
  waiting!: number
  @Field(() => DateTime, {
    description: 'Wall clock: when its last change was taken, or the active model trained, whichever is later.',
  })
  updatedAt!: Millis
  @Field({ description: 'Grows with every change of this game; digits of fixed width, so that strings compare.' })
  revision!: string
}

@ObjectType({ description: 'By game, ascending.' })
export class GamePnlConnection {
  @Field(() => [GamePnlType]) nodes!: GamePnlType[]
  @Field(() => PageInfo) pageInfo!: PageInfo
}

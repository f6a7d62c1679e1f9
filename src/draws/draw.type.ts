import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime, Decimal, SafeInt } from '../graphql/scalars.js'
import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import { DRAW_STATUSES, type DrawDraft, type DrawStatus } from './draw.js'
import { statusAt } from './draw-status.js'
import { Prize, PrizeInput } from './prize.type.js'
import type { StoredDraw } from './stored-draw.js'

export const DrawStatusEnum = Object.fromEntries(DRAW_STATUSES.map(status => [status, status])) as Record<
  DrawStatus,
  DrawStatus
>
registerEnumType(DrawStatusEnum, {
  name: 'DrawStatus',
  valuesConfig: {
    SCHEDULED: { description: 'Before opensAt.' },
    OPEN: { description: 'Stakes become tickets.' },
    CLOSING: { description: 'drawsAt has come, or it was executed: see waitingFor.' },
    DRAWN: { description: 'For good. Its awards and its proof can be read.' },
    CANCELLED: { description: 'For good, see cancelReason.' },
  },
})

@InputType({ description: 'An event counts when opensAt <= its time < drawsAt and it fits game and gameType.' })
export class DrawInput {
  @Field(() => ID, { description: '1 to 100 of A-Z a-z 0-9 _ . : -' }) id!: string
  @Field({ description: '1 to 200 characters.' }) name!: string
  @Field(() => DateTime, {
    description: 'Where it has passed, the events that are stored since then are counted too, once each.',
  })
  opensAt!: Millis
  @Field(() => DateTime, {
    description:
      'Later than opensAt. A draw that is created after its own drawsAt is never drawn by the clock, only by executeDraw.',
  })
  drawsAt!: Millis
  @Field(() => String, { nullable: true, description: 'Null: any, or none.' }) game?: string | null
  @Field(() => String, { nullable: true, description: 'Null: any, or none.' }) gameType?: string | null
  @Field(() => [String], { defaultValue: ['bet'], description: 'Whose amounts are stakes: 1 to 20 of them.' })
  eventTypes!: string[]
  @Field(() => Decimal, {
    nullable: true,
    description: 'Above 0, in the base currency. Null: tickets come from grants alone.',
  })
  stakePerTicket?: Money | null
  @Field(() => Int, {
    nullable: true,
    description: 'At most 1,000,000, which is also the bound where it is absent.',
  })
  maxTicketsPerPlayer?: number | null
  @Field({ defaultValue: false, description: "Stakes count from the player's opt-in on." }) optInRequired!: boolean
  @Field(() => Int, { defaultValue: 1, description: 'How often one player can win: 1 to 100.' }) winsPerPlayer!: number
  @Field(() => [Int], {
    defaultValue: [1, 10, 50, 100],
    description: 'Counts of tickets that are told of: at most 50, all different.',
  })
  milestones!: number[]
  @Field(() => [PrizeInput], { description: 'From the highest to the lowest: 1 to 100, of 100,000 pieces in all.' })
  prizes!: PrizeInput[]
  @Field(() => PrizeInput, { nullable: true, description: 'What everybody else gets who has a ticket.' })
  defaultPrize?: PrizeInput | null
  @Field(() => String, {
    nullable: true,
    description:
      'Names public randomness that will be known only after drawsAt, e.g. "drand quicknet round 12345678". The draw then waits for provideDrawEntropy.',
  })
  entropyLabel?: string | null
}

export const draftOf = (input: DrawInput): DrawDraft => ({
  ...input,
  game: input.game ?? null,
  gameType: input.gameType ?? null,
  stakePerTicket: input.stakePerTicket ?? null,
  maxTicketsPerPlayer: input.maxTicketsPerPlayer ?? null,
  defaultPrize: input.defaultPrize ?? null,
  entropyLabel: input.entropyLabel ?? null,
})

@ObjectType('Draw', {
  description:
    'Stakes become tickets until drawsAt; then each entry is drawn by its highest tickets, from the highest value down, for the prizes from the highest down. See drawProof.',
})
export class DrawType {
  @Field(() => ID) id!: string
  @Field() name!: string
  @Field(() => DrawStatusEnum, { description: 'At the time of the answer.' }) status!: DrawStatus
  @Field(() => DateTime, { description: 'Event time, inclusive.' }) opensAt!: Millis
  @Field(() => DateTime, { description: 'Event time, exclusive; on the wall clock the earliest draw.' })
  drawsAt!: Millis
  @Field(() => DateTime, { nullable: true, description: 'Wall clock.' }) drawnAt!: Millis | null
  @Field(() => String, { nullable: true }) cancelReason!: string | null
  @Field(() => String, { nullable: true, description: 'Null: any, or none.' }) game!: string | null
  @Field(() => String, { nullable: true, description: 'Null: any, or none.' }) gameType!: string | null
  @Field(() => [String], { description: 'Whose amounts are stakes.' }) eventTypes!: readonly string[]
  @Field(() => Decimal, { nullable: true, description: 'In the base currency. Null: tickets come from grants alone.' })
  stakePerTicket!: Money | null
  @Field(() => Int, { nullable: true, description: 'Null: 1,000,000.' }) maxTicketsPerPlayer!: number | null
  @Field({ description: "Stakes count from the player's opt-in on." }) optInRequired!: boolean
  @Field(() => Int, { description: 'How often one player can win.' }) winsPerPlayer!: number
  @Field(() => [Int], { description: 'Counts of tickets that are told of, ascending.' }) milestones!: readonly number[]
  @Field(() => [Prize], { description: 'From the highest to the lowest.' }) prizes!: readonly Prize[]
  @Field(() => Prize, { nullable: true, description: 'What everybody else gets who has a ticket.' })
  defaultPrize!: Prize | null
  @Field(() => SafeInt, {
    description: 'So far; once its entries are frozen, those that are drawn: without suppressed players.',
  })
  ticketsTotal!: number
  @Field(() => SafeInt, { description: 'Players with a ticket, as ticketsTotal.' }) playersTotal!: number
  @Field({ description: 'Stored events from opensAt to the creation have been counted.' }) backfilled!: boolean
  @Field({ description: 'SHA-256 of the secret seed in hex, public from the creation on.' }) seedHash!: string
  @Field(() => String, { nullable: true, description: 'Public randomness that the draw waits for once it is closed.' })
  entropyLabel!: string | null
}

/** A draw as everybody sees it at this moment, and what tells what it waits for. */
export interface ShownDraw extends DrawType {
  readonly stored: StoredDraw
}

export const shownDraw = (stored: StoredDraw, now: Millis): ShownDraw => ({
  ...stored,
  status: statusAt(stored, now),
  stored,
})

import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { requireOwnPlayer } from '../graphql/access.js'
import type { GraphContext } from '../graphql/context.js'
import { pageOf } from '../graphql/page.type.js'
import { badInput } from '../kernel/errors.js'
import { checkFirst } from '../kernel/page.js'
import type { Clock } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import type { CreateInstantWin } from './create-instant-win.js'
import type { SecretBox } from './draw-key.js'
import { type InstantWin, noInstantWin, openSeed, prizesLeft } from './instant-win.js'
import { findInstantWin, listAwards, listInstantWins } from './instant-win.store.js'
import {
  awardTypeOf,
  InstantWinAwardConnection,
  InstantWinAwardType,
  InstantWinInput,
  InstantWinType,
} from './instant-win.type.js'
import type { PlayInstantWin } from './play-instant-win.js'

@Resolver(() => InstantWinType)
export class InstantWinResolver {
  constructor(
    private readonly db: Database,
    private readonly creating: CreateInstantWin,
    private readonly playing: PlayInstantWin,
    private readonly secrets: SecretBox,
    private readonly clock: Clock,
  ) {}

  @Authorized('crm', 'analyst', 'player')
  @Query(() => [InstantWinType], { description: 'By id, ascending.' })
  instantWins(): Promise<InstantWin[]> {
    return listInstantWins(this.db)
  }

  @FieldResolver(() => Int)
  prizesLeft(@Root() win: InstantWin): number {
    return prizesLeft(win)
  }

  @FieldResolver(() => String, { nullable: true, description: '32 bytes in hex; null until endsAt, for everybody.' })
  seed(@Root() win: InstantWin): string | null {
    return this.clock() < win.endsAt ? null : openSeed(win, this.secrets).toString('hex')
  }

  @Authorized('crm', 'analyst', 'player')
  @Query(() => InstantWinAwardConnection, {
    description: 'Newest first. A player sees its own, with its own playerId. NOT_FOUND: no such instant win.',
  })
  async instantWinAwards(
    @Ctx() { actor }: GraphContext,
    @Arg('id', () => ID) id: string,
    @Arg('playerId', () => ID, { nullable: true }) playerId: string | null,
    @Arg('first', () => Int, { defaultValue: 50, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after?: string | null,
  ): Promise<InstantWinAwardConnection> {
    requireOwnPlayer(actor, playerId)
    checkFirst(first)
    const before = after == null ? null : positionOf(after)
    const win = await findInstantWin(this.db, id)
    if (win === null) throw noInstantWin()
    const awards = await listAwards(this.db, win, playerId ?? null, before, first + 1)
    const page = pageOf(awards.map(awardTypeOf), first, ({ position }) => String(position))
    return { ...page, totalCount: playerId == null ? win.played : await this.countOf(win, playerId) }
  }

  @Authorized('admin')
  @Mutation(() => InstantWinType, {
    description: 'It does not change afterwards. CONFLICT: there is one of this id.',
  })
  createInstantWin(@Ctx() { actor }: GraphContext, @Arg('input') input: InstantWinInput): Promise<InstantWin> {
    return this.creating.create({ ...input, defaultPrize: input.defaultPrize ?? null }, actor.sub)
  }

  @Authorized('crm', 'player')
  @Mutation(() => InstantWinAwardType, {
    description:
      'Once a player: asked again, also after the end, it tells the same award. Known or unknown player. CONFLICT: before startsAt, or at endsAt and later. FORBIDDEN: the player is suppressed, or is not the one of the token.',
  })
  async playInstantWin(
    @Ctx() { actor }: GraphContext,
    @Arg('id', () => ID) id: string,
    @Arg('playerId', () => ID) playerId: string,
  ): Promise<InstantWinAwardType> {
    requireOwnPlayer(actor, playerId, ['crm'])
    return awardTypeOf(await this.playing.play(id, playerId))
  }

  /** A player plays once. */
  private async countOf(win: InstantWin, playerId: string): Promise<number> {
    return (await listAwards(this.db, win, playerId, null, 1)).length
  }
}

const POSITION = /^\d{1,9}$/

function positionOf(after: string): number {
  if (!POSITION.test(after)) throw badInput('after', 'must be a cursor that this API has given', after)
  return Number(after)
}

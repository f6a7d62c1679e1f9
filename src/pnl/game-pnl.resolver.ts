import { Arg, Authorized, Extensions, FieldResolver, Int, Query, Resolver, Root, Subscription } from 'type-graphql'
import type { GraphContext } from '../graphql/context.js'
import { FLAT_EVENTS } from '../graphql/flat-event.js'
import { pageOf } from '../graphql/page.type.js'
import { SafeInt } from '../graphql/scalars.js'
import { checkFirst } from '../kernel/page.js'
import { checkName, checkNames } from './game-names.js'
import type { GameFilter, GamePnl } from './game-pnl.js'
import { GamePnlConnection, GamePnlType } from './game-pnl.type.js'
import type { ReadGamePnl } from './read-game-pnl.js'

interface FilterArgs {
  readonly games?: readonly string[] | null
  readonly gameType?: string | null
}

/** A page of games, and what counts all of them when it is asked for. */
interface GamePnlPage extends Omit<GamePnlConnection, 'totalCount'> {
  readonly filter: GameFilter
  /** Where the page holds all there are. */
  readonly total: number | null
}

const filterOf = ({ games, gameType }: FilterArgs): GameFilter => ({
  games: checkNames('games', games),
  gameType: gameType == null ? null : checkName('gameType', gameType),
})

const GAMES = 'Only these, at most 5,000; those that nothing is known of are left out.'
const GAME_TYPE = 'Only games of this type.'

@Resolver(() => GamePnlConnection)
export class GamePnlResolver {
  constructor(private readonly positions: ReadGamePnl) {}

  @Authorized('analyst')
  @Query(() => GamePnlConnection, {
    description:
      'Where games stand, by game ascending, as bytes of UTF-8 compare: those that money was staked in or paid by. What an event changed is there as soon as the event was answered. BAD_USER_INPUT: extensions.field names what is wrong.',
  })
  async gamePnl(
    @Arg('games', () => [String], { nullable: true, description: GAMES }) games: string[] | null,
    @Arg('gameType', () => String, { nullable: true, description: GAME_TYPE }) gameType: string | null,
    @Arg('first', () => Int, { defaultValue: 100, description: '1 to 500.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after?: string | null,
  ): Promise<GamePnlPage> {
    checkFirst(first)
    const filter = filterOf({ games, gameType })
    const from = after == null ? '' : checkName('after', after)
    const page = pageOf(await this.positions.page(filter, from, first + 1), first, ({ game }) => game)
    const total = after == null && !page.pageInfo.hasNextPage ? page.nodes.length : null
    return { ...page, filter, total }
  }

  @FieldResolver(() => SafeInt)
  totalCount(@Root() { filter, total }: GamePnlPage): number | Promise<number> {
    return total ?? this.positions.count(filter)
  }

  @Authorized('analyst')
  @Extensions(FLAT_EVENTS)
  @Subscription(() => GamePnlType, {
    description:
      'Each game as it stands now, then as it stands whenever something of it has changed, on whichever node; also when another outcome model has become active. Games that appear later and match are followed too. States between two may be skipped: of each game the newest one is given, at most every GAME_PNL_EVERY_MS (50). BAD_USER_INPUT: extensions.field names what is wrong.',
    subscribe: ({ args, context }) => (context as GraphContext).gameWatch.watch(filterOf(args as FilterArgs)),
  })
  gamePnlChanged(
    @Root() game: GamePnl,
    @Arg('games', () => [String], {
      nullable: true,
      description: 'Only these, at most 5,000; also those that nothing is known of yet.',
    })
    _games?: string[],
    @Arg('gameType', () => String, { nullable: true, description: GAME_TYPE }) _gameType?: string,
  ): GamePnlType {
    return game
  }
}

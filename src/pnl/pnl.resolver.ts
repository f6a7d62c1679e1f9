import { Arg, Authorized, Query, Resolver } from 'type-graphql'
import { badInput } from '../kernel/errors.js'
import type { Database } from '../storage/database.js'
import { checkNames } from './game-names.js'
import { readPnl } from './pnl.store.js'
import { bucketTypeOf, PnlBucketType, PnlFilter } from './pnl.type.js'
import { BUCKETS_MAX, wholeBuckets } from './pnl-bucket.js'

@Resolver(() => PnlBucketType)
export class PnlResolver {
  constructor(private readonly db: Database) {}

  @Authorized('analyst')
  @Query(() => [PnlBucketType], {
    description:
      'Profit and loss by minute, hour or day of event time, by game or summed; buckets without events are left out. BAD_USER_INPUT: more than 50,000 buckets, or what extensions.field names.',
  })
  async pnl(@Arg('filter') filter: PnlFilter): Promise<PnlBucketType[]> {
    const { grain, perGame } = filter
    const asked = {
      games: checkNames('games', filter.games),
      gameTypes: checkNames('gameTypes', filter.gameTypes),
      competitions: checkNames('competitions', filter.competitions),
      ...wholeBuckets(filter.from, filter.to, grain),
      grain,
      perGame,
    }
    const buckets = await readPnl(this.db, asked, BUCKETS_MAX + 1)
    if (buckets.length > BUCKETS_MAX) {
      throw badInput(
        'filter',
        `asks for more than ${BUCKETS_MAX} buckets: ask for a shorter time, fewer games or a coarser grain`,
      )
    }
    return buckets.map(bucketTypeOf)
  }
}

import { Arg, Authorized, FieldResolver, Int, Resolver, Root } from 'type-graphql'
import type { Feed } from '../feed/feed.js'
import { checkFirst } from '../kernel/page.js'
import { Player } from '../players/player.type.js'
import type { Database } from '../storage/database.js'
import { entryTypeOf, VipEntryType } from './vip.type.js'
import { listEntries } from './vip-entry.store.js'

/** What this domain adds to a player: players know nothing of VIPs. */
@Resolver(() => Player)
export class PlayerVipResolver {
  constructor(
    private readonly db: Database,
    private readonly feed: Feed,
  ) {}

  @Authorized('crm', 'analyst')
  @FieldResolver(() => [VipEntryType], { description: 'Newest first. Not for players: FORBIDDEN.' })
  async vipEntries(
    @Root() player: Player,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 500.' }) first: number,
  ): Promise<VipEntryType[]> {
    const entries = await listEntries(this.db, { playerId: player.id }, null, checkFirst(first))
    return entries.map(entry => entryTypeOf(entry, this.feed.cursorOf))
  }
}

import { Arg, Authorized, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import type { GraphContext } from '../graphql/context.js'
import { DateTime } from '../graphql/scalars.js'
import type { Clock, Millis } from '../kernel/time.js'
import type { Database } from '../storage/database.js'
import { findPlayers } from './player.store.js'
import { Player, playerOf } from './player.type.js'
import type { SuppressPlayer } from './suppress-player.js'

@Resolver()
export class SuppressionResolver {
  constructor(
    private readonly db: Database,
    private readonly suppressions: SuppressPlayer,
    private readonly clock: Clock,
  ) {}

  @Authorized('crm')
  @Mutation(() => Player, {
    description:
      'Known or unknown player. No trigger, milestone or prize is created, and nothing pending is sent, from the commit of this call on, until it is lifted or `until` passes. VIP entries are recorded and marked, not delivered. A suppression in force keeps its `since` and gets the new reason and until.',
  })
  async suppressPlayer(
    @Ctx() { actor }: GraphContext,
    @Arg('playerId', () => ID) playerId: string,
    @Arg('reason', () => String, { description: '1 to 500 characters.' }) reason: string,
    @Arg('until', () => DateTime, { nullable: true, description: 'Ahead of now; null: until it is lifted.' })
    until?: Millis | null,
  ): Promise<Player> {
    await this.suppressions.suppress({ playerId, reason, until: until ?? null }, actor.sub)
    return this.player(playerId)
  }

  @Authorized('crm')
  @Mutation(() => Player, {
    description:
      'From the next batch on the player is treated as any other; what was withheld stays so. NOT_FOUND: no such player. CONFLICT: the player is not suppressed, or `until` has passed.',
  })
  async liftSuppression(
    @Ctx() { actor }: GraphContext,
    @Arg('playerId', () => ID) playerId: string,
    @Arg('reason', () => String, { description: '1 to 500 characters.' }) reason: string,
  ): Promise<Player> {
    await this.suppressions.lift(playerId, reason, actor.sub)
    return this.player(playerId)
  }

  private async player(id: string): Promise<Player> {
    const [row] = await findPlayers(this.db, [id], this.clock())
    return playerOf(row!)
  }
}

import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql'
import { requireOwnPlayer } from '../graphql/access.js'
import type { GraphContext } from '../graphql/context.js'
import type { ReadWallets } from './read-wallets.js'
import type { TakePart } from './take-part.js'
import type { Wallet } from './wallet.js'
import { TicketGrantInput, TicketType, TicketWallet } from './wallet.type.js'
import type { FollowedWallet, Stage, WalletKey } from './wallet-changes.js'

function subscribeWallet({ walletWatch, actor }: GraphContext, key: WalletKey) {
  requireOwnPlayer(actor, key.playerId)
  return walletWatch.watch({ drawId: key.drawId, playerId: key.playerId })
}

@Resolver(() => TicketWallet)
export class WalletResolver {
  constructor(
    private readonly wallets: ReadWallets,
    private readonly parts: TakePart,
  ) {}

  @Authorized('crm', 'analyst', 'player')
  @Query(() => TicketWallet, { description: 'Players see only their own. NOT_FOUND: no such draw.' })
  async ticketWallet(
    @Ctx() { actor }: GraphContext,
    @Arg('drawId', () => ID) drawId: string,
    @Arg('playerId', () => ID) playerId: string,
  ): Promise<Wallet> {
    requireOwnPlayer(actor, playerId)
    return this.wallets.one(drawId, playerId)
  }

  @Authorized('crm', 'player')
  @Mutation(() => TicketWallet, {
    description:
      'In force from this moment on, in event time: where the draw asks for it, earlier stakes do not count. Once more changes nothing. Players opt in themselves only. NOT_FOUND: no such draw. CONFLICT: it takes no more tickets. FORBIDDEN: the player is suppressed.',
  })
  async optIn(
    @Ctx() { actor }: GraphContext,
    @Arg('drawId', () => ID) drawId: string,
    @Arg('playerId', () => ID) playerId: string,
  ): Promise<Wallet> {
    requireOwnPlayer(actor, playerId, ['crm'])
    await this.parts.optIn(drawId, playerId, actor.sub)
    return this.wallets.one(drawId, playerId)
  }

  @Authorized('crm')
  @Mutation(() => TicketWallet, {
    description:
      'Tickets that were not staked for; they reach milestones as others do. The same key with the same content changes nothing. NOT_FOUND: no such draw. CONFLICT: the key was used with other content, or the draw takes no more tickets.',
  })
  async grantTickets(@Ctx() { actor }: GraphContext, @Arg('input') input: TicketGrantInput): Promise<Wallet> {
    await this.parts.grant(input, actor.sub)
    return this.wallets.one(input.drawId, input.playerId)
  }

  @FieldResolver(() => [TicketType], {
    description: 'The winsPerPlayer highest, from the highest value down; empty until the draw has been made.',
  })
  async bestTickets(@Root() wallet: Wallet & Partial<Stage>): Promise<TicketType[]> {
    // Of one that is followed it is known: a change that concerns thousands asks nothing more.
    return wallet.isDrawn === false ? [] : this.wallets.bestTickets(wallet)
  }

  @Authorized('crm', 'analyst', 'player')
  @Subscription(() => TicketWallet, {
    description:
      'The wallet as it is now, then as it is whenever it has changed, on whichever node; also when the draw is changed, cancelled or made. States between two may be skipped. Players follow their own only. NOT_FOUND: no such draw.',
    subscribe: ({ args, context }) => subscribeWallet(context as GraphContext, args as WalletKey),
  })
  walletChanged(
    @Root() wallet: FollowedWallet,
    @Arg('drawId', () => ID) _drawId: string,
    @Arg('playerId', () => ID) _playerId: string,
  ): FollowedWallet {
    return wallet
  }
}

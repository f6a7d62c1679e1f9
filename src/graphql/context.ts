import type { WalletWatch } from '../draws/wallet-watch.js'
import type { Feed } from '../feed/feed.js'
import type { GameWatch } from '../pnl/game-watch.js'
import type { Actor } from './access.js'

/** What subscriptions stand on: they have no instance of their own to be given it by. */
export interface Services {
  readonly feed: Feed
  readonly walletWatch: WalletWatch
  readonly gameWatch: GameWatch
}

/** What every resolver is given. `loaders` lives as long as one request, or one event of a subscription. */
export interface GraphContext extends Services {
  readonly actor: Actor
  readonly idempotencyKey: string | null
  readonly loaders: Map<symbol, unknown>
}

export const makeContext = (services: Services, actor: Actor, idempotencyKey: string | null = null): GraphContext => ({
  ...services,
  actor,
  idempotencyKey,
  loaders: new Map(),
})

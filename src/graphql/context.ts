import type { Actor } from './access.js'

/** What every resolver is given. `loaders` lives as long as one request, or one event of a subscription. */
export interface GraphContext {
  readonly actor: Actor
  readonly idempotencyKey: string | null
  readonly loaders: Map<symbol, unknown>
}

export const makeContext = (actor: Actor, idempotencyKey: string | null = null): GraphContext => ({
  actor,
  idempotencyKey,
  loaders: new Map(),
})

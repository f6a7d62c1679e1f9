import { setImmediate as turn } from 'node:timers/promises'
import type { Queryable } from '../storage/database.js'
import type { SecretBox } from './draw-key.js'
import { type InstantWin, type InstantWinRules, noInstantWin, openSeed } from './instant-win.js'
import { findInstantWin } from './instant-win.store.js'
import { orderPieces, type PieceOrder } from './instant-win-order.js'

export interface OrderedInstantWin {
  readonly rules: InstantWinRules
  readonly order: PieceOrder
}

/** An order is a byte a piece. */
const KEPT_MAX = 32

/**
 * The order of the pieces, which is stored nowhere: each node computes it from the seed and keeps it, for an instant win
 * does not change. Of those that are kept the one that was asked for least recently makes room.
 */
export class InstantWinOrders {
  private readonly kept = new Map<string, Promise<OrderedInstantWin>>()

  constructor(
    private readonly db: Queryable,
    private readonly secrets: SecretBox,
  ) {}

  async of(id: string): Promise<OrderedInstantWin> {
    const kept = this.kept.get(id)
    if (kept !== undefined) return this.keep(id, kept)
    const win = await findInstantWin(this.db, id)
    if (win === null) throw noInstantWin()
    const seed = openSeed(win, this.secrets)
    return this.keep(id, this.kept.get(id) ?? ordered(win, seed))
  }

  private keep(id: string, order: Promise<OrderedInstantWin>): Promise<OrderedInstantWin> {
    this.kept.delete(id)
    this.kept.set(id, order)
    const [oldest] = this.kept.keys()
    if (this.kept.size > KEPT_MAX) this.kept.delete(oldest!)
    return order
  }
}

async function ordered(win: InstantWin, seed: Uint8Array): Promise<OrderedInstantWin> {
  const steps = orderPieces(seed, win.id, win.prizes)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return { rules: win, order: step.value }
    await turn()
  }
}

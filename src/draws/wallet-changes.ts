import type { Wallet } from './wallet.js'

export type WalletKey = Pick<Wallet, 'drawId' | 'playerId'>

/** How far a draw has come. */
export interface Stage {
  /** Another one once the draw was changed, cancelled or made. */
  readonly stage: string
  readonly isDrawn: boolean
}

export type FollowedWallet = Wallet & Stage

const isSame = (a: FollowedWallet, b: FollowedWallet): boolean =>
  (Object.keys(b) as (keyof FollowedWallet)[]).every(field => a[field] === b[field])

/**
 * One subscriber's view of one wallet: its state now, then each newer one. Of those that it has not taken, the newest
 * alone is kept, so one that reads slowly skips states and never falls behind.
 */
export class WalletChanges implements AsyncIterableIterator<FollowedWallet> {
  private pending: FollowedWallet | null
  private last: FollowedWallet
  private waiting: Waiting | null = null
  private failure: Error | null = null
  private closed = false

  constructor(
    readonly key: WalletKey,
    first: FollowedWallet,
    private readonly onClose: (changes: WalletChanges) => void,
  ) {
    this.last = first
    this.pending = first
  }

  push(wallet: FollowedWallet): void {
    if (this.closed || isSame(this.last, wallet)) return
    this.last = wallet
    const { waiting } = this
    this.waiting = null
    if (waiting === null) this.pending = wallet
    else waiting.resolve({ done: false, value: wallet })
  }

  async next(): Promise<IteratorResult<FollowedWallet>> {
    const { pending, failure } = this
    this.pending = this.failure = null
    if (failure !== null) throw failure
    if (this.closed) return { done: true, value: undefined }
    if (pending !== null) return { done: false, value: pending }
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
    })
  }

  async return(): Promise<IteratorResult<FollowedWallet>> {
    this.close()
    return { done: true, value: undefined }
  }

  /** Ends it with an error, e.g. when the node stops. */
  fail(error: Error): void {
    const { waiting } = this
    this.waiting = null
    if (waiting === null) this.failure = error
    else waiting.reject(error)
    this.close()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  private close(): void {
    if (this.closed) return
    this.closed = true
    this.waiting?.resolve({ done: true, value: undefined })
    this.waiting = null
    this.onClose(this)
  }
}

interface Waiting {
  readonly resolve: (result: IteratorResult<FollowedWallet>) => void
  readonly reject: (error: Error) => void
}

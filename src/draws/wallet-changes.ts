import type { Wallet } from './wallet.js'

export type WalletKey = Pick<Wallet, 'drawId' | 'playerId'>

/** What is compared: the wallet itself, and how far its draw has come. */
export interface WalletState {
  readonly wallet: Wallet
  /** Another one once the draw was changed, cancelled or made. */
  readonly stage: string
}

const isSame = (a: WalletState, b: WalletState): boolean =>
  a.stage === b.stage && (Object.keys(b.wallet) as (keyof Wallet)[]).every(field => a.wallet[field] === b.wallet[field])

/**
 * One subscriber's view of one wallet: its state now, then each newer one. Of those that it has not taken, the newest
 * alone is kept, so one that reads slowly skips states and never falls behind.
 */
export class WalletChanges implements AsyncIterableIterator<Wallet> {
  private pending: Wallet | null
  private last: WalletState
  private waiting: Waiting | null = null
  private failure: Error | null = null
  private closed = false

  constructor(
    readonly key: WalletKey,
    first: WalletState,
    private readonly onClose: (changes: WalletChanges) => void,
  ) {
    this.last = first
    this.pending = first.wallet
  }

  push(state: WalletState): void {
    if (this.closed || isSame(this.last, state)) return
    this.last = state
    const { waiting } = this
    this.waiting = null
    if (waiting === null) this.pending = state.wallet
    else waiting.resolve({ done: false, value: state.wallet })
  }

  async next(): Promise<IteratorResult<Wallet>> {
    const { pending, failure } = this
    this.pending = this.failure = null
    if (failure !== null) throw failure
    if (this.closed) return { done: true, value: undefined }
    if (pending !== null) return { done: false, value: pending }
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
    })
  }

  async return(): Promise<IteratorResult<Wallet>> {
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
  readonly resolve: (result: IteratorResult<Wallet>) => void
  readonly reject: (error: Error) => void
}

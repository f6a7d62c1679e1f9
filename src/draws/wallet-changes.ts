import { Newest } from '../kernel/newest.js'
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

/** One subscriber's view of one wallet: its state now, then each newer one. */
export class WalletChanges extends Newest<FollowedWallet> {
  private pending: FollowedWallet | null
  private last: FollowedWallet

  constructor(
    readonly key: WalletKey,
    first: FollowedWallet,
    private readonly onClose: (changes: WalletChanges) => void,
  ) {
    super()
    this.last = first
    this.pending = first
  }

  push(wallet: FollowedWallet): void {
    if (this.isClosed || isSame(this.last, wallet)) return
    this.last = wallet
    this.pending = wallet
    this.offer()
  }

  protected take(): FollowedWallet | null {
    const { pending } = this
    this.pending = null
    return pending
  }

  protected onClosed(): void {
    this.pending = null
    this.onClose(this)
  }
}

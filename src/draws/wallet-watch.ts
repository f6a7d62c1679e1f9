import { AppError } from '../kernel/errors.js'
import type { Clock } from '../kernel/time.js'
import type { Wallet } from './wallet.js'
import { type Stage, WalletChanges, type WalletKey } from './wallet-changes.js'

export interface WalletSource {
  /** Throws NOT_FOUND for an unknown draw. */
  one(drawId: string, playerId: string): Promise<Wallet>
  watched(keys: readonly WalletKey[]): Promise<Wallet[]>
}

/** By the draws' ids. */
export type ReadStages = (drawIds: readonly string[]) => Promise<ReadonlyMap<string, Stage>>

export interface WalletWatchOptions {
  readonly wallets: WalletSource
  readonly stagesOf: ReadStages
  /** From the end of a read to the next one, at least. */
  readonly everyMs: number
  readonly clock: Clock
  readonly onError: (error: Error) => void
}

const WALLETS_A_READ = 5_000
const keyText = ({ drawId, playerId }: WalletKey): string => `${drawId}\n${playerId}`
const NO_STAGE: Stage = { stage: '', isDrawn: false }
const stopping = (): AppError => new AppError('UNAVAILABLE', 'this server is stopping')

/**
 * Tells subscribers how wallets change, on whichever node it is caused: it reads those that are watched, all together.
 *
 * Idle: nobody watches, and nothing is read. Looking: one loop, which rests between two reads for as long as the last
 * one took, and `everyMs` at least, so that however many are watched the database has as much time without it. A read
 * that fails is done again; it is told once, until one has succeeded. Stopped: every subscription has been failed.
 */
export class WalletWatch {
  private readonly watchers = new Set<WalletChanges>()
  private looking = false
  private failing = false
  private stopped = false
  private round: Promise<void> = Promise.resolve()
  private endRest: () => void = () => undefined

  constructor(private readonly options: WalletWatchOptions) {}

  async watch(key: WalletKey): Promise<WalletChanges> {
    const { wallets, stagesOf } = this.options
    // The stage first: what comes with a later one is seen as a change in the next round.
    const stages = await stagesOf([key.drawId])
    const wallet = await wallets.one(key.drawId, key.playerId)
    if (this.stopped) throw stopping()
    const first = { ...wallet, ...(stages.get(key.drawId) ?? NO_STAGE) }
    const watcher = new WalletChanges(key, first, gone => this.watchers.delete(gone))
    this.watchers.add(watcher)
    if (!this.looking) this.round = this.look()
    return watcher
  }

  /** Resolves when nothing is being read any more. */
  async stop(): Promise<void> {
    this.stopped = true
    for (const watcher of this.watchers) watcher.fail(stopping())
    this.endRest()
    await this.round
  }

  private async look(): Promise<void> {
    this.looking = true
    const { everyMs, clock } = this.options
    let restMs = everyMs
    for (;;) {
      await this.rest(restMs)
      if (this.stopped || this.watchers.size === 0) break
      const startedAt = clock()
      await this.readAll()
      restMs = Math.max(everyMs, clock() - startedAt)
    }
    this.looking = false
  }

  private async readAll(): Promise<void> {
    try {
      await this.readChunks()
      this.failing = false
    } catch (error) {
      if (!this.failing) this.options.onError(error as Error)
      this.failing = true
    }
  }

  private async readChunks(): Promise<void> {
    const { wallets, stagesOf } = this.options
    const byKey = this.watchersByKey()
    const keys = [...byKey.values()].map(([watcher]) => watcher!.key)
    const stages = await stagesOf([...new Set(keys.map(key => key.drawId))])
    for (let at = 0; at < keys.length; at += WALLETS_A_READ) {
      if (this.stopped) return
      for (const wallet of await wallets.watched(keys.slice(at, at + WALLETS_A_READ))) {
        const followed = { ...wallet, ...(stages.get(wallet.drawId) ?? NO_STAGE) }
        for (const watcher of byKey.get(keyText(wallet)) ?? []) watcher.push(followed)
      }
    }
  }

  private watchersByKey(): Map<string, WalletChanges[]> {
    const byKey = new Map<string, WalletChanges[]>()
    for (const watcher of this.watchers) {
      const key = keyText(watcher.key)
      const others = byKey.get(key)
      if (others === undefined) byKey.set(key, [watcher])
      else others.push(watcher)
    }
    return byKey
  }

  private rest(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.endRest = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

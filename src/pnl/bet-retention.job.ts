import { type Clock, HOUR_MS, type Millis } from '../kernel/time.js'
import type { Database, Queryable } from '../storage/database.js'
import type { BetName } from './bet.store.js'
import { betBlocks, betsOver, forgetBets } from './bet-retention.store.js'

/** Until the transaction ends, no batch decides about these players. */
export type LockPlayers = (session: Queryable, playerIds: readonly string[]) => Promise<unknown>

const BLOCKS_A_LOOK = 1_000
/** Batches wait while so many are deleted: some milliseconds. */
const BETS_A_STEP = 500

/** Forgets bets that were over for so long; a settlement that would correct one is refused from then on. */
export class ForgetBets {
  constructor(
    private readonly db: Database,
    private readonly lockPlayers: LockPlayers,
    private readonly retentionMs: number,
    private readonly clock: Clock,
  ) {}

  /** How many were forgotten. */
  async run(): Promise<number> {
    const before = this.clock() - this.retentionMs
    const blocks = await betBlocks(this.db)
    let forgotten = 0
    for (let from = 0; from < blocks; from += BLOCKS_A_LOOK) {
      const over = await betsOver(this.db, from, from + BLOCKS_A_LOOK, before)
      for (let at = 0; at < over.length; at += BETS_A_STEP) {
        forgotten += await this.forget(over.slice(at, at + BETS_A_STEP), before)
      }
    }
    return forgotten
  }

  private forget(bets: readonly BetName[], before: Millis): Promise<number> {
    return this.db.transaction(async session => {
      await this.lockPlayers(
        session,
        bets.map(bet => bet.playerId),
      )
      return forgetBets(session, bets, before)
    })
  }
}

export const betRetentionJob = (forgetting: ForgetBets) => ({
  name: 'bet-retention',
  everyMs: HOUR_MS,
  async run() {
    await forgetting.run()
  },
})

import type { Feed } from '../feed/feed.js'
import type { FeedItem } from '../feed/subscription.js'
import type { Clock } from '../kernel/time.js'
import { lockShards, shardsOf } from '../players/player-lock.js'
import type { Database, Session } from '../storage/database.js'
import { BEGIN_WITH_SHARED_RULES } from '../storage/rules-lock.js'
import { addTickets } from './add-tickets.js'
import { allowLongReads } from './close.store.js'
import { findDraw, markBackfilled } from './draw.store.js'
import { readStakesBefore, readStandings, type StakeBefore, saveStakesBefore, stakesBefore } from './stake.store.js'
import { NO_STANDING } from './standing.js'
import { type StoredDraw, wasChanged } from './stored-draw.js'
import type { SuppressedAmong } from './take-part.js'

const PLAYERS_A_PAGE = 5_000
/** With as many milestones as a draw may have, their effects fit into one commit. */
const PLAYERS_A_COMMIT = 100

/**
 * Counts what was committed before batches counted for the draw: each event carries the revision of the rules that its
 * batch went by, so which those are is never in doubt, and a player's sum is set, not added to. A backfill that was
 * interrupted is done again from the start.
 */
export class BackfillDraw {
  constructor(
    private readonly db: Database,
    private readonly feed: Feed,
    private readonly suppressedAmong: SuppressedAmong,
    private readonly clock: Clock,
  ) {}

  /** The session reads, and others write: what it reads is of one moment, however long it takes. */
  async run(session: Session, draw: StoredDraw, signal: AbortSignal): Promise<void> {
    await this.countAll(session, draw, signal)
    await markBackfilled(session, draw.counting)
  }

  private async countAll(reader: Session, draw: StoredDraw, signal: AbortSignal): Promise<void> {
    await reader.rows('BEGIN')
    try {
      await allowLongReads(reader)
      for await (const page of stakesBefore(reader, draw, PLAYERS_A_PAGE)) {
        for (let i = 0; i < page.length; i += PLAYERS_A_COMMIT) {
          signal.throwIfAborted()
          if (!(await this.count(draw, page.slice(i, i + PLAYERS_A_COMMIT)))) return
        }
      }
    } finally {
      await reader.rows('ROLLBACK').catch(() => undefined)
    }
  }

  /** False when the draw takes no stakes any more, or counts under another number. */
  private count(draw: StoredDraw, stakes: readonly StakeBefore[]): Promise<boolean> {
    return this.db.withSession(async session => {
      const players = stakes.map(stake => stake.playerId)
      await session.rows(`${BEGIN_WITH_SHARED_RULES}; ${lockShards(shardsOf(players))}`)
      try {
        const present = await findDraw(session, draw.id)
        if (present?.counting !== draw.counting || present.status === 'CANCELLED' || present.closedAt !== null) {
          await session.rows('ROLLBACK')
          return false
        }
        const effects = await this.countLocked(session, present, stakes)
        if (effects.length === 0) await session.rows('COMMIT')
        this.feed.committed(effects)
        return true
      } catch (error) {
        await session.rows('ROLLBACK').catch(() => undefined)
        throw error
      }
    })
  }

  private async countLocked(session: Session, draw: StoredDraw, stakes: readonly StakeBefore[]): Promise<FeedItem[]> {
    const players = stakes.map(stake => stake.playerId)
    const counted = await readStakesBefore(session, draw, players)
    const fresh = stakes.filter(({ playerId, stake }) => stake !== counted.get(playerId))
    if (fresh.length === 0) return []
    const standings = await readStandings(session, players, [draw.number])
    const additions = fresh.map(({ playerId, stake }) => ({
      playerId,
      standing: standings.get(playerId) ?? NO_STANDING,
      stake: stake - (counted.get(playerId) ?? 0n),
      granted: 0,
    }))
    const since = wasChanged(draw) ? 'the start' : 'now'
    const tell = await addTickets(session, draw, additions, this.suppressedAmong, this.clock(), since)
    await saveStakesBefore(session, draw, fresh)
    return tell()
  }
}

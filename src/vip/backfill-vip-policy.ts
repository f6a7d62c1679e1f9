import type { Feed } from '../feed/feed.js'
import { appendToFeed, commitAndTell, EFFECTS_A_COMMIT_MAX } from '../feed/feed.store.js'
import type { FeedItem } from '../feed/subscription.js'
import { type Clock, ceilTo, type Millis } from '../kernel/time.js'
import { lockShards, shardsOf } from '../players/player-lock.js'
import type { Database, Queryable, Session } from '../storage/database.js'
import { BEGIN_WITH_SHARED_RULES } from '../storage/rules-lock.js'
import { VIP_TOPIC } from './vip-entry.js'
import { insertEntries, prepareEntries } from './vip-entry.store.js'
import type { VipPolicy } from './vip-policy.js'
import { findPolicy, markBackfilled } from './vip-policy.store.js'
import { pageAbove, playersAbove } from './vip-window.store.js'

/** Which of these players are suppressed. */
type SuppressedAmong = (session: Queryable, playerIds: readonly string[], at: Millis) => Promise<ReadonlySet<string>>

const PLAYERS_A_PAGE = 5_000
const PLAYERS_A_COMMIT = 150

/**
 * Entries for players who were above a policy already when it was made or changed, in windows whose end the slowest
 * stream has not passed. Live batches decide by the new version since the change and enter only who crosses, so between
 * the two everybody is entered once: both hold the player's lock and look for an entry first.
 */
export class BackfillVipPolicy {
  constructor(
    private readonly db: Database,
    private readonly feed: Feed,
    private readonly slowestWatermark: () => Promise<Millis | null>,
    private readonly suppressedAmong: SuppressedAmong,
    private readonly clock: Clock,
  ) {}

  async run(policy: VipPolicy): Promise<void> {
    const watermark = await this.slowestWatermark()
    if (watermark !== null) await this.enterAll(policy, firstOpenWindow(policy, watermark))
    await markBackfilled(this.db, policy)
  }

  private async enterAll(policy: VipPolicy, from: Millis): Promise<void> {
    let after = ''
    for (;;) {
      const { above, lastId } = await pageAbove(this.db, policy, from, after, PLAYERS_A_PAGE)
      if (lastId === null) return
      const players = [...new Set(above.map(a => a.playerId))]
      for (let i = 0; i < players.length; i += PLAYERS_A_COMMIT) {
        const current = await this.enterSome(policy, from, players.slice(i, i + PLAYERS_A_COMMIT))
        if (!current) return
      }
      after = lastId
    }
  }

  /** Commit by commit until all of these players are entered. False when the policy has a newer version. */
  private async enterSome(policy: VipPolicy, from: Millis, players: readonly string[]): Promise<boolean> {
    for (;;) {
      const effects = await this.enter(policy, from, players)
      if (effects === null) return false
      this.feed.committed(effects)
      if (effects.length < EFFECTS_A_COMMIT_MAX) return true
    }
  }

  /** Null when the policy has a newer version, which brings its own backfill. */
  private enter(policy: VipPolicy, from: Millis, players: readonly string[]): Promise<FeedItem[] | null> {
    return this.db.withSession(async session => {
      await session.rows(`${BEGIN_WITH_SHARED_RULES}; ${lockShards(shardsOf(players))}`)
      try {
        const effects = await this.enterLocked(session, policy, from, players)
        if (effects?.length) await commitAndTell(session, effects.at(-1)!.id)
        else await session.rows('COMMIT')
        return effects
      } catch (error) {
        await session.rows('ROLLBACK').catch(() => undefined)
        throw error
      }
    })
  }

  private async enterLocked(session: Session, policy: VipPolicy, from: Millis, players: readonly string[]) {
    if ((await findPolicy(session, policy.id))?.version !== policy.version) return null
    const above = await playersAbove(session, policy, from, players)
    const crossings = above.map(({ playerId, windowStart }) => {
      const windowEnd = windowStart + policy.windowMs
      return { policy, playerId, windowStart, windowEnd, crossingEventId: null }
    })
    if (crossings.length === 0) return []
    const suppressed = await this.suppressedAmong(session, players, this.clock())
    const prepared = await prepareEntries(session, crossings, suppressed, this.clock())
    const entries = prepared.slice(0, EFFECTS_A_COMMIT_MAX)
    if (entries.length === 0) return []
    const first = await appendToFeed(
      session,
      entries.map(() => VIP_TOPIC),
      this.clock(),
    )
    const numbered = entries.map((entry, i) => ({ ...entry, feedId: first + i }))
    await insertEntries(session, numbered)
    return numbered.map(entry => ({ id: entry.feedId, topic: VIP_TOPIC, payload: entry }))
  }
}

/** The start of the first window that ends behind the watermark. */
const firstOpenWindow = (policy: VipPolicy, watermark: Millis): Millis =>
  ceilTo(watermark - policy.windowMs + 1, policy.slideMs)

import { appendToFeed, commitAndTell } from '../feed/feed.store.js'
import type { FeedItem } from '../feed/subscription.js'
import type { Money } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { insertMilestones, notToldBefore } from './milestone.store.js'
import { addToCounts, writeStakes } from './stake.store.js'
import { countsOf, type Gain, NO_LANE, NO_PART, type Standing, stakeIn, withStake } from './standing.js'
import type { StoredDraw } from './stored-draw.js'
import { MILESTONE_TOPIC, milestonesOf, type NewMilestone } from './ticket-milestone.js'
import { tickets } from './ticket-rule.js'

/** What comes to a player's part in a draw at once, beside the batches. */
export interface Addition {
  readonly playerId: string
  /** As read under the player's lock. */
  readonly standing: Standing
  readonly stake: Money
  readonly granted: number
}

type SuppressedAmong = (session: Queryable, playerIds: readonly string[], at: Millis) => Promise<ReadonlySet<string>>

/**
 * Under the players' locks: counts what is added and leaves another token, so that nobody goes by what is remembered of
 * these players. What it returns tells of the milestones (since the start: also of those that were reached before, and
 * were none then), and commits where there are any: nothing may come behind it.
 */
export async function addTickets(
  session: Session,
  draw: StoredDraw,
  additions: readonly Addition[],
  suppressedAmong: SuppressedAmong,
  at: Millis,
  since: 'now' | 'the start' = 'now',
): Promise<() => Promise<FeedItem[]>> {
  const gains = additions.map(addition => gainOf(draw, addition))
  await writeStakes(
    session,
    additions.map(({ playerId, standing, stake }) => {
      return { playerId, token: standing.token, ...withStake(standing, draw.counting, stake) }
    }),
  )
  const counts = countsOf(gains.filter(gain => gain.after > gain.before))
  const reached = gains.flatMap(gain => milestonesOf(since === 'the start' ? { ...gain, before: 0 } : gain, at))
  const milestones = await notToldBefore(session, reached, gains)
  const suppressed = await suppressedAmong(session, [...new Set(milestones.map(m => m.playerId))], at)
  const told = milestones.filter(({ playerId }) => !suppressed.has(playerId))
  return async () => {
    if (counts.length > 0) await addToCounts(session, NO_LANE, counts)
    return told.length === 0 ? [] : tell(session, told, at)
  }
}

function gainOf(draw: StoredDraw, { playerId, standing, stake, granted }: Addition): Gain {
  const had = stakeIn(standing, draw.counting)
  const part = standing.parts.get(draw.number) ?? NO_PART
  return {
    draw,
    playerId,
    before: tickets(draw, { stakeTotal: had, granted: part.granted }),
    after: tickets(draw, { stakeTotal: had + stake, granted: part.granted + granted }),
  }
}

async function tell(session: Session, milestones: readonly NewMilestone[], at: Millis): Promise<FeedItem[]> {
  const topics = milestones.map(() => MILESTONE_TOPIC)
  const first = await appendToFeed(session, topics, at)
  const numbered = milestones.map((milestone, i) => ({ ...milestone, feedId: first + i }))
  await insertMilestones(session, numbered)
  await commitAndTell(session, first + milestones.length - 1)
  return numbered.map(milestone => ({ id: milestone.feedId, topic: MILESTONE_TOPIC, payload: milestone }))
}

import type { LiveDraws, Stake } from '../draws/live-draws.js'
import { notToldBefore } from '../draws/milestone.store.js'
import { readStandings, writeStakes } from '../draws/stake.store.js'
import {
  type CountStep,
  countsOf,
  type Gain,
  type Kept,
  type KnownStandings,
  NO_STANDING,
  type Remembered,
  type Staked,
  type Standing,
  stake,
} from '../draws/standing.js'
import { milestonesOf, type NewMilestone } from '../draws/ticket-milestone.js'
import type { PlayerEvent } from '../events/player-event.js'
import type { Millis } from '../kernel/time.js'
import { suppressedAmong } from '../players/suppression.store.js'
import type { Queryable } from '../storage/database.js'
import { checkEffects } from './effects.js'

export interface DrawStep {
  readonly session: Queryable
  readonly live: LiveDraws
  readonly known: KnownStandings
  /** In the order of arrival. */
  readonly events: readonly PlayerEvent[]
  readonly at: Millis
}

/** What a batch's stakes have come to. */
export interface DrawOutcome {
  readonly milestones: readonly NewMilestone[]
  readonly counts: readonly CountStep[]
  /** Of its players, as they stand once the batch is committed. */
  readonly standings: readonly Kept[]
}

const NOTHING: DrawOutcome = { milestones: [], counts: [], standings: [] }

/** A player who has staked. */
interface Staker {
  readonly playerId: string
  readonly theirs: readonly Stake[]
  readonly known: Remembered | undefined
  /** As remembered, or as read. */
  standing: Standing
}

/** Turns stakes into tickets, under the players' locks. */
export async function drawStep(step: DrawStep): Promise<DrawOutcome> {
  const { session, live, known, events, at } = step
  const stakes = live.stakesOf(events)
  if (stakes.size === 0) return NOTHING
  const stakers: Staker[] = []
  const unknown: Staker[] = []
  for (const [playerId, theirs] of stakes) {
    const remembered = known.get(playerId)
    const staker = { playerId, theirs, known: remembered, standing: remembered?.standing ?? NO_STANDING }
    stakers.push(staker)
    if (remembered === undefined || !mayTrust(remembered.parts, theirs)) unknown.push(staker)
  }
  if (unknown.length > 0) await readAll(step, unknown)
  const done = await write(step, stakers)
  const gains = done.flatMap(({ gains }) => gains)
  const reached = gains.flatMap(gain => milestonesOf(gain, at))
  const milestones = await notToldBefore(session, reached, gains)
  checkEffects(milestones.length)
  return { milestones: await withoutSuppressed(session, milestones, at), counts: countsOf(gains), standings: done }
}

/** Who is remembered as not taking part has nothing written, so nothing would show that it has opted in since. */
const mayTrust = (parts: Standing['parts'], theirs: readonly Stake[]): boolean =>
  theirs.every(({ draws }) => draws.every(draw => !draw.optInRequired || parts.get(draw.number)?.optedInAt != null))

async function readAll({ session, live }: DrawStep, stakers: readonly Staker[]): Promise<void> {
  const read = await readStandings(
    session,
    stakers.map(staker => staker.playerId),
    live.numbers,
  )
  for (const staker of stakers) staker.standing = read.get(staker.playerId) ?? NO_STANDING
}

interface Written extends Kept {
  readonly gains: readonly Gain[]
}

/** What is remembered wrongly is read and written again: under the players' locks nothing changes in between. */
async function write(step: DrawStep, stakers: readonly Staker[]): Promise<Written[]> {
  const first = await writeOn(step, stakers)
  if (first.missed === 0) return first.written
  await readAll(step, stakers)
  const tokens = new Map(first.written.map(({ playerId, standing }) => [playerId, standing.token]))
  const isStale = ({ playerId, standing }: Staker) => tokens.get(playerId) !== standing.token
  const stale = stakers.filter(isStale)
  const again = await writeOn(step, stale)
  if (again.missed > 0) throw new Error(`${again.missed} standings changed under the locks of their players`)
  const replaced = new Set(stale.map(staker => staker.playerId))
  return [...first.written.filter(({ playerId }) => !replaced.has(playerId)), ...again.written]
}

async function writeOn({ session, live }: DrawStep, stakers: readonly Staker[]) {
  const next: (Staked & { readonly staker: Staker })[] = []
  for (const staker of stakers) {
    const staked = stake(live, staker.playerId, staker.standing, staker.theirs)
    if (staked !== null) next.push({ staker, ...staked })
  }
  if (next.length === 0) return { written: [], missed: 0 }
  const { token, written } = await writeStakes(
    session,
    next.map(({ staker, slots, stakes }) => ({
      playerId: staker.playerId,
      token: staker.standing.token,
      slots,
      stakes,
    })),
  )
  return {
    written: next.map(({ staker: { playerId, known, standing }, slots, stakes, gains }): Written => {
      return { playerId, known, standing: { token, slots, stakes, parts: standing.parts }, gains }
    }),
    missed: next.length - written,
  }
}

async function withoutSuppressed(session: Queryable, milestones: readonly NewMilestone[], at: Millis) {
  if (milestones.length === 0) return []
  const suppressed = await suppressedAmong(session, [...new Set(milestones.map(m => m.playerId))], at)
  return milestones.filter(({ playerId }) => !suppressed.has(playerId))
}

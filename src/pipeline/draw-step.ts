import type { LiveDraws, Stake } from '../draws/live-draws.js'
import { notToldBefore } from '../draws/milestone.store.js'
import { readStandings, writeStakes } from '../draws/stake.store.js'
import {
  type CountStep,
  countsOf,
  type Gain,
  type KnownStandings,
  NO_STANDING,
  type Staked,
  type Standing,
  stake,
} from '../draws/standing.js'
import type { StoredDraw } from '../draws/stored-draw.js'
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
  /** As they stand once the batch is committed. */
  readonly standings: ReadonlyMap<string, Standing>
}

const NOTHING: DrawOutcome = { milestones: [], counts: [], standings: new Map() }

/** Turns stakes into tickets, under the players' locks. */
export async function drawStep(step: DrawStep): Promise<DrawOutcome> {
  const { session, live, known, events, at } = step
  const stakes = live.stakesOf(events)
  if (stakes.size === 0) return NOTHING
  const unknown = [...stakes].filter(([id, theirs]) => !mayTrust(known.get(id), theirs)).map(([id]) => id)
  const read = unknown.length === 0 ? new Map<string, Standing>() : await readStandings(session, unknown, live.numbers)
  const asked = new Set(unknown)
  const standingOf = (id: string) => (asked.has(id) ? read.get(id) : known.get(id)) ?? NO_STANDING
  const done = await write(step, stakes, standingOf)
  const gains = [...done.values()].flatMap(({ gains }) => gains)
  const reached = gains.flatMap(gain => milestonesOf(gain, at))
  const milestones = await notToldBefore(session, reached, gains)
  checkEffects(milestones.length)
  const standings = new Map([...done].map(([playerId, { standing }]) => [playerId, standing]))
  return { milestones: await withoutSuppressed(session, milestones, at), counts: countsOf(gains), standings }
}

/** Who is remembered as not taking part has nothing written, so nothing would show that it has opted in since. */
const mayTrust = (standing: Standing | undefined, theirs: readonly Stake[]): boolean =>
  standing !== undefined &&
  theirs.every(({ draws }) => draws.every(draw => !draw.optInRequired || hasOptedIn(standing, draw)))

const hasOptedIn = (standing: Standing, draw: StoredDraw): boolean => standing.parts.get(draw.number)?.optedInAt != null

interface Written {
  readonly standing: Standing
  readonly gains: readonly Gain[]
}

/** What is remembered wrongly is read and written again: under the players' locks nothing changes in between. */
async function write(
  { session, live }: DrawStep,
  stakes: ReadonlyMap<string, readonly Stake[]>,
  standingOf: (playerId: string) => Standing,
): Promise<Map<string, Written>> {
  const first = await writeOn(session, live, stakes, standingOf)
  if (first.missed === 0) return first.written
  const present = await readStandings(session, [...stakes.keys()], live.numbers)
  const stale = new Map(
    [...stakes].filter(([playerId]) => first.written.get(playerId)?.standing.token !== present.get(playerId)?.token),
  )
  const again = await writeOn(session, live, stale, playerId => present.get(playerId) ?? NO_STANDING)
  if (again.missed > 0) throw new Error(`${again.missed} standings changed under the locks of their players`)
  for (const playerId of stale.keys()) first.written.delete(playerId)
  return new Map([...first.written, ...again.written])
}

async function writeOn(
  session: Queryable,
  live: LiveDraws,
  stakes: ReadonlyMap<string, readonly Stake[]>,
  standingOf: (playerId: string) => Standing,
) {
  const next: (Staked & { readonly playerId: string; readonly standing: Standing })[] = []
  for (const [playerId, theirs] of stakes) {
    const standing = standingOf(playerId)
    const staked = stake(live, playerId, standing, theirs)
    if (staked !== null) next.push({ playerId, standing, ...staked })
  }
  if (next.length === 0) return { written: new Map<string, Written>(), missed: 0 }
  const rows = next.map(({ playerId, standing, slots, stakes }) => ({ playerId, token: standing.token, slots, stakes }))
  const { token, written } = await writeStakes(session, rows)
  return {
    written: new Map<string, Written>(
      next.map(({ playerId, standing, slots, stakes, gains }) => [
        playerId,
        { standing: { token, slots, stakes, parts: standing.parts }, gains },
      ]),
    ),
    missed: next.length - written,
  }
}

async function withoutSuppressed(session: Queryable, milestones: readonly NewMilestone[], at: Millis) {
  if (milestones.length === 0) return []
  const suppressed = await suppressedAmong(session, [...new Set(milestones.map(m => m.playerId))], at)
  return milestones.filter(({ playerId }) => !suppressed.has(playerId))
}

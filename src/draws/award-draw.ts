import type { Audit } from '../audit/audit.js'
import { appendToFeed, commitAndTell, EFFECTS_A_COMMIT_MAX } from '../feed/feed.store.js'
import type { Clock, Millis } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { type AwardCounts, countOutcome, insertAwards, moveAwardsOn } from './award.store.js'
import type { AwardToWrite } from './award-rows.js'
import { allowLongReads } from './close.store.js'
import { readSecrets } from './draw.store.js'
import type { SecretBox } from './draw-key.js'
import type { FrozenEntries } from './entrants.js'
import { SYSTEM } from './freeze-draw.js'
import { type DrawnAward, makeDraw } from './make-draw.js'
import { AWARD_TOPIC } from './prize-award.js'
import { readEntrants } from './read-entrants.js'
import { filledInSlices } from './slices.js'
import { pseudonymKeyLabel, type StoredDraw, seedLabel } from './stored-draw.js'

/** As players/suppression.store.ts has them: what is sent to a player is held while one is suppressed. */
export interface SendingGuard {
  hold(session: Queryable, playerIds: readonly string[]): Promise<unknown>
  suppressed(session: Queryable, playerIds: readonly string[], at: Millis): Promise<ReadonlySet<string>>
}

export interface AwardPace {
  readonly awardsAChunk: number
  readonly ticketsAStep: number
}

export const AWARD_PACE: AwardPace = { awardsAChunk: EFFECTS_A_COMMIT_MAX, ticketsAStep: 2_000 }

/** Others have made awards from where this run stood: it stops, they go on. */
class Overtaken extends Error {}

/**
 * Makes a draw: its awards are computed by position and committed chunk by chunk, each with how far they have come. Who
 * goes on where another was killed computes the same awards again, and writes those behind.
 */
export class AwardDraw {
  constructor(
    private readonly guard: SendingGuard,
    private readonly audit: Audit,
    private readonly box: SecretBox,
    private readonly clock: Clock,
    private readonly pace: AwardPace = AWARD_PACE,
  ) {}

  /** `frozen`: where this run has frozen the entries itself. */
  async run(session: Session, draw: StoredDraw, frozen: FrozenEntries | null, signal: AbortSignal): Promise<void> {
    const { sealedSeed, sealedPseudonymKey } = await readSecrets(session, draw.id)
    const seed = this.box.open(sealedSeed, seedLabel(draw.id))
    const known = frozen ?? (await this.entriesOf(session, draw, sealedPseudonymKey, signal))
    checkEntries(draw, known)
    const pace = { ...this.pace, after: draw.awardedUpTo }
    const chunks = makeDraw(draw, known.entries, { seed, entropy: draw.entropy ?? '' }, pace)
    try {
      await this.commitAll(session, draw, known, filledInSlices(chunks, signal))
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
    }
  }

  /** One chunk is committed while the next one is computed. That tells, too, which one is the last. */
  private async commitAll(
    session: Session,
    draw: StoredDraw,
    frozen: FrozenEntries,
    chunks: AsyncIterable<readonly DrawnAward[]>,
  ): Promise<void> {
    let held: readonly DrawnAward[] = []
    let upTo = draw.awardedUpTo
    let committing = Promise.resolve()
    try {
      for await (const chunk of chunks) {
        await committing
        if (held.length > 0) {
          const from = upTo
          upTo = held.at(-1)!.position
          committing = this.commit(session, draw, frozen, held, from, false)
          committing.catch(() => undefined)
        }
        held = chunk
      }
    } finally {
      await committing
    }
    await this.commit(session, draw, frozen, held, upTo, true)
  }

  private async commit(
    session: Session,
    draw: StoredDraw,
    frozen: FrozenEntries,
    awards: readonly DrawnAward[],
    from: number,
    isLast: boolean,
  ): Promise<void> {
    const players = awards.map(award => frozen.playerOf(award.entry))
    await session.rows('BEGIN')
    try {
      await this.guard.hold(session, players)
      const at = this.clock()
      const suppressed = await this.guard.suppressed(session, players, at)
      const to = awards.at(-1)?.position ?? from
      if (!(await moveAwardsOn(session, draw.number, from, to, isLast ? at : null))) throw new Overtaken()
      const told = players.filter(id => !suppressed.has(id)).length
      // Before the feed's head is locked: others wait for it, and who needs both takes them in this order.
      if (isLast) await this.record(session, draw, await outcomeOf(session, draw, awards, awards.length - told))
      const firstId = told > 0 ? await appendToFeed(session, Array<string>(told).fill(AWARD_TOPIC), at) : null
      let nextId = firstId ?? 0
      const rows = awards.map((award, i): AwardToWrite => {
        const playerId = players[i]!
        const feedId = suppressed.has(playerId) ? null : nextId++
        return { award, playerId, feedId, entryId: frozen.entries.bytesAt(award.entry) }
      })
      if (rows.length > 0) await insertAwards(session, draw.number, rows, at)
      if (firstId === null) await session.rows('COMMIT')
      else await commitAndTell(session, nextId - 1)
    } catch (error) {
      await session.rows('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  private async record(session: Session, draw: StoredDraw, outcome: AwardCounts): Promise<void> {
    const { seedHash, entriesHash, entropy } = draw
    const after = { seedHash, entriesHash, entropy, ...outcome }
    await this.audit.record(session, [
      { actor: SYSTEM, action: 'makeDraw', subject: `draw:${draw.id}`, before: null, after },
    ])
  }

  private async entriesOf(
    session: Session,
    draw: StoredDraw,
    sealedPseudonymKey: Buffer,
    signal: AbortSignal,
  ): Promise<FrozenEntries> {
    const pseudonymKey = this.box.open(sealedPseudonymKey, pseudonymKeyLabel(draw.id))
    await session.rows('BEGIN')
    try {
      await allowLongReads(session)
      return await readEntrants(session, draw.number, pseudonymKey, signal)
    } finally {
      await session.rows('ROLLBACK').catch(() => undefined)
    }
  }
}

function checkEntries(draw: StoredDraw, { entriesHash }: FrozenEntries): void {
  if (entriesHash === draw.entriesHash) return
  throw new Error(
    `draw ${draw.id} cannot be made: its entries have the hash ${entriesHash}, and ${draw.entriesHash} was published`,
  )
}

/** With the last awards, which are not written yet. */
async function outcomeOf(
  session: Session,
  draw: StoredDraw,
  last: readonly DrawnAward[],
  withheld: number,
): Promise<AwardCounts> {
  const earlier = await countOutcome(session, draw.number)
  return {
    awards: earlier.awards + last.length,
    prizes: earlier.prizes + last.filter(award => award.outcome === 'PRIZE').length,
    withheld: earlier.withheld + withheld,
  }
}

import type { Audit } from '../audit/audit.js'
import type { Feed } from '../feed/feed.js'
import { AppError, badInput } from '../kernel/errors.js'
import type { Clock, Millis } from '../kernel/time.js'
import { lockShards, shardsOf } from '../players/player-lock.js'
import { checkPlayerId } from '../players/suppression.js'
import type { Database, Queryable, Session } from '../storage/database.js'
import { BEGIN_WITH_SHARED_RULES } from '../storage/rules-lock.js'
import { addTickets } from './add-tickets.js'
import { checkText, TICKETS_MAX } from './draw.js'
import { findDraw } from './draw.store.js'
import { checkTakesTickets } from './draw-status.js'
import { findGrant, saveGrant, type TicketGrant } from './grant.store.js'
import { readStandings, saveGranted, saveOptIn, saveStakesBefore, storedStake } from './stake.store.js'
import { NO_PART, NO_STANDING } from './standing.js'
import type { StoredDraw } from './stored-draw.js'

/** Which of these players are suppressed. */
export type SuppressedAmong = (
  session: Queryable,
  playerIds: readonly string[],
  at: Millis,
) => Promise<ReadonlySet<string>>

const SOURCE_MAX = 200
const KEY_MAX = 200

/** What brings a player into a draw besides stakes: opt-ins and granted tickets, under the lock of the player. */
export class TakePart {
  constructor(
    private readonly db: Database,
    private readonly feed: Feed,
    private readonly audit: Audit,
    private readonly suppressedAmong: SuppressedAmong,
    private readonly clock: Clock,
  ) {}

  /** From now on the player's stakes count; a second time changes nothing. Throws NOT_FOUND, CONFLICT or FORBIDDEN. */
  async optIn(drawId: string, playerId: string, by: string): Promise<void> {
    checkPlayerId(playerId)
    await this.inDraw(drawId, playerId, async (session, draw, at) => {
      const standing = (await readStandings(session, [playerId], [draw.number])).get(playerId) ?? NO_STANDING
      if (standing.parts.get(draw.number)?.optedInAt != null) return []
      checkTakesTickets(draw, at)
      if ((await this.suppressedAmong(session, [playerId], at)).size > 0) {
        throw new AppError('FORBIDDEN', 'the player is suppressed')
      }
      // Without an opt-in its stakes count already. With one, those that are ahead of the clock may be stored by now.
      const stake = draw.optInRequired ? await storedStake(session, draw, playerId, Math.max(at, draw.opensAt)) : 0n
      const tell = await addTickets(
        session,
        draw,
        [{ playerId, standing, stake, granted: 0 }],
        this.suppressedAmong,
        at,
      )
      await saveOptIn(session, draw.number, playerId, at)
      if (draw.optInRequired) await saveStakesBefore(session, draw, [{ playerId, stake }])
      if (by !== playerId) await this.record(session, 'optIn', drawId, { playerId }, by)
      return tell()
    })
  }

  /** Once for each key. Throws BAD_USER_INPUT, NOT_FOUND, or CONFLICT where the key stands for another grant. */
  async grant(grant: TicketGrant, by: string): Promise<void> {
    checkGrant(grant)
    const { drawId, playerId } = grant
    await this.inDraw(drawId, playerId, async (session, draw, at) => {
      const before = await findGrant(session, grant.idempotencyKey)
      if (before !== null) {
        if (isSame(before, grant)) return []
        throw new AppError('CONFLICT', `idempotencyKey ${grant.idempotencyKey} stands for another grant`)
      }
      checkTakesTickets(draw, at)
      if (!(await saveGrant(session, grant, by, at))) {
        throw new AppError('CONFLICT', `idempotencyKey ${grant.idempotencyKey} was used for another grant just now`)
      }
      const standing = (await readStandings(session, [playerId], [draw.number])).get(playerId) ?? NO_STANDING
      const had = (standing.parts.get(draw.number) ?? NO_PART).granted
      const granted = Math.min(grant.tickets, TICKETS_MAX - had)
      const tell = await addTickets(
        session,
        draw,
        [{ playerId, standing, stake: 0n, granted }],
        this.suppressedAmong,
        at,
      )
      await saveGranted(session, draw.number, playerId, had + granted)
      const { tickets, source, idempotencyKey } = grant
      await this.record(session, 'grantTickets', drawId, { playerId, tickets, source, idempotencyKey }, by)
      return tell()
    })
  }

  private record(session: Session, action: string, drawId: string, after: object, by: string): Promise<void> {
    return this.audit.record(session, [{ actor: by, action, subject: `draw:${drawId}`, before: null, after }])
  }

  private inDraw(
    drawId: string,
    playerId: string,
    work: (session: Session, draw: StoredDraw, at: Millis) => ReturnType<Awaited<ReturnType<typeof addTickets>>>,
  ): Promise<void> {
    return this.db.withSession(async session => {
      await session.rows(`${BEGIN_WITH_SHARED_RULES}; ${lockShards(shardsOf([playerId]))}`)
      try {
        const draw = await findDraw(session, drawId)
        if (draw === null) throw new AppError('NOT_FOUND', `there is no draw ${drawId}`)
        const effects = await work(session, draw, this.clock())
        if (effects.length === 0) await session.rows('COMMIT')
        this.feed.committed(effects)
      } catch (error) {
        await session.rows('ROLLBACK').catch(() => undefined)
        throw error
      }
    })
  }
}

function checkGrant({ playerId, tickets, source, idempotencyKey }: TicketGrant): void {
  checkPlayerId(playerId)
  if (tickets < 1 || tickets > TICKETS_MAX) throw badInput('tickets', `must be from 1 to ${TICKETS_MAX}`, tickets)
  checkText('source', source, SOURCE_MAX)
  checkText('idempotencyKey', idempotencyKey, KEY_MAX)
}

const isSame = (a: TicketGrant, b: TicketGrant): boolean =>
  a.drawId === b.drawId && a.playerId === b.playerId && a.tickets === b.tickets && a.source === b.source

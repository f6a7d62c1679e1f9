import { id, required } from '../events/field.js'
import { EventProblem } from '../events/player-event.js'
import { AppError, badInput } from '../kernel/errors.js'
import { formatInstant, type Millis } from '../kernel/time.js'

/** From its commit on no effect of the player leaves the system. */
export interface SuppressionDraft {
  readonly playerId: string
  readonly reason: string
  /** Null: until it is lifted. */
  readonly until: Millis | null
}

/** One that stands. */
export interface Suppression {
  readonly reason: string
  readonly since: Millis
  readonly until: Millis | null
  /** Who called suppressPlayer last. */
  readonly by: string
}

/** In the words of the API. */
export const auditedSuppression = (suppression: Suppression | null) => ({
  suppressed: suppression !== null,
  suppression: suppression && {
    reason: suppression.reason,
    since: formatInstant(suppression.since),
    until: suppression.until === null ? null : formatInstant(suppression.until),
    by: suppression.by,
  },
})

const REASON_MAX = 500

/** Exclusion lists come before the player's first event, so an id is what an event would take for one. */
export function checkPlayerId(playerId: string): void {
  try {
    required('playerId', id('playerId', playerId))
  } catch (error) {
    if (!(error instanceof EventProblem)) throw error
    throw new AppError('BAD_USER_INPUT', error.message, { field: 'playerId' })
  }
}

export function checkReason(reason: string): void {
  if (reason.trim() === '' || reason.length > REASON_MAX) {
    throw badInput('reason', `must have 1 to ${REASON_MAX} characters`, reason)
  }
  if (!reason.isWellFormed() || reason.includes('\0')) {
    throw badInput('reason', 'holds a character that cannot be stored', reason)
  }
}

export function checkUntil(until: Millis | null, now: Millis): void {
  if (until !== null && until <= now) {
    throw badInput('until', `must lie ahead of now, ${formatInstant(now)}`, formatInstant(until))
  }
}

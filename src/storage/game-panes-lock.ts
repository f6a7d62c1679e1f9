import type { Queryable } from './database.js'

const GAME_PANES_LOCK = 7_420_012

/**
 * Whoever folds into the panes of games, or drops those that the horizon has passed, holds it to the end of its
 * transaction, and reads the horizon behind it: so nothing is folded into what has been dropped.
 */
export const lockGamePanes = (session: Queryable): Promise<unknown> =>
  session.rows(`/* lockGamePanes */ SELECT pg_advisory_xact_lock(${GAME_PANES_LOCK})`)

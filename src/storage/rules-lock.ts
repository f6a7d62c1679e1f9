import type { Queryable } from './database.js'

/**
 * Batches hold this lock shared from before they read the rules until they have committed; a change of rules (or of
 * the horizon) takes it exclusively for the flip alone. So every event is judged by exactly one version.
 */
const RULES_LOCK = 7_420_003

/** Opens a batch's transaction. Two statements, so that whatever comes next sees what was committed before the lock. */
export const BEGIN_WITH_SHARED_RULES = `BEGIN; /* sharedRules */ SELECT pg_advisory_xact_lock_shared(${RULES_LOCK})`

export const exclusiveRules = (session: Queryable): Promise<unknown> =>
  session.rows(`/* exclusiveRules */ SELECT pg_advisory_xact_lock(${RULES_LOCK})`)

export const sharedRules = (session: Queryable): Promise<unknown> =>
  session.rows(`/* sharedRules */ SELECT pg_advisory_xact_lock_shared(${RULES_LOCK})`)

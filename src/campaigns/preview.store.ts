import type { EventSnapshot } from '../events/event-snapshot.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'

/** Stored events that a campaign would be shown. */
export interface EventRange {
  readonly game: string
  readonly eventName: string
  readonly from: Millis
  /** Exclusive. */
  readonly to: Millis
}

/**
 * In no order: by time there is no index, and a sort would have to see all of them before the first. The values reach the
 * planner, which leaves out the chunks of other times.
 */
export const EVENTS_OF_RANGE = `
  SELECT player_id, occurred_at, event_id, event_type, event_name, amount, currency, ingested_at, stream, game,
    game_type, competition, market, session_id, device_id, round_id, bet_id, bet_market, selection, odds, probability,
    result, context, data, extra
  FROM player_event
  WHERE game = $1::text AND event_name = $2::text AND occurred_at >= $3::timestamptz AND occurred_at < $4::timestamptz`

export const rangeValues = ({ game, eventName, from, to }: EventRange): string[] => [
  game,
  eventName,
  formatInstant(from),
  formatInstant(to),
]

/** Within a transaction: the cursor ends with it. */
export const openEvents = (session: Queryable, range: EventRange): Promise<unknown> =>
  session.rows(`/* openPreview */ DECLARE previewed NO SCROLL CURSOR FOR ${EVENTS_OF_RANGE}`, rangeValues(range))

export const nextEvents = (session: Queryable, limit: number): Promise<EventSnapshot[]> =>
  session.rows<EventSnapshot>(`/* nextPreviewed */ FETCH FORWARD ${limit} FROM previewed`)

/** Cuts off every statement of this transaction that takes longer, from the next one on. */
export const boundStatements = (session: Queryable, tookMs: Millis): Promise<unknown> =>
  session.rows("/* boundPreview */ SELECT set_config('statement_timeout', $1, true)", [String(Math.ceil(tookMs))])

const QUERY_CANCELED = '57014'

export const isCutOff = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === QUERY_CANCELED

import type { TriggerGate } from '../api/schema.generated'

/** What an event has to pass, in the order in which it is asked, in the words of somebody who wants it to pass. */
export const GATES: readonly (readonly [gate: TriggerGate, passed: string, stopped: string])[] = [
  ['NOT_IN_FORCE', 'The campaign was there', 'The campaign was not there yet'],
  ['DISABLED', 'It was on', 'It was off'],
  ['WRONG_GAME', 'The event is of its game', 'The event is of another game, or of none'],
  ['WRONG_EVENT', 'The event has its name', 'The event has another name, or none'],
  ['NOT_STARTED', 'It had begun', 'It had not begun, or has no start'],
  ['ENDED', 'It had not ended', 'It had ended, or has no end'],
  ['TOO_LATE', 'The event came in time', 'The event came too late'],
  ['FILTER_ERROR', 'The filter ran', 'The filter failed'],
  ['FILTER_FALSE', 'The filter gave true', 'The filter did not give true'],
  ['SUPPRESSED', 'The player was not suppressed', 'The player was suppressed'],
  ['PLAYER_CAP', 'The player had not had it too often', 'The player had had it as often as one may'],
  ['COOLDOWN', 'The cooldown was over', 'The cooldown was not over'],
]

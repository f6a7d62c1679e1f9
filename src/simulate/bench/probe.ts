import { formatInstant, type Millis } from '../../kernel/time.js'

/** A bet that makes a player nobody has seen before a VIP at once. */
export const probeLine = (playerId: string, at: Millis): string =>
  `{"event_id":"${playerId}","player_id":"${playerId}","session_id":"s","timestamp":"${formatInstant(at)}",` +
  '"event_type":"bet","amount":1500,"currency":"EUR","game":"rocket","game_type":"crash"}\n'

export const probePlayer = (n: number): string => `probe${String(n).padStart(7, '0')}`

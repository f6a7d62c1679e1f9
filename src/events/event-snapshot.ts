import { formatMoney, type Money, parseMoney } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { PlayerEventRow } from './event.table.js'
import type { PlayerEvent } from './player-event.js'

/** A stored event as others keep it: the row without what aggregates and rules have made of it. */
export type EventSnapshot = Omit<PlayerEventRow, 'turnover' | 'payouts' | 'rules_revision' | 'too_late'>

/** With what the rules have made of it. */
export type JudgedEvent = EventSnapshot & Pick<PlayerEventRow, 'rules_revision' | 'too_late'>

const decimal = (amount: Money): string => formatMoney(amount, 0)
const parsed = (json: string | null): unknown => (json === null ? null : JSON.parse(json))

export const snapshotOf = (event: PlayerEvent, stream: string, ingestedAt: Millis): EventSnapshot => ({
  player_id: event.playerId,
  occurred_at: event.occurredAt,
  event_id: event.eventId,
  event_type: event.eventType,
  event_name: event.eventName,
  amount: decimal(event.amount),
  currency: event.currency,
  ingested_at: ingestedAt,
  stream,
  game: event.game,
  game_type: event.gameType,
  competition: event.competition,
  market: event.market,
  session_id: event.sessionId,
  device_id: event.deviceId,
  round_id: event.roundId,
  bet_id: event.betId,
  bet_market: event.betMarket,
  selection: event.selection,
  odds: event.odds === null ? null : decimal(event.odds),
  probability: event.probability,
  result: event.result,
  context: parsed(event.context),
  data: parsed(event.data),
  extra: parsed(event.extra),
})

const money = (text: string): Money => parseMoney(text) as Money
const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

/** The event that a row was made of. Members of its JSON are in the order in which the database keeps them. */
export const playerEventOf = (row: EventSnapshot): PlayerEvent => ({
  eventId: row.event_id,
  playerId: row.player_id,
  eventType: row.event_type,
  eventName: row.event_name,
  amount: money(row.amount),
  currency: row.currency,
  occurredAt: row.occurred_at,
  game: row.game,
  gameType: row.game_type,
  competition: row.competition,
  market: row.market,
  sessionId: row.session_id,
  deviceId: row.device_id,
  roundId: row.round_id,
  betId: row.bet_id,
  betMarket: row.bet_market,
  selection: row.selection,
  odds: row.odds === null ? null : money(row.odds),
  probability: row.probability,
  result: row.result,
  context: json(row.context),
  data: json(row.data),
  extra: json(row.extra),
})

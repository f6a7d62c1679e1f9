import { type Money, parseMoney } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import type { Queryable, Session } from '../storage/database.js'
import { copyField, instantArray, moneyArray, numeric, ONE_LOOK_UP_A_ROW, textArray } from '../storage/sql-text.js'
import type { Bet, Closing } from './bet.js'
import type { BetRow } from './bet.table.js'
import { type BetToWrite, betKey } from './book-bets.js'

export interface BetName {
  readonly playerId: string
  readonly betId: string
}

const namesOf = (names: readonly BetName[]) => [
  textArray(names.map(name => name.playerId)),
  textArray(names.map(name => name.betId)),
]

const money = (text: string): Money => parseMoney(text) as Money

const betOf = (row: BetRow): Bet => ({
  game: row.game,
  placed:
    row.placed_at === null
      ? null
      : {
          occurredAt: row.placed_at,
          eventId: row.placed_by!,
          stake: money(row.stake!),
          odds: row.odds === null ? null : money(row.odds),
          probability: row.probability,
          betMarket: row.bet_market,
          selection: row.selection,
        },
  closing:
    row.closed_at === null
      ? null
      : { occurredAt: row.closed_at, eventId: row.closed_by!, payout: money(row.payout!), result: row.result },
  winnings: money(row.winnings),
  cancelled: row.cancelled,
})

/** What is known of these, by betKey. Hold the locks of their players. */
export async function readBets(session: Queryable, names: readonly BetName[]): Promise<Map<string, Bet>> {
  const rows = await session.rows<BetRow>(
    `/* readBets */
     SELECT b.* FROM unnest($1::text[], $2::text[]) AS k(player_id, bet_id)
     CROSS JOIN LATERAL (
       SELECT * FROM bet WHERE player_id = k.player_id AND bet_id = k.bet_id ${ONE_LOOK_UP_A_ROW}) b`,
    namesOf(names),
  )
  return new Map(rows.map(row => [betKey(row.player_id, row.bet_id), betOf(row)]))
}

/** What is told of the settlement or refund of one bet. */
export interface BetClosing extends BetName {
  readonly closing: Closing
}

/**
 * Closes those of these bets that are open or counted, and returns each as it stood before, by betKey: nearly every
 * settlement finds its bet so, and needs no look at it first. What is not returned is as it was. Hold the players' locks.
 */
export async function closePlacedBets(
  session: Queryable,
  closings: readonly BetClosing[],
  at: Millis,
): Promise<Map<string, Bet>> {
  const rows = await session.rows<BetRow>(
    `/* closePlacedBets */
     UPDATE bet b SET closed_at = n.closed_at, closed_by = n.closed_by, payout = n.payout, result = n.result,
       touched_at = $7::timestamptz
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::numeric[], $6::text[])
       AS n(player_id, bet_id, closed_at, closed_by, payout, result)
     WHERE b.player_id = n.player_id AND b.bet_id = n.bet_id
       AND b.placed_at IS NOT NULL AND b.closed_at IS NULL AND NOT b.cancelled
     RETURNING b.player_id, b.bet_id, b.game, b.placed_at, b.placed_by, b.stake, b.odds, b.probability, b.bet_market,
       b.selection, b.winnings, b.cancelled, NULL::timestamptz AS closed_at`,
    [
      ...namesOf(closings),
      instantArray(closings.map(({ closing }) => closing.occurredAt)),
      textArray(closings.map(({ closing }) => closing.eventId)),
      moneyArray(closings.map(({ closing }) => closing.payout)),
      textArray(closings.map(({ closing }) => closing.result)),
      formatInstant(at),
    ],
  )
  return new Map(rows.map(row => [betKey(row.player_id, row.bet_id), betOf(row)]))
}

/** Which of these nothing is known of any more, because they were over for long, by betKey. */
export async function forgottenAmong(session: Queryable, names: readonly BetName[]): Promise<Set<string>> {
  const rows = await session.rows<{ player_id: string; bet_id: string }>(
    `/* forgottenAmong */
     SELECT k.player_id, k.bet_id
     FROM bet_memory m, unnest($1::text[], $2::text[]) AS k(player_id, bet_id)
     WHERE m.forgotten_up_to IS NOT NULL AND EXISTS (
       SELECT FROM player_event e
       WHERE e.player_id = k.player_id AND e.occurred_at <= m.forgotten_up_to AND e.bet_id = k.bet_id
         AND e.event_type = 'bet')`,
    namesOf(names),
  )
  return new Set(rows.map(row => betKey(row.player_id, row.bet_id)))
}

const COLUMNS = `player_id, bet_id, game, placed_at, placed_by, stake, odds, probability, bet_market, selection,
  closed_at, closed_by, payout, result, winnings, cancelled, touched_at`

/** A duplicate of this one: a bet was written as new of which something is stored. */
export const BET_TABLE = 'bet'

/** Hold the locks of their players. */
export async function writeBets(session: Session, bets: readonly BetToWrite[], at: Millis): Promise<void> {
  const [fresh, stored] = [bets.filter(bet => !bet.isStored), bets.filter(bet => bet.isStored)]
  const touchedAt = formatInstant(at)
  await Promise.all([
    fresh.length > 0 && session.copy(`COPY bet (${COLUMNS}) FROM STDIN`, rowsOf(fresh, touchedAt)),
    stored.length > 0 && updateBets(session, stored, touchedAt),
  ])
}

function rowsOf(bets: readonly BetToWrite[], touchedAt: string): string {
  let rows = ''
  for (const { playerId, betId, bet } of bets) {
    rows += `${copyField(playerId)}\t${copyField(betId)}`
    for (const value of valuesOf(bet)) rows += `\t${copyField(value)}`
    rows += `\t${touchedAt}\n`
  }
  return rows
}

const instantOrNull = (at: Millis | undefined): string | null => (at === undefined ? null : formatInstant(at))
const numericOrNull = (amount: Money | null | undefined): string | null => (amount == null ? null : numeric(amount))

/** In the order of the columns, from `game` to `cancelled`. */
function valuesOf({ game, placed, closing, winnings, cancelled }: Bet): (string | null)[] {
  return [
    game,
    instantOrNull(placed?.occurredAt),
    placed?.eventId ?? null,
    numericOrNull(placed?.stake),
    numericOrNull(placed?.odds),
    placed?.probability == null ? null : String(placed.probability),
    placed?.betMarket ?? null,
    placed?.selection ?? null,
    instantOrNull(closing?.occurredAt),
    closing?.eventId ?? null,
    numericOrNull(closing?.payout),
    closing?.result ?? null,
    numeric(winnings),
    String(cancelled),
  ]
}

function updateBets(session: Queryable, bets: readonly BetToWrite[], touchedAt: string): Promise<unknown> {
  const rows = bets.map(({ bet }) => valuesOf(bet))
  const columns = rows[0]!.map((_, column) => textArray(rows.map(row => row[column]!)))
  return session.rows(
    `/* updateBets */
     UPDATE bet b SET game = n.game, placed_at = n.placed_at, placed_by = n.placed_by, stake = n.stake, odds = n.odds,
       probability = n.probability, bet_market = n.bet_market, selection = n.selection, closed_at = n.closed_at,
       closed_by = n.closed_by, payout = n.payout, result = n.result, winnings = n.winnings, cancelled = n.cancelled,
       touched_at = $17::timestamptz
     FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::numeric[], $7::numeric[],
       $8::float8[], $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::numeric[], $14::text[], $15::numeric[],
       $16::boolean[]) AS n(player_id, bet_id, game, placed_at, placed_by, stake, odds, probability, bet_market, selection,
       closed_at, closed_by, payout, result, winnings, cancelled)
     WHERE b.player_id = n.player_id AND b.bet_id = n.bet_id`,
    [...namesOf(bets), ...columns, touchedAt],
  )
}

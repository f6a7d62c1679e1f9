import { expect } from 'vitest'
import { sortAndReplay } from '../../pnl/sort-and-replay.js'
import type { TestDatabase } from '../../support/engines.js'
import { type Bet, expectedEntries } from './traffic.js'

export type Query = TestDatabase['query']

export interface Books {
  readonly events: number
  readonly feed: number
  readonly entries: number
}

const PANE_DIFFERENCES = `
  SELECT * FROM (
    SELECT player_id, date_bin('5 minutes', occurred_at, 'epoch') AS pane_start, event_type,
      coalesce(game_type, '') AS game_type, sum(amount) AS amount, sum(turnover) AS turnover, sum(payouts) AS payouts,
      count(*) AS event_count
    FROM player_event GROUP BY 1, 2, 3, 4) r
  FULL JOIN player_activity_5m p USING (player_id, pane_start, event_type, game_type)
  WHERE (r.amount, r.turnover, r.payouts, r.event_count) IS DISTINCT FROM (p.amount, p.turnover, p.payouts, p.event_count)
  LIMIT 5`

interface StoredEvent extends Pick<Bet, 'event_id' | 'player_id' | 'event_type' | 'amount' | 'timestamp'> {
  readonly game: string | null
  readonly bet_id: string | null
  readonly odds: string | null
}

const POSITIONS = `
  SELECT game, sum(bets)::int AS bets, trim_scale(sum(turnover))::text AS turnover, trim_scale(sum(payouts))::text AS payouts,
    sum(open_bets)::int AS "openBets", sum(waiting)::int AS waiting
  FROM game_position GROUP BY game ORDER BY game`

const PANES = (relation: string) => `
  SELECT game, sum(bets)::int AS bets, trim_scale(sum(turnover))::text AS turnover, trim_scale(sum(payouts))::text AS payouts
  FROM ${relation} GROUP BY game ORDER BY game`

/** Positions and buckets of games, against the sorted events and each other. */
async function checkGames(query: Query, stored: readonly StoredEvent[]): Promise<void> {
  const events = stored.map(({ game, bet_id, odds, ...event }) => ({
    ...event,
    amount: String(event.amount),
    ...(game === null ? {} : { game }),
    ...(bet_id === null ? {} : { bet_id }),
    ...(odds === null ? {} : { odds }),
  }))
  const replayed = [...sortAndReplay(events)]
    .filter(([game]) => game !== '')
    .map(([game, { bets, turnover, payouts, openBets, waiting }]) => ({
      game,
      bets,
      turnover: String(Number(turnover) / 10_000),
      payouts: String(Number(payouts) / 10_000),
      openBets,
      waiting,
    }))
  const positions = await query<{ game: string }>(POSITIONS)
  expect(
    positions.filter(({ game }) => game !== ''),
    'positions against a sort and replay',
  ).toEqual(replayed.sort((a, b) => (a.game < b.game ? -1 : 1)))
  const sums = await query(PANES("game_position WHERE game <> ''"))
  for (const relation of ['game_pnl_1m', 'game_pnl_1h', 'game_pnl_1d']) {
    expect(await query(PANES(`${relation} WHERE game <> ''`)), relation).toEqual(sums)
  }
}

/**
 * What must hold at rest, whatever happened before: acknowledged events are there, all events once, panes equal a
 * recount, games stand as a sort and replay says, streams have counted each event once, the feed has no hole, and the entries are those of the oracle.
 */
export async function checkBooks(query: Query, acknowledged: ReadonlySet<string>): Promise<Books> {
  const stored = await query<StoredEvent>(
    `SELECT event_id, player_id, event_type, game, bet_id, odds::text, amount::float8 AS amount,
       to_char(occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS timestamp
     FROM player_event`,
  )
  const ids = new Set(stored.map(event => event.event_id))
  expect(stored.length, 'events that are stored twice').toBe(ids.size)
  expect([...acknowledged].filter(id => !ids.has(id)).slice(0, 5), 'acknowledged and lost').toEqual([])
  expect(await query(PANE_DIFFERENCES), 'panes that differ from a recount').toEqual([])
  await checkGames(query, stored)
  const [progress] = await query<{ events: string }>('SELECT coalesce(sum(events), 0) AS events FROM stream_progress')
  expect(Number(progress!.events), 'events of the streams').toBe(stored.length)

  const feed = await query<{ id: string }>('SELECT id FROM feed ORDER BY id')
  const [head] = await query<{ id: string }>('SELECT id FROM feed_head')
  expect(feed.length, 'items of the feed').toBe(Number(head!.id))
  expect(
    feed.findIndex((item, i) => Number(item.id) !== i + 1),
    'a hole in the feed',
  ).toBe(-1)
  const entries = await query<{ feed_id: string; key: string }>(
    `SELECT feed_id, policy_id || ' ' || player_id || ' ' || to_char(window_start, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS key
     FROM vip_entry ORDER BY feed_id`,
  )
  expect(
    entries.map(entry => entry.feed_id),
    'entries and the feed',
  ).toEqual(feed.map(item => item.id))
  const keys = entries.map(entry => entry.key)
  expect(new Set(keys).size, 'entries that are there twice').toBe(keys.length)
  expect(keys.toSorted(), 'entries against the oracle').toEqual([...expectedEntries(stored)].toSorted())
  return { events: stored.length, feed: feed.length, entries: entries.length }
}

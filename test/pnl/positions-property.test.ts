import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Money, parseMoney } from '../../src/kernel/money.js'
import { scaledOf } from '../../src/pnl/decimal.js'
import { foldLedger } from '../../src/pnl/game-ledger.store.js'
import { chunksOf } from '../oracle/real-data.js'
import { ENGINES, type TestDatabase } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { madeBets } from './made-bets.js'
import { type Sums, sortAndReplay, type WireEvent } from './sort-and-replay.js'

const money = (text: string): Money => parseMoney(text) as Money
const WRITERS = 4

type Row = Record<keyof Sums | 'game', string>

async function positions(database: TestDatabase): Promise<Map<string, Sums>> {
  const rows = await database.query<Row>(
    `SELECT game, sum(bets) AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts, sum(open_bets) AS "openBets",
       sum(open_stake) AS "openStake", sum(liability) AS liability, sum(waiting) AS waiting
     FROM game_position GROUP BY game`,
  )
  return new Map(
    rows.map(row => [
      row.game,
      {
        bets: Number(row.bets),
        turnover: money(row.turnover),
        payouts: money(row.payouts),
        openBets: Number(row.openBets),
        openStake: money(row.openStake),
        liability: scaledOf(row.liability, 8),
        waiting: Number(row.waiting),
      },
    ]),
  )
}

type Flow = Pick<Sums, 'bets' | 'turnover' | 'payouts'>

async function flows(database: TestDatabase, from: string): Promise<Map<string, Flow>> {
  const rows = await database.query<Row>(
    `SELECT game, sum(bets) AS bets, sum(turnover) AS turnover, sum(payouts) AS payouts FROM ${from} t GROUP BY game`,
  )
  return nonZero(
    rows.map(row => [row.game, { bets: Number(row.bets), turnover: money(row.turnover), payouts: money(row.payouts) }]),
  )
}

const nonZero = <T extends Flow>(entries: Iterable<[string, T]>): Map<string, T> =>
  new Map([...entries].filter(([, sums]) => Object.values(sums).some(value => BigInt(value as bigint) !== 0n)))

async function openBets(database: TestDatabase): Promise<unknown[]> {
  return database.query(
    `SELECT coalesce(game, '') AS game, count(*)::int AS bets, sum(stake)::text AS stake,
       trim_scale(sum(stake * odds))::text AS liability
     FROM bet WHERE placed_at IS NOT NULL AND closed_at IS NULL AND NOT cancelled AND odds IS NOT NULL AND game IS NOT NULL
     GROUP BY 1 ORDER BY 1`,
  )
}

/** What the house expects of open bets that came with a probability. */
async function expectations(database: TestDatabase) {
  const kept = await database.query(
    `SELECT game, trim_scale(sum(expected_ggr))::text AS ggr FROM game_position
     GROUP BY game HAVING sum(expected_ggr) <> 0 ORDER BY game`,
  )
  const counted = await database.query(
    `SELECT game, trim_scale(sum(stake - probability::numeric * stake * odds))::text AS ggr FROM bet
     WHERE placed_at IS NOT NULL AND closed_at IS NULL AND NOT cancelled AND odds IS NOT NULL
       AND probability IS NOT NULL AND game IS NOT NULL
     GROUP BY game HAVING sum(stake - probability::numeric * stake * odds) <> 0 ORDER BY game`,
  )
  return { kept, counted }
}

/** Open bets without a probability, by what they are on: as they are kept, and counted again from the bets. */
async function selections(database: TestDatabase) {
  const kept = await database.query(
    `SELECT game, bet_market, selection, trim_scale(sum(open_stake))::text AS stake,
       trim_scale(sum(open_liability))::text AS liability
     FROM market_selection GROUP BY 1, 2, 3 HAVING sum(open_stake) <> 0 OR sum(open_liability) <> 0 ORDER BY 1, 2, 3`,
  )
  const counted = await database.query(
    `SELECT game, bet_market, coalesce(selection, '') AS selection, trim_scale(sum(stake))::text AS stake,
       trim_scale(sum(stake * odds))::text AS liability
     FROM bet WHERE placed_at IS NOT NULL AND closed_at IS NULL AND NOT cancelled AND odds IS NOT NULL
       AND probability IS NULL AND bet_market IS NOT NULL AND game IS NOT NULL
     GROUP BY 1, 2, 3 HAVING sum(stake) <> 0 ORDER BY 1, 2, 3`,
  )
  return { kept, counted }
}

/** The latest quote of each selection, from the rows of the lanes and from the events. */
async function quotes(database: TestDatabase) {
  const kept = await database.query(
    `SELECT DISTINCT ON (game, bet_market, selection) game, bet_market, selection, odds::float8, quoted_by
     FROM market_selection WHERE quoted_at IS NOT NULL ORDER BY game, bet_market, selection, quoted_at DESC, quoted_by DESC`,
  )
  const counted = await database.query(
    `SELECT DISTINCT ON (game, bet_market, selection) game, bet_market, selection, odds::float8, event_id AS quoted_by
     FROM player_event WHERE event_type = 'bet' AND game IS NOT NULL AND bet_market IS NOT NULL AND selection IS NOT NULL
       AND odds IS NOT NULL
     ORDER BY game, bet_market, selection, occurred_at DESC, event_id DESC`,
  )
  return { kept, counted }
}

describe.each(ENGINES)('positions of games on $name', engine => {
  let installation: TestInstallation
  let nodes: TestNode[]
  beforeAll(async () => {
    installation = await install(engine, { INGEST_BATCH_EVENTS_MAX: '40' })
    nodes = [installation.node, await startNode(installation.database.url, { INGEST_BATCH_EVENTS_MAX: '40' })]
  })
  afterAll(async () => {
    await nodes[1]!.stop()
    await installation.close()
  })

  const send = async (events: readonly WireEvent[]): Promise<void> => {
    const writers = Array.from({ length: WRITERS }, (_, writer) => events.filter((_, at) => at % WRITERS === writer))
    await Promise.all(
      writers.map(async (theirs, writer) => {
        for (const body of chunksOf(theirs, 25)) {
          const answer = await nodes[writer % 2]!.client.send(body, `/events?stream=w${writer}`)
          expect(answer).toMatchObject({ rejectedCount: 0 })
        }
      }),
    )
  }

  test.each([1, 2, 3])('whatever the order and the writers, they are those of a sort and replay (%d)', async seed => {
    await installation.database.query(
      // The ledger first, as a fold locks them.
      `TRUNCATE game_ledger, player_event, bet, game, game_position, market_selection, game_pane, game_hour_pane,
         player_pane`,
    )
    const events = madeBets(seed, 400)
    // Both nodes fold all the while, in each other's way.
    let sending = true
    const folding = nodes.map(async ({ db }) => {
      while (sending) await foldLedger(db)
    })
    await send(events).finally(() => {
      sending = false
    })
    await Promise.all(folding)
    const { database } = installation
    const oracle = sortAndReplay(events)
    const kept = await positions(database)
    for (const [game, sums] of oracle) {
      if (game === '') expect(kept.get('')?.waiting ?? 0).toBe(sums.waiting)
      else expect(kept.get(game), game).toEqual(sums)
    }
    const expected = nonZero(
      [...oracle].map(([game, { bets, turnover, payouts }]) => [game, { bets, turnover, payouts }] as [string, Flow]),
    )
    for (const from of [
      'game_pane_parts',
      'game_hour_pane_parts',
      'game_pnl_1d',
      `(SELECT coalesce(book_game, game, '') AS game, coalesce(bets, (event_type = 'bet')::int) AS bets, turnover, payouts
        FROM player_event)`,
    ]) {
      expect(await flows(database, from), from).toEqual(expected)
    }
    expect(await openBets(database)).toEqual(
      [...oracle]
        .filter(([game, sums]) => game !== '' && sums.openBets > 0)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([game, sums]) => expect.objectContaining({ game, bets: sums.openBets })),
    )
    for (const figures of [expectations, selections, quotes]) {
      const { kept, counted } = await figures(database)
      expect(kept.length).toBeGreaterThan(0)
      expect(kept, figures.name).toEqual(counted)
    }
  })
})

import { type Money, parseMoney } from '../kernel/money.js'
import type { Millis } from '../kernel/time.js'
import type { Queryable } from '../storage/database.js'
import type { SettledMarket } from './forecast.js'

const PAGE_MARKETS = 1_000

/** Before the first one: no game has an empty name and a market. */
const FIRST: MarketKey = { game: '', betMarket: '' }

interface MarketKey {
  readonly game: string
  readonly betMarket: string
}

interface MarketRow {
  readonly at: Millis
  readonly gameType: string | null
  readonly competition: string | null
  readonly odds: readonly string[]
  readonly won: readonly boolean[]
}

/** Page by page, by game and market. A market is of one moment, and so are its selections. */
export async function* settledMarkets(db: Queryable): AsyncGenerator<SettledMarket[]> {
  let after = FIRST
  for (;;) {
    const upTo = await lastOfPage(db, after)
    if (upTo === null) return
    yield await readMarkets(db, after, upTo)
    after = upTo
  }
}

async function lastOfPage(db: Queryable, after: MarketKey): Promise<MarketKey | null> {
  const [last] = await db.rows<MarketKey>(
    `/* lastMarketOfPage */
     SELECT game, bet_market AS "betMarket" FROM (
       SELECT game, bet_market FROM market_selection WHERE (game, bet_market) > ($1, $2)
       GROUP BY game, bet_market ORDER BY game, bet_market LIMIT $3) page
     ORDER BY game DESC, bet_market DESC LIMIT 1`,
    [after.game, after.betMarket, PAGE_MARKETS],
  )
  return last ?? null
}

/** Of all lanes the latest quote and the newest outcome. One selection whose outcome is not known keeps a market out. */
async function readMarkets(db: Queryable, after: MarketKey, upTo: MarketKey): Promise<SettledMarket[]> {
  const rows = await db.rows<MarketRow>(
    `/* readSettledMarkets */
     WITH merged AS (
       SELECT game, bet_market, selection, max(quoted_at) AS quoted_at,
         (array_agg(odds ORDER BY quoted_at DESC, quoted_by DESC) FILTER (WHERE odds IS NOT NULL))[1] AS odds,
         (array_agg(won ORDER BY settled_at DESC, settled_by DESC) FILTER (WHERE won IS NOT NULL))[1] AS won
       FROM market_selection WHERE (game, bet_market) > ($1, $2) AND (game, bet_market) <= ($3, $4)
       GROUP BY game, bet_market, selection)
     SELECT max(m.quoted_at) AS at, g.game_type AS "gameType", g.competition,
       array_agg(m.odds::text ORDER BY m.selection) AS odds, array_agg(m.won ORDER BY m.selection) AS won
     FROM merged m LEFT JOIN game g USING (game)
     WHERE m.odds IS NOT NULL
     GROUP BY game, m.bet_market, g.game_type, g.competition
     HAVING bool_and(m.won IS NOT NULL)
     ORDER BY game, m.bet_market`,
    [after.game, after.betMarket, upTo.game, upTo.betMarket],
  )
  return rows.map(({ at, gameType, competition, odds, won }) => ({
    at,
    gameType,
    competition,
    selections: odds.map((text, i) => ({ odds: parseMoney(text) as Money, won: won[i]! })),
  }))
}

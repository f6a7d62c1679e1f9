import { setTimeout as pause } from 'node:timers/promises'
import { DAY_MS, formatInstant, SECOND_MS } from '../../../kernel/time.js'
import type { Api } from '../../api.js'
import { Random } from '../../random.js'
import type { BenchDatabase } from '../database-server.js'
import { type Bench, withInstallation } from '../installation.js'
import { ascending, type Figure, quantile } from '../report.js'
import { sendPaced } from '../senders.js'
import { fillDay } from './fill.js'
import { GAMES, OPEN_BETS, sportsLoad } from './sports.js'
import { gameName } from './sports-load.js'

const CONNECTIONS = 32
const BODY_EVENTS = 500
const DAY_BETS = 1_000_000
const BETWEEN_READS_MS = 20
const GAMES_AT_ONCE = 100
const POSITIONS_TARGET = { atMost: 5 } as const
const DAY_TARGET = { atMost: 50 } as const

const POSITIONS = `query ($games: [String!]) {
  gamePnl(games: $games, first: ${GAMES_AT_ONCE}) {
    nodes { game bets turnover payouts ggr openBets openStake liability expectedGgr updatedAt revision }
  }
}`
const DAY = `query ($filter: PnlFilter!) {
  pnl(filter: $filter) { bucketStart bets turnover payouts ggr holdPercent }
}`
const RAW_DAY = `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)
  SELECT date_bin('1 hour', occurred_at, 'epoch'::timestamptz), sum(bets), sum(turnover), sum(payouts)
  FROM player_event WHERE occurred_at >= $1::timestamptz AND occurred_at < $2::timestamptz
    AND event_type IN ('bet', 'win', 'settlement', 'refund', 'rollback')
  GROUP BY 1 ORDER BY 1`

const dayBefore = (now: number) => ({ from: formatInstant(now - DAY_MS), to: formatInstant(now) })

const readPositions = (api: Api, random: Random) => {
  const first = random.below(GAMES - GAMES_AT_ONCE)
  return api.graphql(POSITIONS, { games: Array.from({ length: GAMES_AT_ONCE }, (_, n) => gameName(first + n)) })
}
const readDay = (api: Api) => api.graphql(DAY, { filter: { ...dayBefore(Date.now()), grain: 'HOUR', perGame: false } })

/** As the database itself says it took: the way there is left out. */
async function rawDayMs(database: BenchDatabase): Promise<number> {
  const { from, to } = dayBefore(Date.now())
  const [row] = await database.query<{ 'QUERY PLAN': { 'Execution Time': number }[] }>(RAW_DAY, [from, to])
  return row!['QUERY PLAN'][0]!['Execution Time']
}

/** Reads beside ingest at half of its top rate, and what the same day costs from the raw events. */
export async function measurePnlReads(bench: Bench, topEventsPerSecond: number): Promise<Figure[]> {
  const { options, signal, say } = bench
  return withInstallation(bench, CONNECTIONS, async ({ api, database }) => {
    const load = sportsLoad(bench, OPEN_BETS)
    await fillDay(bench, database, load, DAY_BETS)
    const rate = topEventsPerSecond / 2
    const everyMs = (BODY_EVENTS * SECOND_MS) / rate
    const send = async () => void (await api.send(load.mixed(BODY_EVENTS, Date.now())))
    await sendPaced({ everyMs, seconds: options.warmUpSeconds, signal, send })
    say(`pnl: ${options.seconds} s of reads beside ${Math.round(rate)} events/s`)
    const until = performance.now() + options.seconds * SECOND_MS
    const random = new Random('pnl reads')
    const repeat = async (everyMs: number, read: () => Promise<unknown>) => {
      const tookMs: number[] = []
      while (performance.now() < until && !signal.aborted) {
        const startedAt = performance.now()
        const told = await read()
        tookMs.push(typeof told === 'number' ? told : performance.now() - startedAt)
        await pause(everyMs)
      }
      return ascending(tookMs)
    }
    const [, positions, day] = await Promise.all([
      sendPaced({ everyMs, seconds: options.seconds, signal, send }),
      repeat(BETWEEN_READS_MS, () => readPositions(api, random)),
      repeat(BETWEEN_READS_MS, () => readDay(api)),
    ])
    // Behind them, and not beside: it would slow down what it is compared with.
    const raw = ascending([await rawDayMs(database), await rawDayMs(database), await rawDayMs(database)])
    const beside = `beside ${Math.round(rate)} events/s`
    return [
      ...figuresOf(`gamePnl of ${GAMES_AT_ONCE} games ${beside}`, positions, POSITIONS_TARGET),
      ...figuresOf(`pnl of a day by the hour ${beside}`, day, DAY_TARGET),
      { name: `the same day from ${DAY_BETS} raw events and more, idle, p50`, value: quantile(raw, 0.5), unit: 'ms' },
    ]
  })
}

const figuresOf = (name: string, tookMs: readonly number[], target: { readonly atMost: number }): Figure[] => [
  { name: `${name}, p50`, value: quantile(tookMs, 0.5), unit: 'ms' },
  { name: `${name}, p99`, value: quantile(tookMs, 0.99), unit: `ms of ${tookMs.length}`, target },
]

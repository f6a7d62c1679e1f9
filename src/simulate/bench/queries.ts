import { setTimeout as pause } from 'node:timers/promises'
import { ceilTo, formatInstant, HOUR_MS, PANE_MS, SECOND_MS } from '../../kernel/time.js'
import type { Api } from '../api.js'
import { BenchLoad } from '../bench-load.js'
import { Random } from '../random.js'
import { fillPanes } from './fill-panes.js'
import { type Bench, withInstallation } from './installation.js'
import { probeLine, probePlayer } from './probe.js'
import { ascending, type Figure, quantile } from './report.js'
import { sendAtFullRate, sendPaced } from './senders.js'

const CONNECTIONS = 32
const BODY_EVENTS = 500
/** Entries that are there when the queries begin. */
const VIPS = 5_000
const TOP_RATE_SECONDS = 8
const BETWEEN_QUERIES_MS = 20

const QUERIES = {
  'vipEntries(first: 50)': (api: Api) =>
    api.graphql(
      '{ vipEntries(first: 50) { nodes { id policyId playerId windowStart windowEnd amount eventCount sessionCount lastEventAt } pageInfo { hasNextPage endCursor } } }',
    ),
  'leaderboard of the last hour': (api: Api) => {
    const to = ceilTo(Date.now(), PANE_MS)
    const variables = { from: formatInstant(to - HOUR_MS), to: formatInstant(to) }
    return api.graphql(
      'query ($from: DateTime!, $to: DateTime!) { leaderboard(from: $from, to: $to) { rank playerId amount } }',
      variables,
    )
  },
  'player.activity': (api: Api, random: Random, players: number) =>
    api.graphql('query ($id: ID!) { player(id: $id) { id activity { turnover payouts eventCount } } }', {
      id: `p${String(random.below(players)).padStart(7, '0')}`,
    }),
} as const

/** Reads beside ingest at half of its top rate, an hour of panes behind every player. */
export async function measureQueries(bench: Bench, measuredRate: number | null): Promise<Figure[]> {
  const { options, signal, say } = bench
  return withInstallation(bench, CONNECTIONS, async ({ api, database }) => {
    await fillPanes(bench, database)
    await api.send(Array.from({ length: VIPS }, (_, n) => probeLine(probePlayer(n), Date.now())).join(''))
    const load = new BenchLoad({ seed: 'queries', prefix: `q${Date.now()}`, players: options.players })
    const topRate = options.topRate ?? measuredRate ?? (await measureTop(bench, api, load))
    const rate = topRate / 2
    const send = async () => void (await api.send(load.body(BODY_EVENTS, Date.now())))
    say(`queries: ${options.seconds} s beside ${Math.round(rate)} events/s`)
    const until = performance.now() + options.seconds * SECOND_MS
    const startedWith = load.made
    const [, ...took] = await Promise.all([
      sendPaced({ everyMs: (BODY_EVENTS * SECOND_MS) / rate, seconds: options.seconds, signal, send }),
      ...Object.values(QUERIES).map(query => repeat(bench, until, random => query(api, random, options.players))),
    ])
    const figures = Object.keys(QUERIES).flatMap((name, i) => figuresOf(name, took[i]!))
    const beside = (load.made - startedWith) / options.seconds
    return [...figures, { name: 'ingest beside these queries', value: beside, unit: 'events/s' }]
  })
}

async function measureTop({ options, signal, say }: Bench, api: Api, load: BenchLoad): Promise<number> {
  say('queries: what the top rate is')
  const body = () => load.body(options.bodyEvents, Date.now())
  const { events, seconds } = await sendAtFullRate({
    api,
    connections: options.connections,
    body,
    seconds: TOP_RATE_SECONDS,
    signal,
  })
  return events / seconds
}

/** One query of the kind after the other; all three kinds at once. */
async function repeat(
  { signal }: Bench,
  until: number,
  query: (random: Random) => Promise<unknown>,
): Promise<number[]> {
  const random = new Random('queries')
  const tookMs: number[] = []
  while (performance.now() < until && !signal.aborted) {
    const startedAt = performance.now()
    await query(random)
    tookMs.push(performance.now() - startedAt)
    await pause(BETWEEN_QUERIES_MS)
  }
  return tookMs
}

function figuresOf(name: string, tookMs: readonly number[]): Figure[] {
  const sorted = ascending(tookMs)
  return [
    { name: `${name}, p50`, value: quantile(sorted, 0.5), unit: `ms of ${sorted.length}` },
    { name: `${name}, p99`, value: quantile(sorted, 0.99), unit: `ms of ${sorted.length}` },
  ]
}

import { type Bench, withInstallation } from '../installation.js'
import type { Figure } from '../report.js'
import { fillOpenBets } from './fill.js'
import { GAMES } from './sports.js'
import { SportsLoad } from './sports-load.js'
import { type SportsRate, sportsRate } from './top-rate.js'

const MANY = 1_000_000
const FEW = 1_000
const RATIO_TARGET = { atLeast: 0.7 } as const
const MEMORY_TARGET = { atMost: 512 } as const

/** The same bets and settlements at full rate, with a million open bets behind them, between two runs with a thousand. */
export async function measureOpenBets(bench: Bench): Promise<Figure[]> {
  const before = await rateWith(bench, FEW)
  const many = await rateWith(bench, MANY)
  const after = await rateWith(bench, FEW)
  const few = (before.eventsPerSecond + after.eventsPerSecond) / 2
  const both = `${Math.round(before.eventsPerSecond)} before, ${Math.round(after.eventsPerSecond)} after`
  return [
    { name: `bets and settlements with ${FEW} open bets`, value: few, unit: `events/s (${both})` },
    { name: `bets and settlements with ${MANY} open bets`, value: many.eventsPerSecond, unit: 'events/s' },
    { name: `with ${MANY} open bets to ${FEW}`, value: many.eventsPerSecond / few, unit: '', target: RATIO_TARGET },
    {
      name: `memory of the server with ${MANY} open bets, peak`,
      value: many.usage.peakMib,
      unit: 'MiB',
      target: MEMORY_TARGET,
    },
  ]
}

/** Each body settles the oldest of them, and opens as many. What is under way in other bodies is not settled. */
function rateWith(bench: Bench, openBets: number): Promise<SportsRate> {
  const { options } = bench
  return withInstallation(bench, options.connections, async installation => {
    const prefix = `o${Date.now()}`
    const underWay = options.connections * options.bodyEvents
    const { players } = options
    const behind = { prefix, players, games: GAMES, openBets: Math.max(openBets, underWay) }
    const load = new SportsLoad(behind, openBets)
    await fillOpenBets(bench, installation.database, prefix, load, openBets)
    bench.say(`pnl: ${options.seconds} s at full rate with ${openBets} open bets`)
    return sportsRate(bench, installation, load)
  })
}

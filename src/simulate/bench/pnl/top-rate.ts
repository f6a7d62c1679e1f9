import { type Bench, type Installation, withInstallation } from '../installation.js'
import type { Figure } from '../report.js'
import { sendAtFullRate } from '../senders.js'
import { type Usage, watchWhile } from '../server-watch.js'
import { GAMES, OPEN_BETS, sportsLoad } from './sports.js'
import type { SportsLoad } from './sports-load.js'

const BETS_TARGET = { atLeast: 20_000 } as const

export interface SportsRate {
  readonly eventsPerSecond: number
  readonly usage: Usage
}

/** As many bets and settlements as the server commits. */
export async function sportsRate(
  { options, signal }: Bench,
  { api, server }: Installation,
  load: SportsLoad,
): Promise<SportsRate> {
  const { connections, bodyEvents } = options
  const full = { api, connections, signal, body: () => load.mixed(bodyEvents, Date.now()) }
  await sendAtFullRate({ ...full, seconds: options.warmUpSeconds })
  const { result, usage } = await watchWhile(server, () => sendAtFullRate({ ...full, seconds: options.seconds }))
  return { eventsPerSecond: result.events / result.seconds, usage }
}

export async function measureTopRate(bench: Bench): Promise<{ eventsPerSecond: number; figures: Figure[] }> {
  return withInstallation(bench, bench.options.connections, async installation => {
    const load = sportsLoad(bench, OPEN_BETS)
    // From here on each bet that is made settles another one.
    while (load.open < OPEN_BETS) await installation.api.send(load.newBets(bench.options.bodyEvents, Date.now()))
    bench.say(`pnl: ${bench.options.seconds} s of bets and settlements at full rate`)
    const { eventsPerSecond, usage } = await sportsRate(bench, installation, load)
    const name = `sports bets of ${GAMES} games, each settled`
    const figures: Figure[] = [
      { name: `${name}: bets`, value: eventsPerSecond / 2, unit: 'bets/s', target: BETS_TARGET },
      { name: `${name}: bets and settlements`, value: eventsPerSecond, unit: 'events/s' },
      {
        name: `${name}: CPU of the server`,
        value: usage.cpuMicros / eventsPerSecond / bench.options.seconds,
        unit: 'us/event',
      },
    ]
    return { eventsPerSecond, figures }
  })
}

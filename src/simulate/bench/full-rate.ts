import type { Api } from '../api.js'
import type { BenchLoad } from '../bench-load.js'
import { type Bench, withInstallation } from './installation.js'
import type { Figure } from './report.js'
import { sendAtFullRate } from './senders.js'
import { watchWhile } from './server-watch.js'

export interface Rate {
  readonly eventsPerSecond: number
  readonly serverMicros: number
  /** Of the database's connections; null where it can't be seen. */
  readonly databaseMicros: number | null
}

export interface RateOf {
  readonly say: string
  readonly load: () => BenchLoad
  readonly prepare: (api: Api) => Promise<unknown>
  /** At least. */
  readonly warmUpSeconds?: number
}

/** An installation of its own, prepared, and all that it takes. */
export function measureRate(bench: Bench, { say, load, prepare, warmUpSeconds = 0 }: RateOf): Promise<Rate> {
  const { options, signal } = bench
  return withInstallation(bench, options.connections, async ({ api, server, database }) => {
    await prepare(api)
    const made = load()
    const body = () => made.body(options.bodyEvents, Date.now())
    const full = { api, connections: options.connections, body, signal }
    await sendAtFullRate({ ...full, seconds: Math.max(options.warmUpSeconds, warmUpSeconds) })
    bench.say(`${say}: ${options.seconds} s at full rate`)
    const databaseCpu = await database.cpuMicros()
    const { result, usage } = await watchWhile(server, () => sendAtFullRate({ ...full, seconds: options.seconds }))
    const databaseCpuAfter = await database.cpuMicros()
    const known = databaseCpu !== null && databaseCpuAfter !== null
    return {
      eventsPerSecond: result.events / result.seconds,
      serverMicros: usage.cpuMicros / result.events,
      databaseMicros: known ? (databaseCpuAfter - databaseCpu) / result.events : null,
    }
  })
}

export const cpuFigures = (name: string, { serverMicros, databaseMicros }: Rate): Figure[] => [
  { name: `CPU of the server, ${name}`, value: serverMicros, unit: 'us/event' },
  ...(databaseMicros === null
    ? []
    : [{ name: `CPU of the database's connections, ${name}`, value: databaseMicros, unit: 'us/event' }]),
]

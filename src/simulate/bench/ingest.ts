import { BenchLoad } from '../bench-load.js'
import { fillPanes } from './fill-panes.js'
import { type Bench, type Installation, withInstallation } from './installation.js'
import type { Figure } from './report.js'
import { sendAtFullRate } from './senders.js'
import { watchServer } from './server-watch.js'

export interface IngestResult {
  readonly eventsPerSecond: number
  readonly figures: Figure[]
}

const TARGET = { atLeast: 40_000 } as const
const MEMORY_TARGET = { atMost: 512 } as const

/** As many events as the server commits, over HTTP, for as long as asked. */
export async function measureIngest(bench: Bench, name: string, withHour: boolean): Promise<IngestResult> {
  const { options, signal, say } = bench
  return withInstallation(bench, options.connections, async installation => {
    const { api, database, server } = installation
    if (withHour) await fillPanes(bench, database)
    const load = new BenchLoad({ seed: name, prefix: `b${Date.now()}`, players: options.players })
    const body = () => load.body(options.bodyEvents, Date.now())
    const full = { api, connections: options.connections, body, signal }
    say(`${name}: warming up`)
    await sendAtFullRate({ ...full, seconds: options.warmUpSeconds })
    say(`${name}: ${options.seconds} s at full rate`)
    const watch = await watchServer(server)
    const generator = process.cpuUsage()
    const databaseCpu = await database.cpuMicros()
    const sent = await sendAtFullRate({ ...full, seconds: options.seconds })
    const generatorCpu = process.cpuUsage(generator)
    const usage = await watch.end()
    const databaseCpuAfter = await database.cpuMicros()
    await assertStored(installation, load.made)
    const perEvent = (micros: number) => micros / Math.max(1, sent.events)
    const eventsPerSecond = sent.events / sent.seconds
    const figures: Figure[] = [
      { name, value: eventsPerSecond, unit: 'events/s', target: TARGET },
      { name: `${name}: CPU of the server`, value: perEvent(usage.cpuMicros), unit: 'us/event' },
      {
        name: `${name}: CPU of the generator`,
        value: perEvent(generatorCpu.user + generatorCpu.system),
        unit: 'us/event',
      },
      { name: `${name}: peak memory of the server`, value: usage.peakMib, unit: 'MiB', target: MEMORY_TARGET },
    ]
    if (databaseCpu !== null && databaseCpuAfter !== null) {
      const micros = perEvent(databaseCpuAfter - databaseCpu)
      figures.splice(2, 0, { name: `${name}: CPU of the database's connections`, value: micros, unit: 'us/event' })
    }
    if (api.busy > 0) figures.push({ name: `${name}: asked to come back later`, value: api.busy, unit: 'requests' })
    return { eventsPerSecond, figures }
  })
}

/** What was acknowledged is in the table, once, and nothing else. */
async function assertStored({ database }: Installation, made: number): Promise<void> {
  const [row] = await database.query<{ stored: string }>('SELECT count(*) AS stored FROM player_event')
  if (Number(row!.stored) !== made) throw new Error(`${made} events were acknowledged, ${row!.stored} are stored`)
}

import { BenchLoad } from '../bench-load.js'
import { fillPanes } from './fill-panes.js'
import { type Bench, type Installation, withInstallation } from './installation.js'
import type { Figure } from './report.js'
import { sendAtFullRate } from './senders.js'
import { watchWhile } from './server-watch.js'

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
    const generator = process.cpuUsage()
    const databaseCpu = await database.cpuMicros()
    const { result: sent, usage } = await watchWhile(server, () =>
      sendAtFullRate({ ...full, seconds: options.seconds }),
    )
    const generatorCpu = process.cpuUsage(generator)
    const databaseCpuAfter = await database.cpuMicros()
    await assertStored(installation, load.made)
    const eventsPerSecond = sent.events / sent.seconds
    const databaseMicros = databaseCpu === null || databaseCpuAfter === null ? null : databaseCpuAfter - databaseCpu
    const figures = [
      { name, value: eventsPerSecond, unit: 'events/s', target: TARGET },
      ...cpuFigures(name, Math.max(1, sent.events), {
        'the server': usage.cpuMicros,
        "the database's connections": databaseMicros,
        'the generator': generatorCpu.user + generatorCpu.system,
      }),
      { name: `${name}: peak memory of the server`, value: usage.peakMib, unit: 'MiB', target: MEMORY_TARGET },
      { name: `${name}: asked to come back later`, value: api.busy, unit: 'requests' },
    ]
    return { eventsPerSecond, figures }
  })
}

const cpuFigures = (name: string, events: number, micros: Readonly<Record<string, number | null>>): Figure[] =>
  Object.entries(micros).flatMap(([who, value]) =>
    value === null ? [] : [{ name: `${name}: CPU of ${who}`, value: value / events, unit: 'us/event' }],
  )

/** What was acknowledged is in the table, once, and nothing else. */
async function assertStored({ database }: Installation, made: number): Promise<void> {
  const [row] = await database.query<{ stored: string }>('SELECT count(*) AS stored FROM player_event')
  if (Number(row!.stored) !== made) throw new Error(`${made} events were acknowledged, ${row!.stored} are stored`)
}

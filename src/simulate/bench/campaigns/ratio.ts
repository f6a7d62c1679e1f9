import { type Bench, withInstallation } from '../installation.js'
import type { Figure } from '../report.js'
import { sendAtFullRate } from '../senders.js'
import { watchWhile } from '../server-watch.js'
import { CAMPAIGNS, type CampaignInput, campaignLoad, liveCampaigns, saveCampaigns } from './campaign-set.js'

const RATIO_TARGET = { atLeast: 0.8 } as const

interface Rate {
  readonly eventsPerSecond: number
  readonly serverMicros: number
  /** Of the database's connections; null where it can't be seen. */
  readonly databaseMicros: number | null
}

/** The same events at full rate with the campaigns, between two runs without: the machine's own pace drifts. */
export async function measureRatio(bench: Bench): Promise<Figure[]> {
  const before = await measureRate(bench, 'without', [])
  const beside = await measureRate(bench, 'with', liveCampaigns(Date.now()))
  const after = await measureRate(bench, 'without again', [])
  const without = (before.eventsPerSecond + after.eventsPerSecond) / 2
  const both = `${Math.round(before.eventsPerSecond)} before, ${Math.round(after.eventsPerSecond)} after`
  return [
    { name: 'events with a name at full rate, no campaigns', value: without, unit: `events/s (${both})` },
    { name: `the same with ${CAMPAIGNS} campaigns`, value: beside.eventsPerSecond, unit: 'events/s' },
    { name: 'with campaigns to without', value: beside.eventsPerSecond / without, unit: '', target: RATIO_TARGET },
    ...cpuFigures('no campaigns', after),
    ...cpuFigures(`${CAMPAIGNS} campaigns`, beside),
  ]
}

const cpuFigures = (name: string, { serverMicros, databaseMicros }: Rate): Figure[] => [
  { name: `CPU of the server, ${name}`, value: serverMicros, unit: 'us/event' },
  ...(databaseMicros === null
    ? []
    : [{ name: `CPU of the database's connections, ${name}`, value: databaseMicros, unit: 'us/event' }]),
]

function measureRate(bench: Bench, name: string, campaigns: readonly CampaignInput[]): Promise<Rate> {
  const { options, signal, say } = bench
  return withInstallation(bench, options.connections, async ({ api, server, database }) => {
    await saveCampaigns(api, campaigns)
    const load = campaignLoad('rate', options.players)
    const body = () => load.body(options.bodyEvents, Date.now())
    const full = { api, connections: options.connections, body, signal }
    await sendAtFullRate({ ...full, seconds: options.warmUpSeconds })
    say(`campaigns: ${options.seconds} s at full rate, ${name}`)
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

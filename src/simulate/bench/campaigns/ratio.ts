import { type Bench, withInstallation } from '../installation.js'
import type { Figure } from '../report.js'
import { sendAtFullRate } from '../senders.js'
import { watchWhile } from '../server-watch.js'
import { CAMPAIGNS, type CampaignInput, campaignLoad, liveCampaigns, saveCampaigns } from './campaign-set.js'

const RATIO_TARGET = { atLeast: 0.8 } as const

interface Rate {
  readonly eventsPerSecond: number
  readonly serverMicros: number
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
    {
      name: 'CPU of the server, no campaigns',
      value: (before.serverMicros + after.serverMicros) / 2,
      unit: 'us/event',
    },
    { name: `CPU of the server, ${CAMPAIGNS} campaigns`, value: beside.serverMicros, unit: 'us/event' },
  ]
}

function measureRate(bench: Bench, name: string, campaigns: readonly CampaignInput[]): Promise<Rate> {
  const { options, signal, say } = bench
  return withInstallation(bench, options.connections, async ({ api, server }) => {
    await saveCampaigns(api, campaigns)
    const load = campaignLoad('rate', options.players)
    const body = () => load.body(options.bodyEvents, Date.now())
    const full = { api, connections: options.connections, body, signal }
    await sendAtFullRate({ ...full, seconds: options.warmUpSeconds })
    say(`campaigns: ${options.seconds} s at full rate, ${name}`)
    const { result, usage } = await watchWhile(server, () => sendAtFullRate({ ...full, seconds: options.seconds }))
    return { eventsPerSecond: result.events / result.seconds, serverMicros: usage.cpuMicros / result.events }
  })
}

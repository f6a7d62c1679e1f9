import { cpuFigures, measureRate } from '../full-rate.js'
import type { Bench } from '../installation.js'
import type { Figure } from '../report.js'
import { CAMPAIGNS, type CampaignInput, campaignLoad, liveCampaigns, saveCampaigns } from './campaign-set.js'

const RATIO_TARGET = { atLeast: 0.8 } as const

/** The same events at full rate with the campaigns, between two runs without: the machine's own pace drifts. */
export async function measureRatio(bench: Bench): Promise<Figure[]> {
  const rate = (name: string, campaigns: readonly CampaignInput[]) =>
    measureRate(bench, {
      say: `campaigns, ${name}`,
      load: () => campaignLoad('rate', bench.options.players),
      prepare: api => saveCampaigns(api, campaigns),
    })
  const before = await rate('without', [])
  const beside = await rate('with', liveCampaigns(Date.now()))
  const after = await rate('without again', [])
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

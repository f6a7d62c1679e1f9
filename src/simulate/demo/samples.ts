import { DAY_MS, formatInstant, type Millis } from '../../kernel/time.js'
import type { Api } from '../api.js'
import { readSeeds } from '../seeds.js'

export interface Loaded {
  readonly policies: number
  readonly campaigns: number
  readonly events: number
}

const CAMPAIGNS_RUN_ON_MS = 30 * DAY_MS

/** The seeds, through the public API as any client would send them; a resent body counts once. */
export async function loadSamples(api: Api, now: Millis): Promise<Loaded> {
  const { events, bets, vipPolicies, campaigns } = readSeeds()
  for (const input of vipPolicies) {
    await api.graphql('mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }', { input })
  }
  // They begin before the sample events, and go on for those who play now.
  const endsAt = formatInstant(now + CAMPAIGNS_RUN_ON_MS)
  for (const seed of campaigns) {
    const input = { ...seed, endsAt }
    await api.graphql('mutation ($input: CampaignInput!) { saveCampaign(input: $input) { version } }', { input })
  }
  const { accepted } = await api.send(events, 'samples', { 'idempotency-key': 'samples' })
  const sports = await api.send(bets, 'samples')
  return { policies: vipPolicies.length, campaigns: campaigns.length, events: accepted + sports.accepted }
}

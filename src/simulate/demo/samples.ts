import type { Api } from '../api.js'
import { readSeeds } from '../seeds.js'

export interface Loaded {
  readonly policies: number
  readonly events: number
}

/** The seeds, through the public API as any client would send them; a resent body counts once. */
export async function loadSamples(api: Api): Promise<Loaded> {
  const { events, vipPolicies } = readSeeds()
  for (const input of vipPolicies) {
    await api.graphql('mutation ($input: VipPolicyInput!) { saveVipPolicy(input: $input) { version } }', { input })
  }
  const { accepted } = await api.send(events, 'samples', { 'idempotency-key': 'samples' })
  return { policies: vipPolicies.length, events: accepted }
}

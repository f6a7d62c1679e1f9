import { readFileSync } from 'node:fs'

/** As saveVipPolicy takes it. */
export interface VipPolicySeed {
  readonly id: string
  readonly name: string
  readonly threshold: string
  readonly window: string
  readonly slide: string
  readonly eventTypes: readonly string[]
  readonly enabled: boolean
}

/** As saveCampaign takes it. */
export interface CampaignSeed {
  readonly id: string
  readonly name: string
  readonly enabled?: boolean
  readonly game: string
  readonly eventName: string
  readonly startsAt: string
  readonly endsAt: string
  readonly filter: string
  readonly offer?: unknown
  readonly maxTriggersPerPlayer?: number
  readonly cooldown?: string
}

export interface Seeds {
  /** NDJSON, as POST /events takes it. */
  readonly events: string
  readonly campaigns: readonly CampaignSeed[]
  /** The Kafka/Flink demo's example, in its own JSON lines, and events in its shape. */
  readonly flink: { readonly campaigns: string; readonly events: string }
  readonly vipPolicies: readonly VipPolicySeed[]
}

/** src/simulate and dist/simulate lie equally deep below the package. */
const FOLDER = new URL('../../seeds/', import.meta.url)

const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8')

export function readSeeds(): Seeds {
  return {
    events: read('events.ndjson'),
    campaigns: JSON.parse(read('campaigns.json')),
    flink: { campaigns: read('campaigns.flink.ndjson'), events: read('events.flink.ndjson') },
    vipPolicies: JSON.parse(read('vip-policies.json')),
  }
}

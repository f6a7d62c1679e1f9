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

interface PrizeSeed {
  readonly name: string
  readonly kind: string
  readonly value?: string
  readonly quantity?: number
}

/** As createDraw takes it, but for its times. */
export interface DrawSeed {
  readonly id: string
  readonly name: string
  readonly gameType?: string
  readonly stakePerTicket: string
  readonly maxTicketsPerPlayer?: number
  readonly winsPerPlayer?: number
  readonly milestones: readonly number[]
  readonly prizes: readonly PrizeSeed[]
  readonly defaultPrize?: PrizeSeed
}

export interface Seeds {
  /** NDJSON, as POST /events takes it. */
  readonly events: string
  /** Sports bets with odds and how they ended, in the same form. */
  readonly bets: string
  readonly campaigns: readonly CampaignSeed[]
  readonly draws: readonly DrawSeed[]
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
    bets: read('bets.ndjson'),
    campaigns: JSON.parse(read('campaigns.json')),
    draws: JSON.parse(read('draws.json')),
    flink: { campaigns: read('campaigns.flink.ndjson'), events: read('events.flink.ndjson') },
    vipPolicies: JSON.parse(read('vip-policies.json')),
  }
}

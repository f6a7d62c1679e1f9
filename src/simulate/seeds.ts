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

export interface Seeds {
  /** NDJSON, as POST /events takes it. */
  readonly events: string
  readonly vipPolicies: readonly VipPolicySeed[]
}

/** src/simulate and dist/simulate lie equally deep below the package. */
const FOLDER = new URL('../../seeds/', import.meta.url)

const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8')

export function readSeeds(): Seeds {
  return { events: read('events.ndjson'), vipPolicies: JSON.parse(read('vip-policies.json')) }
}

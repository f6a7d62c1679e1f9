import { type AppError, badInput } from '../kernel/errors.js'
import { CAMPAIGNS_MAX, type Campaign, LIVE_A_PAIR_MAX, pairKey } from './campaign.js'

/** What of a campaign counts against a bound. */
export type Standing = Pick<Campaign, 'id' | 'enabled' | 'game' | 'eventName'>

/** Why one more campaign can't be saved; null where it can. */
export function boundReached(draft: Standing, isNew: boolean, all: number, livePair: number): AppError | null {
  if (isNew && all >= CAMPAIGNS_MAX) {
    return badInput('id', `is new, and there are ${CAMPAIGNS_MAX} campaigns already`, draft.id)
  }
  if (draft.enabled && livePair >= LIVE_A_PAIR_MAX) {
    const pair = `game ${draft.game} and event ${draft.eventName}`
    return badInput('enabled', `can't be true: ${LIVE_A_PAIR_MAX} campaigns of ${pair} are enabled already`, true)
  }
  return null
}

/** All campaigns there are, against which many are held at once. */
export class CampaignBounds {
  private readonly byId = new Map<string, Standing>()
  private readonly livePairs = new Map<string, number>()

  constructor(standing: readonly Standing[]) {
    for (const campaign of standing) this.put(campaign)
  }

  /** Counts the campaign from now on, where it can be saved. */
  refusal(draft: Standing): AppError | null {
    const present = this.byId.get(draft.id)
    const isCounted = present?.enabled && pairKey(present) === pairKey(draft)
    const others = (this.livePairs.get(pairKey(draft)) ?? 0) - (isCounted ? 1 : 0)
    const refusal = boundReached(draft, present === undefined, this.byId.size, others)
    if (refusal === null) this.put(draft)
    return refusal
  }

  private put(campaign: Standing): void {
    const present = this.byId.get(campaign.id)
    if (present?.enabled) this.count(present, -1)
    if (campaign.enabled) this.count(campaign, 1)
    this.byId.set(campaign.id, campaign)
  }

  private count(campaign: Standing, change: number): void {
    const key = pairKey(campaign)
    this.livePairs.set(key, (this.livePairs.get(key) ?? 0) + change)
  }
}

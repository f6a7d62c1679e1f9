import type { PlayerEvent } from '../events/player-event.js'
import { type Campaign, hasOccasion, pairKey } from './campaign.js'
import { type CompiledFilter, compileFilter } from './filter/filter.js'
import { FilterError, FilterRefused } from './filter/filter-problem.js'

/** A campaign in force. Its filter is compiled when the first event is shown to it. */
export class LiveCampaign {
  private compiledFilter: CompiledFilter | null = null

  constructor(readonly campaign: Campaign) {}

  get filter(): CompiledFilter {
    this.compiledFilter ??= compiled(this.campaign.filter)
    return this.compiledFilter
  }
}

/** The enabled campaigns of one revision of the rules, found by what an event must have to be shown to them. */
export class LiveCampaigns {
  private readonly byId = new Map<string, LiveCampaign>()
  private byPair = new Map<string, LiveCampaign[]>()

  /** Takes over what was saved since. */
  apply(changed: readonly Campaign[]): void {
    if (changed.length === 0) return
    for (const campaign of changed) {
      if (!campaign.enabled) this.byId.delete(campaign.id)
      else if (this.byId.get(campaign.id)?.campaign.version !== campaign.version) {
        this.byId.set(campaign.id, new LiveCampaign(campaign))
      }
    }
    this.byPair = new Map()
    for (const live of this.byId.values()) {
      const key = pairKey(live.campaign)
      const pair = this.byPair.get(key)
      if (pair === undefined) this.byPair.set(key, [live])
      else pair.push(live)
    }
  }

  get isEmpty(): boolean {
    return this.byPair.size === 0
  }

  /** Those of the event's game and name, whatever their time. */
  of(event: PlayerEvent): readonly LiveCampaign[] {
    if (this.isEmpty || !hasOccasion(event)) return NONE
    return this.byPair.get(pairKey(event)) ?? NONE
  }
}

const NONE: readonly LiveCampaign[] = []

/** A filter that was saved before its language was narrowed fails on every event, and its campaign is switched off. */
export function compiled(source: string): CompiledFilter {
  try {
    return compileFilter(source)
  } catch (refusal) {
    if (!(refusal instanceof FilterRefused)) throw refusal
    const { message } = refusal
    return {
      usesPlayer: false,
      steps: 0,
      matches: () => {
        throw new FilterError(message)
      },
    }
  }
}

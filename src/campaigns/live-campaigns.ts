import type { PlayerEvent } from '../events/player-event.js'
import type { Millis } from '../kernel/time.js'
import { type Campaign, hasOccasion, pairKey } from './campaign.js'
import { type CompiledFilter, compileFilter } from './filter/filter.js'
import { FilterError, FilterRefused } from './filter/filter-problem.js'
import { FilterHealth } from './filter-health.js'

/** A campaign in force. Its filter is compiled when the first event is shown to it. */
export class LiveCampaign {
  readonly health = new FilterHealth()
  private compiledFilter: CompiledFilter | null = null

  constructor(readonly campaign: Campaign) {}

  get filter(): CompiledFilter {
    this.compiledFilter ??= compiled(this.campaign.filter)
    return this.compiledFilter
  }
}

/** The enabled campaigns of one game and event name. */
export class LivePair {
  // Their times lie side by side: with a thousand campaigns each object that a batch touches is a wait for memory.
  private readonly startsAt: Float64Array
  private readonly endsAt: Float64Array

  constructor(readonly campaigns: readonly LiveCampaign[]) {
    this.startsAt = Float64Array.from(campaigns, ({ campaign }) => campaign.startsAt ?? Number.NaN)
    this.endsAt = Float64Array.from(campaigns, ({ campaign }) => campaign.endsAt ?? Number.NaN)
  }

  /** Those that are on all the while between two times, and those that may be on for a part of it. */
  onBetween(
    earliest: Millis,
    latest: Millis,
  ): { throughout: readonly LiveCampaign[]; partly: readonly LiveCampaign[] } {
    const { campaigns, startsAt, endsAt } = this
    const isThroughout = (_: unknown, i: number) => startsAt[i]! <= earliest && latest < endsAt[i]!
    if (campaigns.every(isThroughout)) return { throughout: campaigns, partly: NONE }
    const isPartly = (_: unknown, i: number) => !isThroughout(_, i) && startsAt[i]! <= latest && earliest < endsAt[i]!
    return { throughout: campaigns.filter(isThroughout), partly: campaigns.filter(isPartly) }
  }
}

/** The enabled campaigns of one revision of the rules, found by what an event must have to be shown to them. */
export class LiveCampaigns {
  private readonly byId = new Map<string, LiveCampaign>()
  /** By game, then event name: every event of a batch is looked up. */
  private byPair = new Map<string, Map<string, LivePair>>()

  /** Takes over what was saved since. */
  apply(changed: readonly Campaign[]): void {
    if (changed.length === 0) return
    for (const campaign of changed) {
      if (!campaign.enabled) this.byId.delete(campaign.id)
      else if (this.byId.get(campaign.id)?.campaign.version !== campaign.version) {
        this.byId.set(campaign.id, new LiveCampaign(campaign))
      }
    }
    const pairs = new Map<string, LiveCampaign[]>()
    for (const live of this.byId.values()) {
      const key = pairKey(live.campaign)
      const pair = pairs.get(key)
      if (pair === undefined) pairs.set(key, [live])
      else pair.push(live)
    }
    this.byPair = new Map()
    for (const campaigns of pairs.values()) {
      const { game, eventName } = campaigns[0]!.campaign
      const names = this.byPair.get(game) ?? new Map<string, LivePair>()
      this.byPair.set(game, names.set(eventName, new LivePair(campaigns)))
    }
  }

  get isEmpty(): boolean {
    return this.byPair.size === 0
  }

  /** Those of the event's game and name, whatever their time; null when there are none. */
  of(event: PlayerEvent): LivePair | null {
    if (this.isEmpty || !hasOccasion(event)) return null
    return this.byPair.get(event.game!)?.get(event.eventName!) ?? null
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

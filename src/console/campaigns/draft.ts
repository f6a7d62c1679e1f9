import type { CampaignInput } from '../api/schema.generated'
import { instantTyped, localInput } from '../parts/times'
import type { CampaignWholeFragment } from './campaigns.generated'
import { type Cooldown, cooldownOf, durationOf } from './cooldown'

/** A campaign as it is typed: texts are those of their inputs, and may not be a campaign yet. */
export interface Draft {
  readonly id: string
  readonly name: string
  readonly game: string
  readonly eventName: string
  readonly startsAt: string
  readonly endsAt: string
  readonly maxTriggersPerPlayer: string
  readonly cooldown: Cooldown
  readonly offer: string
  readonly filter: string
  readonly enabled: boolean
}

export type DraftField = keyof Draft
export type DraftProblems = { readonly [Field in DraftField]?: string }

/** In the address, where another campaign has its id: none can be this one. */
export const NEW = '~new'

const DAY_MS = 86_400_000

/** Off, and of the next thirty days: without a start and an end it would never match. */
export const newDraft = (now: number): Draft => ({
  id: '',
  name: '',
  game: '',
  eventName: '',
  startsAt: localInput(new Date(now).toISOString()),
  endsAt: localInput(new Date(now + 30 * DAY_MS).toISOString()),
  maxTriggersPerPlayer: '',
  cooldown: cooldownOf(null),
  offer: '',
  filter: 'event => event.amount >= 100',
  enabled: false,
})

export const draftOf = (campaign: CampaignWholeFragment): Draft => ({
  id: campaign.id,
  name: campaign.name,
  game: campaign.game,
  eventName: campaign.eventName,
  startsAt: localInput(campaign.startsAt),
  endsAt: localInput(campaign.endsAt),
  maxTriggersPerPlayer: campaign.maxTriggersPerPlayer?.toString() ?? '',
  cooldown: cooldownOf(campaign.cooldown),
  offer: campaign.offer === null ? '' : JSON.stringify(campaign.offer, null, 2),
  filter: campaign.filter,
  enabled: campaign.enabled,
})

/** What can be told without asking the server, which has the last word on everything else. */
export function problemsOf(draft: Draft): DraftProblems {
  return {
    ...(durationOf(draft.cooldown) === undefined && { cooldown: 'Must be a whole number.' }),
    ...(!/^\d{0,7}$/.test(draft.maxTriggersPerPlayer.trim()) && {
      maxTriggersPerPlayer: 'Must be a whole number up to 1,000,000.',
    }),
    ...withProblem('offer', jsonProblem(draft.offer)),
  }
}

const withProblem = (field: DraftField, problem: string | null): DraftProblems =>
  problem === null ? {} : { [field]: problem }

function jsonProblem(text: string): string | null {
  try {
    if (text.trim() !== '') JSON.parse(text)
    return null
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`
  }
}

/** Of a draft without problems. `base`: the campaign that it replaces; times that were not touched keep its seconds. */
export function inputOf(draft: Draft, base: CampaignWholeFragment | null): CampaignInput {
  const { startsAt, endsAt, maxTriggersPerPlayer, cooldown, offer, ...rest } = draft
  return {
    ...rest,
    startsAt: instantTyped(startsAt, base?.startsAt ?? null),
    endsAt: instantTyped(endsAt, base?.endsAt ?? null),
    maxTriggersPerPlayer: maxTriggersPerPlayer.trim() === '' ? null : Number(maxTriggersPerPlayer),
    cooldown: durationOf(cooldown) ?? null,
    offer: offer.trim() === '' ? null : JSON.parse(offer),
    expectedVersion: base?.version ?? 0,
  }
}

export const equal = (one: Draft, other: Draft): boolean => JSON.stringify(one) === JSON.stringify(other)

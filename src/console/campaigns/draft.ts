import type { CampaignInput } from '../api/schema.generated'
import type { CampaignWholeFragment } from './campaigns.generated'
import { type Cooldown, cooldownOf, durationOf } from './cooldown'

/** A campaign as it stands in the form: what is typed may not be one yet. */
export interface Draft {
  readonly id: string
  readonly name: string
  readonly game: string
  readonly eventName: string
  /** Instants: what nobody touches keeps its seconds. */
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly maxTriggersPerPlayer: string
  readonly cooldown: Cooldown
  readonly offer: string
  readonly filter: string
  readonly enabled: boolean
}

export type DraftField = keyof Draft
export type DraftProblems = { readonly [Field in DraftField]?: string }

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** Off, and of the next thirty days: without a start and an end it would never match. */
export function newDraft(now: number): Draft {
  const start = Math.floor(now / MINUTE_MS) * MINUTE_MS
  return {
    id: '',
    name: '',
    game: '',
    eventName: '',
    startsAt: new Date(start).toISOString(),
    endsAt: new Date(start + 30 * DAY_MS).toISOString(),
    maxTriggersPerPlayer: '',
    cooldown: cooldownOf(null),
    offer: '',
    filter: 'event => event.amount >= 100',
    enabled: false,
  }
}

export const draftOf = (campaign: CampaignWholeFragment): Draft => ({
  id: campaign.id,
  name: campaign.name,
  game: campaign.game,
  eventName: campaign.eventName,
  startsAt: campaign.startsAt,
  endsAt: campaign.endsAt,
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

/** Of a draft without problems. */
export function inputOf(draft: Draft, expectedVersion: number): CampaignInput {
  const { maxTriggersPerPlayer, cooldown, offer, ...rest } = draft
  return {
    ...rest,
    maxTriggersPerPlayer: maxTriggersPerPlayer.trim() === '' ? null : Number(maxTriggersPerPlayer),
    cooldown: durationOf(cooldown) ?? null,
    offer: offer.trim() === '' ? null : JSON.parse(offer),
    expectedVersion,
  }
}

export const equal = (one: Draft, other: Draft): boolean => JSON.stringify(one) === JSON.stringify(other)

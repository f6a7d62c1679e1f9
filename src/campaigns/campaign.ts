import { badInput, jsonText, shown } from '../kernel/errors.js'
import { DAY_MS, formatDuration, formatInstant, type Millis } from '../kernel/time.js'

/** An event with this game and name, in this time, that the filter finds true, triggers the campaign for its player. */
export interface Campaign {
  readonly id: string
  /** Grows with every save, from 1. */
  readonly version: number
  readonly name: string
  readonly enabled: boolean
  readonly disabledReason: string | null
  readonly game: string
  readonly eventName: string
  /** A campaign without a start, or without an end, never matches. */
  readonly startsAt: Millis | null
  /** Exclusive. */
  readonly endsAt: Millis | null
  readonly filter: string
  /** Any JSON, handed on with every trigger. */
  readonly offer: unknown
  readonly maxTriggersPerPlayer: number | null
  readonly cooldownMs: number | null
  readonly savedAt: Millis
  readonly savedBy: string
  /** Of the rules, from which on this version is in force. */
  readonly revision: number
}

export type CampaignDraft = Omit<Campaign, 'version' | 'savedAt' | 'savedBy' | 'revision'>

/** What stops an event, in the order in which it is asked. */
export type TriggerGate =
  | 'MATCHED'
  | 'NOT_IN_FORCE'
  | 'DISABLED'
  | 'WRONG_GAME'
  | 'WRONG_EVENT'
  | 'NOT_STARTED'
  | 'ENDED'
  | 'TOO_LATE'
  | 'FILTER_FALSE'
  | 'FILTER_ERROR'
  | 'SUPPRESSED'
  | 'PLAYER_CAP'
  | 'COOLDOWN'

export const CAMPAIGNS_MAX = 10_000
/** Enabled campaigns of one game and event name: each of its events is shown to all of them. */
export const LIVE_A_PAIR_MAX = 1_000
export const CAMPAIGN_ID = /^[A-Za-z0-9_.:-]{1,100}$/
const TEXT_MAX = 200
const OFFER_CHARACTERS_MAX = 10_000
const OFFER_DEPTH_MAX = 16
const TRIGGERS_MAX = 1_000_000
const COOLDOWN_MAX_MS = 3_660 * DAY_MS

/** Throws BAD_USER_INPUT; the filter is checked by compiling it. */
export function checkCampaign(draft: CampaignDraft): void {
  if (!CAMPAIGN_ID.test(draft.id)) throw badInput('id', 'must be 1 to 100 of A-Z a-z 0-9 _ . : -', draft.id)
  for (const field of ['name', 'game', 'eventName'] as const) checkText(field, draft[field])
  const { startsAt, endsAt, maxTriggersPerPlayer: cap, cooldownMs } = draft
  if (startsAt !== null && endsAt !== null && startsAt >= endsAt) {
    throw badInput('endsAt', `must be later than startsAt ${formatInstant(startsAt)}`, formatInstant(endsAt))
  }
  if (cap !== null && (cap < 1 || cap > TRIGGERS_MAX)) {
    throw badInput('maxTriggersPerPlayer', `must be from 1 to ${TRIGGERS_MAX}`, cap)
  }
  if (cooldownMs !== null && cooldownMs > COOLDOWN_MAX_MS) {
    throw badInput('cooldown', `may be at most ${formatDuration(COOLDOWN_MAX_MS)}`, formatDuration(cooldownMs))
  }
  checkOffer(draft.offer)
}

function checkText(field: string, value: string): void {
  if (value.trim() === '' || value.length > TEXT_MAX) {
    throw badInput(field, `must have 1 to ${TEXT_MAX} characters`, value)
  }
  if (!storable(value)) throw badInput(field, 'holds a character that cannot be stored', value)
}

function checkOffer(offer: unknown): void {
  if (offer == null) return
  if (depthOf(offer) > OFFER_DEPTH_MAX) throw badInput('offer', `may be at most ${OFFER_DEPTH_MAX} levels deep`)
  const text = jsonText(offer)
  if (text.length > OFFER_CHARACTERS_MAX) {
    throw badInput('offer', `may have ${OFFER_CHARACTERS_MAX} characters as JSON, got ${text.length}: ${shown(offer)}`)
  }
  if (!isStorable(offer)) throw badInput('offer', 'holds a character that cannot be stored', offer)
}

const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return storable(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, item]) => storable(key) && isStorable(item))
}

/** Stops counting a level below the bound. */
function depthOf(value: unknown, level = 0): number {
  if (typeof value !== 'object' || value === null || level > OFFER_DEPTH_MAX) return level
  return Object.values(value).reduce((deepest: number, item) => Math.max(deepest, depthOf(item, level + 1)), level + 1)
}

/** What campaigns ask of an event before its filter. */
export interface Occasion {
  readonly game: string | null
  readonly eventName: string | null
  readonly occurredAt: Millis
}

/** What campaigns are found by. No name may hold a NUL, so no two pairs run together. */
export const pairKey = ({ game, eventName }: Pick<Occasion, 'game' | 'eventName'>): string => `${game}\0${eventName}`

/** No campaign can be shown an event that lacks one of them. */
export const hasOccasion = ({ game, eventName }: Pick<Occasion, 'game' | 'eventName'>): boolean =>
  game !== null && eventName !== null

/** The first of the campaign's own gates that stops the event; null when none does. */
export function standingGate(campaign: Campaign, event: Occasion): TriggerGate | null {
  if (!campaign.enabled) return 'DISABLED'
  if (campaign.game !== event.game) return 'WRONG_GAME'
  if (campaign.eventName !== event.eventName) return 'WRONG_EVENT'
  if (isOnAt(campaign, event.occurredAt)) return null
  return campaign.startsAt === null || event.occurredAt < campaign.startsAt ? 'NOT_STARTED' : 'ENDED'
}

/** The last of those gates. */
export const isOnAt = ({ startsAt, endsAt }: Campaign, at: Millis): boolean =>
  startsAt !== null && at >= startsAt && endsAt !== null && at < endsAt

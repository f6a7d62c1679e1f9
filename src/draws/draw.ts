import { badInput } from '../kernel/errors.js'
import { AMOUNT_MAX, formatMoney, type Money } from '../kernel/money.js'
import { formatInstant, type Millis } from '../kernel/time.js'

export const PRIZE_KINDS = ['CASH', 'FREE_SPINS', 'BONUS', 'MESSAGE'] as const
export type PrizeKind = (typeof PRIZE_KINDS)[number]

export interface PrizeDraft {
  readonly name: string
  readonly kind: PrizeKind
  readonly value: Money
  /** Pieces. */
  readonly quantity: number
}

export interface Prize extends PrizeDraft {
  /** From 1, the highest. The default prize comes after all the others. */
  readonly rank: number
}

/** Stakes become tickets from `opensAt` on; at `drawsAt` (exclusive) the tickets are drawn for prizes. */
export interface DrawDraft {
  readonly id: string
  readonly name: string
  readonly opensAt: Millis
  readonly drawsAt: Millis
  readonly game: string | null
  readonly gameType: string | null
  readonly eventTypes: readonly string[]
  /** Null: tickets come from grants alone. */
  readonly stakePerTicket: Money | null
  readonly maxTicketsPerPlayer: number | null
  readonly optInRequired: boolean
  readonly winsPerPlayer: number
  readonly milestones: readonly number[]
  /** From the highest to the lowest. */
  readonly prizes: readonly PrizeDraft[]
  readonly defaultPrize: PrizeDraft | null
  /** Names public randomness that will be known only after drawsAt. */
  readonly entropyLabel: string | null
}

/** A draft that has been checked: its milestones ascend, its prizes have their ranks. */
export interface DrawRules extends DrawDraft {
  readonly prizes: readonly Prize[]
  readonly defaultPrize: Prize | null
}

export const DRAW_STATUSES = ['SCHEDULED', 'OPEN', 'CLOSING', 'DRAWN', 'CANCELLED'] as const
export type DrawStatus = (typeof DRAW_STATUSES)[number]

export interface Draw extends DrawRules {
  readonly status: DrawStatus
  readonly createdAt: Millis
  readonly drawnAt: Millis | null
  readonly cancelReason: string | null
  readonly ticketsTotal: number
  readonly playersTotal: number
  /** Stored events from opensAt to the creation have been counted. */
  readonly backfilled: boolean
  /** SHA-256 of the secret seed in hex. The seed is no part of a draw: nothing that reads draws can show it. */
  readonly seedHash: string
  /** Of the frozen entries; null before they are frozen. */
  readonly entriesHash: string | null
  readonly entropy: string | null
}

export const DRAW_ID = /^[A-Za-z0-9_.:-]{1,100}$/
/** What a player can have in one draw, from all sources, where the draw sets no lower bound. */
export const TICKETS_MAX = 1_000_000
export const PRIZES_MAX = 100
/** Of all prizes of a draw. The default prize has no bound: everybody else gets it, whatever its quantity. */
export const PRIZE_PIECES_MAX = 100_000
export const WINS_PER_PLAYER_MAX = 100
export const MILESTONES_MAX = 50
export const EVENT_TYPES_MAX = 20
const TEXT_MAX = 200
const ENTROPY_LABEL_MAX = 500

/** Throws BAD_USER_INPUT. */
export function checkDraw(draft: DrawDraft): void {
  if (!DRAW_ID.test(draft.id)) throw badInput('id', 'must be 1 to 100 of A-Z a-z 0-9 _ . : -', draft.id)
  checkText('name', draft.name)
  if (draft.opensAt >= draft.drawsAt) {
    throw badInput(
      'drawsAt',
      `must be later than opensAt ${formatInstant(draft.opensAt)}`,
      formatInstant(draft.drawsAt),
    )
  }
  if (draft.game !== null) checkText('game', draft.game)
  if (draft.gameType !== null) checkText('gameType', draft.gameType)
  checkTicketRule(draft)
  checkCount('winsPerPlayer', draft.winsPerPlayer, WINS_PER_PLAYER_MAX)
  checkPrizes(draft)
  if (draft.entropyLabel !== null) checkText('entropyLabel', draft.entropyLabel, ENTROPY_LABEL_MAX)
}

function checkTicketRule({ eventTypes, stakePerTicket, maxTicketsPerPlayer: cap, milestones }: DrawDraft): void {
  if (eventTypes.length === 0 || eventTypes.length > EVENT_TYPES_MAX) {
    throw badInput('eventTypes', `must name 1 to ${EVENT_TYPES_MAX} event types`, eventTypes.length)
  }
  for (const type of eventTypes) checkText('eventTypes', type)
  if (stakePerTicket !== null && (stakePerTicket <= 0n || stakePerTicket > AMOUNT_MAX)) {
    const most = formatMoney(AMOUNT_MAX, 0)
    throw badInput('stakePerTicket', `must be above 0 and at most ${most}`, formatMoney(stakePerTicket))
  }
  if (cap !== null) checkCount('maxTicketsPerPlayer', cap, TICKETS_MAX)
  if (milestones.length > MILESTONES_MAX) {
    throw badInput('milestones', `may be at most ${MILESTONES_MAX}`, milestones.length)
  }
  for (const milestone of milestones) checkCount('milestones', milestone, TICKETS_MAX)
  const twice = milestones.find((milestone, at) => milestones.indexOf(milestone) !== at)
  if (twice !== undefined) throw badInput('milestones', 'must differ from each other', twice)
}

export function checkPrizes({ prizes, defaultPrize }: Pick<DrawDraft, 'prizes' | 'defaultPrize'>): void {
  if (prizes.length === 0 || prizes.length > PRIZES_MAX) {
    throw badInput('prizes', `must be 1 to ${PRIZES_MAX}`, prizes.length)
  }
  prizes.forEach((prize, at) => {
    checkPrize(`prizes[${at}]`, prize)
  })
  const pieces = prizes.reduce((sum, { quantity }) => sum + quantity, 0)
  if (pieces > PRIZE_PIECES_MAX) throw badInput('prizes', `may be at most ${PRIZE_PIECES_MAX} pieces in all`, pieces)
  if (defaultPrize !== null) checkPrize('defaultPrize', defaultPrize)
}

function checkPrize(field: string, { name, value, quantity }: PrizeDraft): void {
  checkText(`${field}.name`, name)
  if (value < 0n || value > AMOUNT_MAX) {
    throw badInput(`${field}.value`, `must be from 0 to ${formatMoney(AMOUNT_MAX, 0)}`, formatMoney(value))
  }
  checkCount(`${field}.quantity`, quantity, PRIZE_PIECES_MAX)
}

function checkCount(field: string, count: number, max: number): void {
  if (!Number.isInteger(count) || count < 1 || count > max) throw badInput(field, `must be from 1 to ${max}`, count)
}

export function checkText(field: string, value: string, max = TEXT_MAX): void {
  if (value.trim() === '' || value.length > max) throw badInput(field, `must have 1 to ${max} characters`, value)
  if (!value.isWellFormed() || value.includes('\0')) {
    throw badInput(field, 'holds a character that cannot be stored', value)
  }
}

/** What a checked draft means. */
export const rulesOf = (draft: DrawDraft): DrawRules => ({
  ...draft,
  ...ranked(draft),
  milestones: draft.milestones.toSorted((a, b) => a - b),
})

export const ranked = ({ prizes, defaultPrize }: Pick<DrawDraft, 'prizes' | 'defaultPrize'>) => ({
  prizes: prizes.map((prize, at): Prize => ({ ...prize, rank: at + 1 })),
  defaultPrize: defaultPrize && { ...defaultPrize, rank: prizes.length + 1 },
})

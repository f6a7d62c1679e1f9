import type { AwardOutcome, DrawStatus, PrizeKind } from '../api/schema.generated'
import type { Tone } from '../parts/badge'
import { countText, moneyText } from '../parts/numbers'
import type { DrawFactsFragment, DrawPrizeFragment } from './draws.generated'

export const STATUS_WORDS: Readonly<Record<DrawStatus, string>> = {
  OPEN: 'open',
  CLOSING: 'closing',
  SCHEDULED: 'scheduled',
  DRAWN: 'drawn',
  CANCELLED: 'cancelled',
}

export const STATUS_TONES: Readonly<Record<DrawStatus, Tone>> = {
  OPEN: 'good',
  CLOSING: 'warn',
  SCHEDULED: 'accent',
  DRAWN: 'plain',
  CANCELLED: 'bad',
}

export const KIND_WORDS: Readonly<Record<PrizeKind, string>> = {
  CASH: 'cash',
  BONUS: 'bonus',
  FREE_SPINS: 'free spins',
  MESSAGE: 'message',
}

export const OUTCOME_WORDS: Readonly<Record<AwardOutcome, string>> = {
  PRIZE: 'prize',
  DEFAULT: 'default prize',
  NO_PRIZE: 'no prize',
}

/** In an address, where a draw's id would stand: none has a ~. */
export const NEW = '~new'

const BACKFILL = 'backfill'
const ENTROPY = 'entropy'

/** All that a closing draw can wait for, told apart: streams go by their names. */
export function waits(waitingFor: readonly string[]) {
  return {
    streams: waitingFor.filter(name => name !== ENTROPY && name !== BACKFILL),
    backfill: waitingFor.includes(BACKFILL),
    entropy: waitingFor.includes(ENTROPY),
  }
}

/** In a few words, for a list. */
export function waitingText(waitingFor: readonly string[]): string {
  const { streams, backfill, entropy } = waits(waitingFor)
  const parts = [
    streams.length > 0 ? `${streams.length === 1 ? 'stream' : 'streams'} ${streams.join(', ')}` : '',
    backfill ? 'counting earlier events' : '',
    entropy ? 'public randomness' : '',
  ].filter(part => part !== '')
  return parts.length > 0 ? parts.join(', ') : 'nothing: being drawn'
}

/** "500.00" of cash, "20" spins, nothing for a message. */
export function prizeValueText({ kind, value }: Pick<DrawPrizeFragment, 'kind' | 'value'>): string {
  if (kind === 'MESSAGE') return '-'
  return kind === 'FREE_SPINS' ? `${moneyText(value).replace(/\.00$/, '')} spins` : moneyText(value)
}

export function countedStakesText({ stakePerTicket, eventTypes, game, gameType }: DrawFactsFragment): string {
  if (stakePerTicket === null) return 'none: tickets are granted only'
  const where = [game === null ? '' : `game ${game}`, gameType === null ? '' : `game type ${gameType}`]
  return [eventTypes.join(', '), ...where.filter(part => part !== '')].join(' · ')
}

/** "1 ticket", "7 tickets" */
export const counted = (count: number, noun: string): string => `${countText(count)} ${noun}${count === 1 ? '' : 's'}`

export const limitText = (limit: number | null): string => (limit === null ? 'no limit' : countText(limit))
export const isOver = (status: DrawStatus): boolean => status === 'DRAWN' || status === 'CANCELLED'
export const takesTickets = (status: DrawStatus): boolean => status === 'SCHEDULED' || status === 'OPEN'

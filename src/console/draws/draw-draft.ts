import type { DrawInput } from '../api/schema.generated'
import { instantTyped, localInput } from '../parts/times'
import type { DrawFactsFragment } from './draws.generated'
import { draftOfPrize, inputOfPrize, newPrize, type PrizeDraft } from './prize-draft'

/** A draw as it is typed: every field holds the text of its input. */
export interface DrawDraft {
  readonly id: string
  readonly name: string
  readonly opensAt: string
  readonly drawsAt: string
  readonly game: string
  readonly gameType: string
  readonly eventTypes: string
  readonly stakePerTicket: string
  readonly maxTicketsPerPlayer: string
  readonly optInRequired: boolean
  readonly winsPerPlayer: string
  readonly milestones: string
  readonly prizes: readonly PrizeDraft[]
  readonly defaultPrize: PrizeDraft | null
  readonly entropyLabel: string
}

const WEEK_MS = 7 * 86_400_000

export const newDraw = (now: number): DrawDraft => ({
  id: '',
  name: '',
  opensAt: localInput(new Date(now).toISOString()),
  drawsAt: localInput(new Date(now + WEEK_MS).toISOString()),
  game: '',
  gameType: '',
  eventTypes: 'bet',
  stakePerTicket: '10',
  maxTicketsPerPlayer: '',
  optInRequired: false,
  winsPerPlayer: '1',
  milestones: '1, 10, 50, 100',
  prizes: [newPrize()],
  defaultPrize: null,
  entropyLabel: '',
})

export const draftOfDraw = (draw: DrawFactsFragment): DrawDraft => ({
  id: draw.id,
  name: draw.name,
  opensAt: localInput(draw.opensAt),
  drawsAt: localInput(draw.drawsAt),
  game: draw.game ?? '',
  gameType: draw.gameType ?? '',
  eventTypes: draw.eventTypes.join(', '),
  stakePerTicket: draw.stakePerTicket ?? '',
  maxTicketsPerPlayer: draw.maxTicketsPerPlayer === null ? '' : String(draw.maxTicketsPerPlayer),
  optInRequired: draw.optInRequired,
  winsPerPlayer: String(draw.winsPerPlayer),
  milestones: draw.milestones.join(', '),
  prizes: draw.prizes.map(draftOfPrize),
  defaultPrize: draw.defaultPrize && draftOfPrize(draw.defaultPrize),
  entropyLabel: draw.entropyLabel ?? '',
})

/** `before`: the draw that is edited. */
export const inputOfDraft = (draft: DrawDraft, before: DrawFactsFragment | null): DrawInput => ({
  id: draft.id.trim(),
  name: draft.name.trim(),
  opensAt: instantTyped(draft.opensAt, before?.opensAt ?? null) ?? '',
  drawsAt: instantTyped(draft.drawsAt, before?.drawsAt ?? null) ?? '',
  game: textOrNull(draft.game),
  gameType: textOrNull(draft.gameType),
  eventTypes: parts(draft.eventTypes),
  stakePerTicket: textOrNull(draft.stakePerTicket),
  maxTicketsPerPlayer: draft.maxTicketsPerPlayer === '' ? null : Number(draft.maxTicketsPerPlayer),
  optInRequired: draft.optInRequired,
  winsPerPlayer: Number(draft.winsPerPlayer),
  milestones: parts(draft.milestones).map(Number),
  prizes: draft.prizes.map(inputOfPrize),
  defaultPrize: draft.defaultPrize && inputOfPrize(draft.defaultPrize),
  entropyLabel: textOrNull(draft.entropyLabel),
})

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

const parts = (text: string): string[] =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')

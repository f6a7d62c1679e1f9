import { type DrawDraft, draftOfDraw, inputOfDraft } from './draw-draft'
import type { DrawFactsFragment } from './draws.generated'

/** What a draw's terms are called, in its form and beside it. */
export const TERM_WORDS = {
  id: 'Id',
  name: 'Name',
  opensAt: 'Opens',
  drawsAt: 'Draw time',
  game: 'Game',
  gameType: 'Game type',
  eventTypes: 'Events that are stakes',
  stakePerTicket: 'Stake for a ticket',
  maxTicketsPerPlayer: 'Most tickets for a player',
  optInRequired: 'Opt-in',
  winsPerPlayer: 'Most wins for a player',
  milestones: 'Milestones',
  prizes: 'Prizes',
  defaultPrize: 'Default prize',
  entropyLabel: 'What the draw waits for',
} as const satisfies Readonly<Record<keyof DrawDraft, string>>

type Term = keyof typeof TERM_WORDS

/** Which of them are not the same any more. */
export function changedTerms(before: DrawFactsFragment, now: DrawFactsFragment): Term[] {
  const [one, other] = [before, now].map(draw => inputOfDraft(draftOfDraw(draw), draw))
  return (Object.keys(TERM_WORDS) as Term[]).filter(
    term => JSON.stringify(one?.[term]) !== JSON.stringify(other?.[term]),
  )
}

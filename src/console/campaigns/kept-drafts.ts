import type { CampaignWholeFragment } from './campaigns.generated'
import type { Draft } from './draft'

export interface Held {
  /** What the draft was made from; null for a new campaign. */
  readonly base: CampaignWholeFragment | null
  /** Before anything was changed. */
  readonly first: Draft
  readonly draft: Draft
}

/** Drafts outlive their page, so that a look at another one loses nothing. By who wrote them, and the campaign. */
const kept = new Map<string, Held>()
/** Those of them that could still be saved: others are mere trials. */
const unsaved = new Set<string>()

export const keptDraft = (key: string): Held | undefined => kept.get(key)

export function keep(key: string, held: Held, maySave: boolean): void {
  kept.set(key, held)
  if (maySave) unsaved.add(key)
  warnWhileUnsaved()
}

export function forget(key: string): void {
  kept.delete(key)
  unsaved.delete(key)
  warnWhileUnsaved()
}

/** Asks before the tab is closed with any of them, whatever page is open. */
function warnWhileUnsaved(): void {
  if (unsaved.size > 0) window.addEventListener('beforeunload', warn)
  else window.removeEventListener('beforeunload', warn)
}

const warn = (event: BeforeUnloadEvent): void => event.preventDefault()

import { useEffect, useState } from 'preact/hooks'
import { useCan, useSession } from '../session/session'
import type { CampaignWholeFragment } from './campaigns.generated'
import { type Draft, draftOf, equal, newDraft } from './draft'
import { forget, type Held, keep, keptDraft } from './kept-drafts'

export interface DraftState extends Held {
  /** The version that a save replaces; 0 for a new campaign. */
  readonly baseVersion: number
  readonly isChanged: boolean
  /** What somebody else saved while this draft was written. */
  readonly newer: CampaignWholeFragment | null
  readonly change: (changes: Partial<Draft>) => void
  /** Back to what is saved, without the changes. */
  readonly restart: (campaign: CampaignWholeFragment | null) => void
  /** The changes stay, and the next save replaces `newer`. */
  readonly keep: () => void
}

function fresh(base: CampaignWholeFragment | null): Held {
  const first = base === null ? newDraft(Date.now()) : draftOf(base)
  return { base, first, draft: first }
}

const isChanged = ({ first, draft }: Held): boolean => !equal(draft, first)

/** Follows what is saved as long as nothing is lost by it. */
function followed(held: Held, saved: CampaignWholeFragment | null): Held {
  if (saved === null || held.base === null || saved.version <= held.base.version) return held
  const first = draftOf(saved)
  if (!isChanged(held) || equal(held.draft, first)) return fresh(saved)
  const { enabled } = first
  const isOnlySwitched = equal({ ...held.first, enabled }, first)
  return isOnlySwitched ? { base: saved, first, draft: { ...held.draft, enabled } } : held
}

/** `saved`: the campaign as it stands now, again and again; null where a new one is written. */
export function useDraft(saved: CampaignWholeFragment | null): DraftState {
  const key = `${useSession()?.sub}/${saved?.id ?? ''}`
  const [chosen, setChosen] = useState(() => keptDraft(key) ?? fresh(saved))
  const maySave = useCan('crm')
  const held = followed(chosen, saved)
  const changed = isChanged(held)
  useEffect(() => {
    if (held !== chosen) setChosen(held)
    if (changed) keep(key, held, maySave)
    else forget(key)
  }, [held])
  const newer = saved !== null && saved.version > (held.base?.version ?? 0) ? saved : null
  return {
    ...held,
    baseVersion: held.base?.version ?? 0,
    isChanged: changed,
    newer,
    change: changes =>
      setChosen(before => {
        const now = followed(before, saved)
        return { ...now, draft: { ...now.draft, ...changes } }
      }),
    restart: campaign => {
      forget(key)
      setChosen(fresh(campaign))
    },
    keep: () => setChosen({ ...fresh(newer), draft: held.draft }),
  }
}

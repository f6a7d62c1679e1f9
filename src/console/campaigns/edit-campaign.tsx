import { notify } from '../parts/notices'
import { Time } from '../parts/time'
import { useCan } from '../session/session'
import { href } from '../shell/route'
import type { CampaignWholeFragment } from './campaigns.generated'
import { Editor } from './editor'
import { type DraftState, useDraft } from './use-draft'

interface EditCampaignProps {
  readonly campaign: CampaignWholeFragment
  readonly reload: () => void
}

export function EditCampaign({ campaign, reload }: EditCampaignProps) {
  const state = useDraft(campaign)
  const maySave = useCan('crm')
  const saved = (next: CampaignWholeFragment) => {
    notify(`${next.name} is saved as version ${next.version}, and ${next.enabled ? 'on' : 'off'}.`)
    state.restart(next)
    reload()
  }
  return (
    <div class="stack">
      {maySave && state.newer !== null && <Overtaken state={state} newer={state.newer} />}
      <Editor state={state} onSaved={saved} onConflict={reload} />
    </div>
  )
}

interface OvertakenProps {
  readonly state: DraftState
  readonly newer: CampaignWholeFragment
}

/** Two wrote at the same time: nothing is lost, and the one who comes second decides. */
function Overtaken({ state, newer }: OvertakenProps) {
  return (
    <section class="card stack tight campaign-overtaken" role="alert">
      <h2>Somebody else saved this campaign meanwhile</h2>
      <p>
        {newer.updatedBy} saved version {newer.version} at <Time at={newer.updatedAt} seconds />; you began from version{' '}
        {state.baseVersion}. Your text is still here, and not saved.{' '}
        <a href={href('campaigns', newer.id, 'versions')}>See what they changed</a>
      </p>
      <div class="row">
        <button type="button" onClick={state.keep}>
          Keep my text
        </button>
        <button type="button" onClick={() => state.restart(newer)}>
          Take version {newer.version}, drop my text
        </button>
      </div>
      <p class="muted small">Kept, your text replaces version {newer.version} as soon as you save.</p>
    </section>
  )
}

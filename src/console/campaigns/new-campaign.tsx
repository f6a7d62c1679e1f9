import { notify } from '../parts/notices'
import { Empty } from '../parts/states'
import { useCan } from '../session/session'
import { go, href } from '../shell/route'
import type { CampaignWholeFragment } from './campaigns.generated'
import { Editor } from './editor'
import { useDraft } from './use-draft'

export function NewCampaign() {
  const maySave = useCan('crm')
  const draft = useDraft(null)
  const saved = (campaign: CampaignWholeFragment) => {
    notify(`${campaign.name} is saved, and ${campaign.enabled ? 'on' : 'off'}.`)
    draft.restart(null)
    go('campaigns', campaign.id)
  }
  return (
    <div class="stack">
      <p class="small">
        <a href={href('campaigns')}>All campaigns</a>
      </p>
      <h1>New campaign</h1>
      {maySave ? (
        <Editor state={draft} onSaved={saved} onConflict={() => undefined} />
      ) : (
        <Empty title="Campaigns are written by the roles crm and admin">
          You may read and preview those that are there.
        </Empty>
      )}
    </div>
  )
}

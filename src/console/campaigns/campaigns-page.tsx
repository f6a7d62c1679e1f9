import type { PageProps } from '../shell/page'
import { CampaignList } from './campaign-list'
import { CampaignPage } from './campaign-page'
import './campaigns.css'
import { NEW } from './draft'
import { NewCampaign } from './new-campaign'

/** What players get an offer for: all campaigns, or one of them, or a new one. */
export default function CampaignsPage({ rest: [id, ...part] }: PageProps) {
  if (id === undefined) return <CampaignList />
  if (id === NEW) return <NewCampaign />
  return <CampaignPage key={id} id={id} part={part} />
}

import { useRef } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { type CampaignStandingFragment, CampaignStandingsDocument } from './campaigns.generated'

const EVERY_MS = 2_500
const FIRST_MAX = 500

export interface Standings {
  /** As it stands now. */
  readonly now: (campaign: CampaignStandingFragment) => CampaignStandingFragment
  /** Of each campaign that was seen, whatever the list shows by now; of others the id. */
  readonly nameOf: (id: string) => string
  /** Campaigns were saved since the list was read, and are not in it. */
  readonly isOutdated: boolean
  readonly reload: () => void
}

/** The figures of a list's campaigns, again and again; the list itself stays as it is, so that nothing moves. */
export function useStandings(
  listed: readonly CampaignStandingFragment[],
  filter: { readonly enabled: boolean | null; readonly game: string | null },
): Standings {
  const first = Math.min(Math.max(listed.length, 1), FIRST_MAX)
  const { data, reload } = useQuery(CampaignStandingsDocument, { ...filter, first }, { everyMs: EVERY_MS })
  const newest = useRef(new Map<string, CampaignStandingFragment>())
  for (const campaign of listed) if (!newest.current.has(campaign.id)) newest.current.set(campaign.id, campaign)
  for (const campaign of data?.campaigns.nodes ?? []) newest.current.set(campaign.id, campaign)
  const ids = new Set(listed.map(({ id }) => id))
  return {
    now: campaign => newer(campaign, newest.current.get(campaign.id)),
    nameOf: id => newest.current.get(id)?.name ?? id,
    isOutdated: listed.length > 0 && (data?.campaigns.nodes.some(({ id }) => !ids.has(id)) ?? false),
    reload,
  }
}

const newer = (listed: CampaignStandingFragment, found: CampaignStandingFragment | undefined) =>
  found === undefined || found.version < listed.version ? listed : found

import type { ApiClient, GraphqlAnswer } from '../support/client.js'

/** As a CRM writes it. */
export interface CampaignInput {
  id: string
  name: string
  enabled?: boolean
  game: string
  eventName: string
  startsAt?: string | null
  endsAt?: string | null
  filter: string
  offer?: unknown
  maxTriggersPerPlayer?: number | null
  cooldown?: string | null
  expectedVersion?: number | null
}

export interface ApiCampaign {
  id: string
  version: number
  enabled: boolean
  disabledReason: string | null
  updatedBy: string
  stats: ApiStats
}

export interface ApiStats {
  triggers: number
  players: number
  suppressed: number
  filterErrors: number
  lastTriggeredAt: string | null
  lastFilterError: string | null
}

export interface ApiTrigger {
  id: string
  campaignId: string
  campaignVersion: number
  playerId: string
  event: { eventId: string; occurredAt: string }
  offer: unknown
  triggeredAt: string
  feedCursor: string
}

export const STATS = 'triggers players suppressed filterErrors lastTriggeredAt lastFilterError'
export const CAMPAIGN = `id version enabled disabledReason updatedBy stats { ${STATS} }`
export const TRIGGER =
  'id campaignId campaignVersion playerId event { eventId occurredAt } offer triggeredAt feedCursor'

/** Open all the time that events of these tests are of. */
export const inputOf = (input: Partial<CampaignInput> & { id: string }): CampaignInput => ({
  name: input.id,
  game: 'foe',
  eventName: 'fight',
  startsAt: '2020-01-01T00:00:00Z',
  endsAt: '2030-01-01T00:00:00Z',
  filter: 'event => true',
  ...input,
})

type Token = Promise<string>

export const trySave = (
  client: ApiClient,
  input: Partial<CampaignInput> & { id: string },
  token?: Token,
): Promise<GraphqlAnswer<{ saveCampaign: ApiCampaign }>> =>
  client.graphql(
    `mutation ($input: CampaignInput!) { saveCampaign(input: $input) { ${CAMPAIGN} } }`,
    { input: inputOf(input) },
    token,
  )

export async function save(client: ApiClient, input: Partial<CampaignInput> & { id: string }): Promise<ApiCampaign> {
  const { data, errors } = await trySave(client, input)
  if (data === undefined || errors) throw new Error(JSON.stringify(errors))
  return data.saveCampaign
}

export async function setEnabled(client: ApiClient, id: string, enabled: boolean): Promise<ApiCampaign> {
  const { setCampaignEnabled } = await client.data<{ setCampaignEnabled: ApiCampaign }>(
    `mutation ($id: ID!, $enabled: Boolean!) { setCampaignEnabled(id: $id, enabled: $enabled) { ${CAMPAIGN} } }`,
    { id, enabled },
  )
  return setCampaignEnabled
}

export async function campaignOf(client: ApiClient, id: string): Promise<ApiCampaign> {
  const { campaign } = await client.data<{ campaign: ApiCampaign }>(
    `query ($id: ID!) { campaign(id: $id) { ${CAMPAIGN} } }`,
    { id },
  )
  return campaign
}

export const statsOf = async (client: ApiClient, id: string): Promise<ApiStats> => (await campaignOf(client, id)).stats

export interface TriggerFilter {
  campaignId?: string
  playerId?: string
  from?: string
  to?: string
}

/** Every trigger that matches, oldest first, page by page as a client reads them. */
export async function allTriggers(client: ApiClient, filter: TriggerFilter = {}, first = 500): Promise<ApiTrigger[]> {
  const triggers: ApiTrigger[] = []
  let after: string | null = null
  for (;;) {
    const { campaignTriggers }: TriggersPage = await client.data<TriggersPage>(
      `query ($campaignId: ID, $playerId: ID, $from: DateTime, $to: DateTime, $first: Int!, $after: String) {
         campaignTriggers(campaignId: $campaignId, playerId: $playerId, from: $from, to: $to, first: $first, after: $after) {
           nodes { ${TRIGGER} } pageInfo { hasNextPage endCursor } totalCount } }`,
      { ...filter, first, after },
    )
    triggers.push(...campaignTriggers.nodes)
    if (!campaignTriggers.pageInfo.hasNextPage) {
      if (triggers.length !== campaignTriggers.totalCount) {
        throw new Error(`the pages hold ${triggers.length} triggers, totalCount is ${campaignTriggers.totalCount}`)
      }
      return triggers.reverse()
    }
    after = campaignTriggers.pageInfo.endCursor
  }
}

interface TriggersPage {
  campaignTriggers: {
    nodes: ApiTrigger[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
    totalCount: number
  }
}

/** Which events triggered the campaign, oldest trigger first. */
export const triggeredBy = async (client: ApiClient, campaignId: string): Promise<string[]> =>
  (await allTriggers(client, { campaignId })).map(trigger => trigger.event.eventId)

export interface WireFight {
  event_id: string
  player_id: string
  event_type: string
  event_name: string | null
  game: string | null
  timestamp: string
  amount?: number
  data?: unknown
}

export const NOON = Date.UTC(2024, 4, 5, 12)

let ids = 0

/** An event of the campaigns' game and name, at noon where nothing else is said. */
export const fight = (event: Partial<WireFight> & { at?: number } = {}): WireFight => {
  const { at = NOON, ...rest } = event
  return {
    event_id: `fight-${++ids}`,
    player_id: 'p',
    event_type: 'progress',
    event_name: 'fight',
    game: 'foe',
    timestamp: new Date(at).toISOString(),
    ...rest,
  }
}

export const feedCursor = async (client: ApiClient): Promise<string> =>
  (await client.data<{ feedCursor: string }>('{ feedCursor }')).feedCursor

export const FOLLOW = `subscription ($after: String) { campaignTriggered(after: $after) { ${TRIGGER} } }`

import type { ApiClient, GraphqlAnswer } from '../support/client.js'

export interface ApiPlayer {
  id: string
  firstSeenAt: string | null
  lastSeenAt: string | null
  suppressed: boolean
  suppression: { reason: string; since: string; until: string | null; by: string } | null
}

export const PLAYER = 'id firstSeenAt lastSeenAt suppressed suppression { reason since until by }'

const SUPPRESS = `mutation ($playerId: ID!, $reason: String!, $until: DateTime) {
  suppressPlayer(playerId: $playerId, reason: $reason, until: $until) { ${PLAYER} } }`
const LIFT = `mutation ($playerId: ID!, $reason: String!) {
  liftSuppression(playerId: $playerId, reason: $reason) { ${PLAYER} } }`

export interface Suppressing {
  playerId: string
  reason?: string
  until?: string | null
}

type Token = Promise<string>

export const trySuppress = (
  client: ApiClient,
  { reason = 'self-exclusion', ...rest }: Suppressing,
  token?: Token,
): Promise<GraphqlAnswer<{ suppressPlayer: ApiPlayer }>> => client.graphql(SUPPRESS, { reason, ...rest }, token)

export const tryLift = (
  client: ApiClient,
  playerId: string,
  reason = 'the exclusion is over',
  token?: Token,
): Promise<GraphqlAnswer<{ liftSuppression: ApiPlayer }>> => client.graphql(LIFT, { playerId, reason }, token)

export async function suppress(client: ApiClient, suppressing: Suppressing): Promise<ApiPlayer> {
  const { data, errors } = await trySuppress(client, suppressing)
  if (data === undefined || errors) throw new Error(JSON.stringify(errors))
  return data.suppressPlayer
}

export async function lift(client: ApiClient, playerId: string): Promise<ApiPlayer> {
  const { data, errors } = await tryLift(client, playerId)
  if (data === undefined || errors) throw new Error(JSON.stringify(errors))
  return data.liftSuppression
}

export async function playerOf(client: ApiClient, id: string, token?: Token): Promise<ApiPlayer | null> {
  const { player } = await client.data<{ player: ApiPlayer | null }>(
    `query ($id: ID!) { player(id: $id) { ${PLAYER} } }`,
    { id },
    token,
  )
  return player
}

export interface PlayerFilter {
  idPrefix?: string
  suppressed?: boolean
}

/** Every player that matches, page by page as a client reads them. */
export async function allPlayers(client: ApiClient, filter: PlayerFilter, first = 500): Promise<ApiPlayer[]> {
  const players: ApiPlayer[] = []
  let after: string | null = null
  for (;;) {
    const { players: page }: PlayersPage = await client.data<PlayersPage>(
      `query ($idPrefix: String, $suppressed: Boolean, $first: Int!, $after: String) {
         players(idPrefix: $idPrefix, suppressed: $suppressed, first: $first, after: $after) {
           nodes { ${PLAYER} } pageInfo { hasNextPage endCursor } } }`,
      { ...filter, first, after },
    )
    players.push(...page.nodes)
    if (!page.pageInfo.hasNextPage) return players
    after = page.pageInfo.endCursor
  }
}

interface PlayersPage {
  players: { nodes: ApiPlayer[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
}

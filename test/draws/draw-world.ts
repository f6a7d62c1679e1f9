import type { ApiClient } from '../support/client.js'

export interface DrawView {
  readonly id: string
  readonly status: string
  readonly ticketsTotal: number
  readonly playersTotal: number
  readonly backfilled: boolean
}

export interface WalletView {
  readonly playerId: string
  readonly optedIn: boolean
  readonly tickets: number
  readonly stakeTotal: string
  readonly distanceToNextTicket: string | null
  readonly lastMilestone: number | null
}

const DRAW = 'id status ticketsTotal playersTotal backfilled'
const WALLET = 'playerId optedIn tickets stakeTotal distanceToNextTicket lastMilestone'
const PRIZES = [{ name: 'A car', kind: 'BONUS', value: '20000', quantity: 1 }]

/** What a draw is made of where a test does not care. */
export const DRAW_INPUT = { name: 'A draw', prizes: PRIZES }

export async function createDraw(client: ApiClient, input: Record<string, unknown>): Promise<DrawView> {
  const { createDraw } = await client.data<{ createDraw: DrawView }>(
    `mutation ($input: DrawInput!) { createDraw(input: $input) { ${DRAW} } }`,
    { input: { ...DRAW_INPUT, ...input } },
  )
  return createDraw
}

export async function updateDraw(client: ApiClient, input: Record<string, unknown>): Promise<DrawView> {
  const { updateDraw } = await client.data<{ updateDraw: DrawView }>(
    `mutation ($input: DrawInput!) { updateDraw(input: $input) { ${DRAW} } }`,
    { input: { ...DRAW_INPUT, ...input } },
  )
  return updateDraw
}

export async function readDraw(client: ApiClient, id: string): Promise<DrawView> {
  const { draw } = await client.data<{ draw: DrawView }>(`query ($id: ID!) { draw(id: $id) { ${DRAW} } }`, { id })
  return draw
}

export async function wallet(client: ApiClient, drawId: string, playerId: string): Promise<WalletView> {
  const { ticketWallet } = await client.data<{ ticketWallet: WalletView }>(
    `query ($d: ID!, $p: ID!) { ticketWallet(drawId: $d, playerId: $p) { ${WALLET} } }`,
    { d: drawId, p: playerId },
  )
  return ticketWallet
}

export async function wallets(client: ApiClient, drawId: string, players: readonly string[]): Promise<WalletView[]> {
  const found: WalletView[] = []
  for (const player of players) found.push(await wallet(client, drawId, player))
  return found
}

export async function optIn(client: ApiClient, drawId: string, playerId: string): Promise<WalletView> {
  const { optIn } = await client.data<{ optIn: WalletView }>(
    `mutation ($d: ID!, $p: ID!) { optIn(drawId: $d, playerId: $p) { ${WALLET} } }`,
    { d: drawId, p: playerId },
  )
  return optIn
}

export async function grantTickets(client: ApiClient, input: Record<string, unknown>): Promise<WalletView> {
  const { grantTickets } = await client.data<{ grantTickets: WalletView }>(
    `mutation ($input: TicketGrantInput!) { grantTickets(input: $input) { ${WALLET} } }`,
    { input },
  )
  return grantTickets
}

/** Until what was staked before the draw was created has been counted. */
export async function backfilled(client: ApiClient, id: string): Promise<DrawView> {
  for (const until = Date.now() + 60_000; ; ) {
    const draw = await readDraw(client, id)
    if (draw.backfilled) return draw
    if (Date.now() > until) throw new Error(`draw ${id} is not backfilled: ${JSON.stringify(draw)}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

export interface MilestoneView {
  readonly player_id: string
  readonly milestone: number
}

/** As stored: each was told once if it is there once. */
export const milestonesOf = (
  db: { rows<Row>(statement: string, values?: readonly unknown[]): Promise<Row[]> },
  drawId: string,
): Promise<MilestoneView[]> =>
  db.rows('SELECT player_id, milestone FROM ticket_milestone WHERE draw_id = $1 ORDER BY 1, 2', [drawId])

import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Prize } from '../../src/draws/draw.js'
import type { ProofEntry } from '../../src/draws/proof.js'
import { formatInstant } from '../../src/kernel/time.js'
import type { ApiClient } from '../support/client.js'
import { drawnSlowly } from './drawn.js'
import { verifyDraw } from './verify-draw.js'

type Query = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>

export interface MadeView {
  readonly status: string
  readonly waitingFor: readonly string[]
  readonly ticketsTotal: number
  readonly playersTotal: number
  readonly drawnAt: string | null
}

const MADE = 'status waitingFor ticketsTotal playersTotal drawnAt'
const WITHIN_MS = 30_000

const drawBy = async (client: ApiClient, query: string, variables: Record<string, unknown>): Promise<MadeView> =>
  (await client.data<{ draw: MadeView }>(query, variables)).draw

export const drawOf = (client: ApiClient, id: string) =>
  drawBy(client, `query ($id: ID!) { draw(id: $id) { ${MADE} } }`, { id })

export const executeDraw = (client: ApiClient, id: string, force = false) =>
  drawBy(client, `mutation ($id: ID!, $force: Boolean!) { draw: executeDraw(id: $id, force: $force) { ${MADE} } }`, {
    id,
    force,
  })

export const provideEntropy = (client: ApiClient, id: string, value: string) =>
  drawBy(
    client,
    `mutation ($id: ID!, $value: String!) { draw: provideDrawEntropy(drawId: $id, value: $value) { ${MADE} } }`,
    { id, value },
  )

export const suppress = (client: ApiClient, playerId: string) =>
  client.data('mutation ($id: ID!) { suppressPlayer(playerId: $id, reason: "asked for it") { id } }', {
    id: playerId,
  })

/** Until the draw is as it has to be. */
export async function drawUntil(client: ApiClient, id: string, holds: (draw: MadeView) => boolean): Promise<MadeView> {
  for (const until = performance.now() + WITHIN_MS; ; await pause(50)) {
    const draw = await drawOf(client, id)
    if (holds(draw)) return draw
    if (performance.now() > until) throw new Error(`draw ${id} stays ${JSON.stringify(draw)}`)
  }
}

export const drawn = (client: ApiClient, id: string) => drawUntil(client, id, ({ status }) => status === 'DRAWN')

let stakes = 0

/** Draws have a game of their own here: stakes of one are none of another. */
export const stakeOf = (game: string, player: string, amount: string | number, at: number) => ({
  event_id: `stake-${stakes++}`,
  player_id: player,
  event_type: 'bet',
  game,
  amount: String(amount),
  timestamp: formatInstant(at),
})

export const proofFile = async (client: ApiClient, id: string): Promise<string> => {
  const response = await fetch(`${client.url}/draws/${id}/proof`)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8'])
  return response.text()
}

export interface StoredAward {
  readonly position: number
  readonly feed_id: number | null
  readonly player_id: string
  readonly entry_id: string
  readonly outcome: string
  readonly prize_rank: number | null
}

export const storedAwards = (query: Query, id: string) =>
  query<StoredAward>(
    `SELECT position::int, feed_id::int, player_id, entry_id, outcome, prize_rank FROM prize_award
     WHERE draw_number = (SELECT number FROM draw WHERE id = $1) ORDER BY position`,
    [id],
  )

export interface Header {
  readonly drawId: string
  readonly seed: string
  readonly entropy: string | null
  readonly winsPerPlayer: number
  readonly prizes: Prize[]
  readonly defaultPrize: Prize | null
  readonly excluded: number
}

/**
 * The draw's own file is verified by the program that anybody may run, and computed again as DESIGN.md says it; what is
 * stored is what the file says, and the feed tells of each award that was not withheld, once.
 */
export async function expectProven(client: ApiClient, query: Query, id: string) {
  const file = await proofFile(client, id)
  expect(verifyDraw(file)).toMatchObject({ code: 0, refused: '' })
  const [header, ...lines] = file
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line)) as [Header, ...ProofEntry[]]
  const entries = lines.filter(line => 'tickets' in line)
  const awards = lines.slice(entries.length)
  const chance = { seed: Buffer.from(header.seed, 'hex'), entropy: header.entropy ?? '' }
  const expected = drawnSlowly({ ...header, id: header.drawId }, entries, chance)
  expect(awards).toEqual(expected.map(award => ({ ...award, prize: award.prize?.rank ?? null })))
  const stored = await storedAwards(query, id)
  expect(stored.map(a => [a.position, a.entry_id, a.outcome, a.prize_rank])).toEqual(
    expected.map(a => [a.position, a.entryId, a.outcome, a.prize?.rank ?? null]),
  )
  const told = stored.filter(award => award.feed_id !== null).map(award => award.feed_id)
  const feed = await query<{ id: number }>("SELECT id::int FROM feed WHERE topic = 'draw.award' ORDER BY id")
  expect(told).toEqual(told.toSorted((a, b) => a! - b!))
  const inFeed = new Set(feed.map(item => item.id))
  expect(told.filter(id => !inFeed.has(id!))).toEqual([])
  return { file, header, entries, awards: stored }
}

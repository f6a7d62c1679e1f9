import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { ticketValue } from '../../src/draws/ticket-value.js'
import { type ApiClient, Collected, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation } from '../support/server.js'
import { Receiver } from '../webhooks/receiver.js'
import { createDraw } from './draw-world.js'

const DAY_MS = 86_400_000
const ME = 'player-1'
const PRIZES = [
  { name: 'A car', kind: 'BONUS', value: '20000' },
  { name: 'Cash', kind: 'CASH', value: '50.5', quantity: 2 },
]
const DRAW = {
  id: 'd',
  stakePerTicket: '10',
  prizes: PRIZES,
  milestones: [1, 5, 10],
  winsPerPlayer: 2,
  defaultPrize: { name: '5 spins', kind: 'FREE_SPINS', value: '5' },
}
/** By player, the stakes. */
const STAKES: Readonly<Record<string, string>> = {
  'player-1': '125',
  p2: '70',
  p3: '10',
  p4: '33.33',
  p5: '9.99',
  suppressed: '500',
}

interface Award {
  id: string
  playerId: string
  entryId: string
  outcome: string
  prize: { rank: number; name: string; kind: string; value: string; quantity: number } | null
  position: number
  ticket: { number: number; value: string }
  message: string
  feedCursor: string
}
const AWARD = `id drawId playerId entryId outcome prize { rank name kind value quantity } position
  ticket { number value } message awardedAt feedCursor`
const AWARDS = `query ($outcome: AwardOutcome, $playerId: ID, $first: Int! = 50, $after: String) {
  prizeAwards(drawId: "d", outcome: $outcome, playerId: $playerId, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { ${AWARD} } } }`
const AWARDED = `subscription ($drawId: ID, $playerId: ID, $after: String) {
  prizeAwarded(drawId: $drawId, playerId: $playerId, after: $after) { ${AWARD} } }`
const MILESTONES = `subscription ($drawId: ID, $playerId: ID, $after: String) {
  ticketMilestoneReached(drawId: $drawId, playerId: $playerId, after: $after) {
    drawId playerId milestone tickets reachedAt feedCursor } }`
const PROOF = `query ($first: Int! = 500, $after: String) { drawProof(drawId: "d") {
  algorithm seedHash seed entropyLabel entropy winsPerPlayer prizes { name } defaultPrize { name } entriesHash excluded
  entries(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { entryId tickets } } } }`
const WALLET = `query ($p: ID!) { ticketWallet(drawId: "d", playerId: $p) {
  entryId tickets bestTickets { number value } } }`
const EXECUTE = 'mutation { executeDraw(id: "d", force: true) { status waitingFor drawnAt ticketsTotal playersTotal } }'
const ENTROPY = 'mutation { provideDrawEntropy(drawId: "d", value: "c0ffee") { status waitingFor } }'

interface Page {
  totalCount: number
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  nodes: Award[]
}
interface Proof {
  seedHash: string
  seed: string | null
  entropy: string | null
  entriesHash: string | null
  excluded: number
  entries: {
    totalCount: number
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
    nodes: { entryId: string; tickets: number }[]
  }
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')

describe.each(ENGINES)('the outcome of a draw on $name', engine => {
  const cleanup: (() => Promise<unknown>)[] = []
  let client: ApiClient
  let installation: TestInstallation
  afterEach(async () => {
    for (const clean of cleanup.splice(0).reverse()) await clean()
  })

  async function start(more: object = {}): Promise<void> {
    installation = await install(engine, { WEBHOOK_ALLOW_PRIVATE: 'true' })
    cleanup.push(() => installation.close())
    client = installation.client
    const now = Date.now()
    await createDraw(client, { ...DRAW, opensAt: new Date(now - DAY_MS), drawsAt: new Date(now + DAY_MS), ...more })
  }

  async function play(): Promise<void> {
    await client.data('mutation { suppressPlayer(playerId: "suppressed", reason: "test") { id } }')
    await stake(Object.entries(STAKES))
  }
  const stake = (stakes: readonly (readonly [string, string])[]) =>
    client.send(
      stakes.map(([player_id, amount]) => ({
        ...{ player_id, amount, event_type: 'bet', timestamp: new Date().toISOString() },
      })),
    )

  const awards = async (variables: object = {}, token?: Promise<string>): Promise<Page> =>
    (await client.data<{ prizeAwards: Page }>(AWARDS, { ...variables }, token)).prizeAwards
  const proof = async (variables: object = {}): Promise<Proof> =>
    (await client.data<{ drawProof: Proof }>(PROOF, { ...variables })).drawProof
  const follow = <T>(query: string, variables: Record<string, unknown>, role: 'crm' | 'player', at = client) => {
    const collected = new Collected<T>(at.socket(role), query, variables)
    cleanup.push(() => collected.close())
    return collected
  }
  const cursor = async () => (await client.data<{ feedCursor: string }>('{ feedCursor }')).feedCursor

  test('its awards, to everybody with a ticket, by position, in pages, by player and outcome', async () => {
    await start()
    await play()
    expect(await awards()).toEqual({ totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] })
    const { executeDraw } = await client.data<{ executeDraw: object }>(EXECUTE)
    expect(executeDraw).toMatchObject({ status: 'DRAWN', waitingFor: [], ticketsTotal: 23, playersTotal: 4 })
    const { nodes, totalCount } = await awards()
    expect(totalCount).toBe(nodes.length)
    expect(nodes.map(a => a.position)).toEqual(nodes.map(a => a.position).toSorted((a, b) => a - b))
    expect(nodes.slice(0, 3).map(a => [a.position, a.outcome, a.prize?.name, a.message])).toEqual([
      [1, 'PRIZE', 'A car', 'A car'],
      [2, 'PRIZE', 'Cash', 'Cash'],
      [3, 'PRIZE', 'Cash', 'Cash'],
    ])
    expect(nodes[1]!.prize).toEqual({ rank: 2, name: 'Cash', kind: 'CASH', value: '50.50', quantity: 2 })
    expect(new Set(nodes.map(a => a.playerId))).toEqual(new Set([ME, 'p2', 'p3', 'p4']))
    for (const award of nodes.slice(3)) expect(award).toMatchObject({ outcome: 'DEFAULT', message: '5 spins' })
    expect(new Set(nodes.map(a => a.feedCursor)).size).toBe(nodes.length)

    const paged: Award[] = []
    for (let after: string | null = null, more = true; more; ) {
      const page: Page = await awards({ first: 2, after })
      paged.push(...page.nodes)
      ;({ hasNextPage: more, endCursor: after } = page.pageInfo)
    }
    expect(paged).toEqual(nodes)
    const mine = nodes.filter(a => a.playerId === ME)
    expect(await awards({ playerId: ME }, tokenOf('player'))).toMatchObject({ totalCount: mine.length, nodes: mine })
    expect((await awards({ outcome: 'PRIZE' })).nodes).toEqual(nodes.slice(0, 3))
    expect(await awards({ playerId: 'suppressed' })).toMatchObject({ totalCount: 0 })
    expect((await client.data<{ executeDraw: object }>(EXECUTE)).executeDraw).toEqual(executeDraw)
    expect(await awards()).toMatchObject({ totalCount, nodes })
  })

  test('its proof: nothing of it before, and all of it afterwards, in pages', async () => {
    await start({ entropyLabel: 'round 7' })
    await play()
    const before = await proof()
    expect(before).toMatchObject({ seed: null, entropy: null, entriesHash: null, excluded: 0 })
    expect((await client.data<{ executeDraw: object }>(EXECUTE)).executeDraw).toMatchObject({
      ...{ status: 'CLOSING', waitingFor: ['entropy'], drawnAt: null },
    })
    const frozen = await proof()
    expect(frozen).toMatchObject({ seed: null, entropy: null, entries: { totalCount: 0, nodes: [] }, excluded: 1 })
    expect(frozen.entriesHash).toMatch(/^[0-9a-f]{64}$/)
    expect((await client.data<{ ticketWallet: object }>(WALLET, { p: ME })).ticketWallet).toMatchObject({
      bestTickets: [],
    })
    expect(await client.data(ENTROPY)).toEqual({ provideDrawEntropy: { status: 'DRAWN', waitingFor: [] } })
    const drawn = await proof()
    expect(drawn).toMatchObject({ ...frozen, seed: expect.any(String), entropy: 'c0ffee', entries: {} })
    expect(frozen.seedHash).toBe(before.seedHash)
    expect(sha256(Buffer.from(drawn.seed!, 'hex'))).toBe(before.seedHash)
    const { nodes } = drawn.entries
    expect(nodes.map(e => e.tickets).toSorted((a, b) => b - a)).toEqual([12, 7, 3, 1])
    expect(nodes.map(e => e.entryId)).toEqual(nodes.map(e => e.entryId).toSorted())
    expect(sha256(nodes.map(e => `${e.entryId} ${e.tickets}\n`).join(''))).toBe(drawn.entriesHash)
    const first = await proof({ first: 3 })
    expect(first.entries).toMatchObject({ totalCount: 4, nodes: nodes.slice(0, 3), pageInfo: { hasNextPage: true } })
    const rest = await proof({ first: 3, after: first.entries.pageInfo.endCursor })
    expect(rest.entries).toMatchObject({ nodes: nodes.slice(3), pageInfo: { hasNextPage: false } })

    const { ticketWallet } = await client.data<{
      ticketWallet: { entryId: string; tickets: number; bestTickets: { number: number; value: string }[] }
    }>(WALLET, { p: ME }, tokenOf('player'))
    const seed = Buffer.from(drawn.seed!, 'hex')
    const values = Array.from({ length: 12 }, (_, i) => ({
      number: i + 1,
      value: ticketValue(seed, 'd', 'c0ffee', ticketWallet.entryId, i + 1),
    }))
    expect(ticketWallet.bestTickets).toEqual(values.toSorted((a, b) => (a.value < b.value ? 1 : -1)).slice(0, 2))
  })

  test('prizeAwarded tells a player of its own, the CRM of all, live and again', async () => {
    await start()
    await play()
    const after = await cursor()
    const mine = follow<Award>(AWARDED, { playerId: ME }, 'player')
    const all = follow<Award>(AWARDED, { drawId: 'd', after }, 'crm')
    const wallet = follow<{ bestTickets: object[] }>(
      `subscription { walletChanged(drawId: "d", playerId: "${ME}") { bestTickets { number value } } }`,
      {},
      'player',
    )
    await wallet.until(({ length }) => length === 1)
    await client.data(EXECUTE)
    const { nodes } = await awards()
    await all.until(({ length }) => length === nodes.length)
    expect(all.items).toEqual(nodes)
    const theirs = nodes.filter(a => a.playerId === ME)
    await mine.until(({ length }) => length === theirs.length)
    expect(mine.items).toEqual(theirs)
    await wallet.until(items => items.at(-1)!.bestTickets.length === 2)
    const again = follow<Award>(AWARDED, { playerId: ME, after: theirs[0]!.feedCursor }, 'player')
    await again.until(({ length }) => length === theirs.length - 1)
    expect(again.items).toEqual(theirs.slice(1))
  })

  test('metrics tell of draws, their tickets, what they caused and how long they took', async () => {
    await start()
    await play()
    await client.data(EXECUTE)
    const { nodes } = await awards()
    const text = await (await fetch(`${client.url}/metrics`)).text()
    for (const line of [
      'tidemark_draws{status="DRAWN"} 1',
      'tidemark_draws{status="OPEN"} 0',
      'tidemark_draw_tickets{status="DRAWN"} 23',
      'tidemark_effects_total{kind="draw.milestone"} 7',
      `tidemark_effects_total{kind="draw.award"} ${nodes.length}`,
      ...['backfill', 'close', 'freeze', 'award'].map(step => `tidemark_draw_step_seconds_count{step="${step}"} 1`),
    ]) {
      expect(text).toContain(`${line}\n`)
    }
  })

  test('what is another player’s, or everybody’s, a player may not follow', async () => {
    await start()
    for (const query of [AWARDED, MILESTONES]) {
      for (const variables of [{}, { drawId: 'd' }, { playerId: 'another' }]) {
        const refused = follow<object>(query, variables, 'player')
        expect(JSON.stringify(await refused.end())).toContain('FORBIDDEN')
      }
    }
  })

  test('milestones come without a gap over reconnects to another node', async () => {
    await start()
    const other = await startNode(installation.database.url)
    cleanup.push(() => other.stop())
    const seen: { playerId: string; milestone: number; feedCursor: string }[] = []
    let after = await cursor()
    const mine = follow<{ milestone: number; tickets: number }>(MILESTONES, { playerId: ME }, 'player', other.client)
    const told = follow<object>('subscription { walletChanged(drawId: "d", playerId: "p") { tickets } }', {}, 'crm')
    await told.until(({ length }) => length === 1)
    await stake([[ME, '60']])
    for (let round = 0; round < 6; round++) {
      const follower = follow<(typeof seen)[0]>(
        MILESTONES,
        { drawId: 'd', after },
        'crm',
        [client, other.client][round % 2],
      )
      const wanted = round === 0 ? 2 : 3
      await follower.until(({ length }) => length >= wanted)
      seen.push(...follower.items)
      after = seen.at(-1)!.feedCursor
      await follower.close()
      // All three at once, while nobody follows.
      await stake([[`r${round}`, '100']])
    }
    expect(seen.map(m => `${m.playerId} ${m.milestone}`)).toEqual([
      ...[`${ME} 1`, `${ME} 5`],
      ...[0, 1, 2, 3, 4].flatMap(round => [1, 5, 10].map(milestone => `r${round} ${milestone}`)),
    ])
    expect(mine.items).toMatchObject([
      { milestone: 1, tickets: 6 },
      { milestone: 5, tickets: 6 },
    ])
  })

  test('webhooks carry milestones and awards, under the keys of the feed', async () => {
    await start()
    const receiver = await Receiver.open()
    cleanup.push(() => receiver.close())
    const input = { id: 'crm', url: receiver.url, topics: ['TICKET_MILESTONE', 'PRIZE_AWARDED'] }
    await client.data('mutation ($input: WebhookInput!) { saveWebhook(input: $input) { webhook { id } } }', { input })
    const after = await cursor()
    // Refused once: what is sent again has the same keys.
    receiver.behaviour = () => (receiver.requests.length === 1 ? 500 : 204)
    await play()
    await client.data(EXECUTE)
    const { nodes } = await awards()
    const milestones = follow<{ feedCursor: string }>(MILESTONES, { drawId: 'd', after }, 'crm')
    await milestones.until(({ length }) => length === 7)
    const expected = [...milestones.items, ...nodes]
    await receiver.until(({ distinctKeys }) => distinctKeys.size === expected.length)
    const refused = receiver.requests[0]!.json.items.map(item => item.key)
    await receiver.until(({ keys }) => refused.every(key => keys.indexOf(key) !== keys.lastIndexOf(key)))
    const sent = new Map(
      receiver.requests.flatMap(({ json }) => json.items.map(item => [item.key, { topic: json.topic, ...item }])),
    )
    expect(sent.size).toBe(expected.length)
    for (const payload of expected) {
      const topic = 'milestone' in payload ? 'TICKET_MILESTONE' : 'PRIZE_AWARDED'
      expect(sent.get(payload.feedCursor)).toEqual({
        ...{ topic, key: payload.feedCursor, feedCursor: payload.feedCursor, payload },
      })
    }
  })
})

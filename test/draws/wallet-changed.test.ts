import { afterEach, describe, expect, test } from 'vitest'
import type { Role } from '../../src/graphql/access.js'
import { type ApiClient, Collected } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { createDraw, grantTickets, optIn, updateDraw, type WalletView } from './draw-world.js'

const CHANGES = `subscription ($drawId: ID!, $playerId: ID!) {
  walletChanged(drawId: $drawId, playerId: $playerId) {
    drawId playerId entryId optedIn tickets stakeTotal distanceToNextTicket lastMilestone bestTickets { number value }
  }
}`
const CANCEL = 'mutation ($id: ID!) { cancelDraw(id: $id, reason: "a mistake") { status cancelReason } }'
const DAY_MS = 86_400_000
const ME = 'player-1'
const PLAYING = { opensAt: new Date(Date.now() - DAY_MS), drawsAt: new Date(Date.now() + DAY_MS), stakePerTicket: '10' }
const AHEAD = { ...PLAYING, opensAt: new Date(Date.now() + DAY_MS / 2) }

describe.each(ENGINES)('walletChanged on $name, on two nodes', engine => {
  let installation: TestInstallation
  let other: TestNode
  const open: Collected<unknown>[] = []
  afterEach(async () => {
    for (const collected of open.splice(0)) await collected.close()
    await other.stop()
    await installation.close()
  })

  async function start(input: Record<string, unknown>): Promise<ApiClient> {
    installation = await install(engine)
    other = await startNode(installation.database.url)
    await createDraw(installation.client, { id: 'd', ...input })
    return installation.client
  }

  function follow(client: ApiClient, role: Role, playerId = ME, drawId = 'd') {
    const collected = new Collected<WalletView>(client.socket(role), CHANGES, { drawId, playerId })
    open.push(collected)
    return collected
  }
  const bet = (amount: string, player_id = ME) => ({
    player_id,
    event_type: 'bet',
    amount,
    timestamp: new Date().toISOString(),
  })

  test('tells a player of what is staked and granted on the other one', async () => {
    const client = await start(PLAYING)
    const [mine, theirs] = [follow(client, 'player'), follow(other.client, 'crm')]
    await Promise.all([mine, theirs].map(collected => collected.until(({ length }) => length === 1)))
    expect(mine.items).toMatchObject([
      { drawId: 'd', playerId: ME, tickets: 0, stakeTotal: '0.00', distanceToNextTicket: '10.00', bestTickets: [] },
    ])
    expect(theirs.items).toEqual(mine.items)
    await other.client.send([bet('25'), bet('1000', 'somebody else')])
    await Promise.all([mine, theirs].map(collected => collected.until(({ length }) => length === 2)))
    expect(mine.items[1]).toMatchObject({ tickets: 2, stakeTotal: '25.00', distanceToNextTicket: '5.00' })
    expect(theirs.items[1]).toEqual(mine.items[1])
    await grantTickets(client, { drawId: 'd', playerId: ME, tickets: 9, source: 'mission', idempotencyKey: 'k' })
    await theirs.until(({ length }) => length === 3)
    expect(theirs.items[2]).toMatchObject({ tickets: 11, stakeTotal: '25.00', lastMilestone: 10 })
  })

  test('ends up with the newest state, whatever it skips', async () => {
    const client = await start(PLAYING)
    const mine = follow(client, 'player')
    await mine.until(({ length }) => length === 1)
    for (let i = 0; i < 40; i++) await other.client.send([bet('7')])
    await mine.until(items => items.at(-1)!.stakeTotal === '280.00')
    expect(mine.items.at(-1)).toMatchObject({ tickets: 28 })
    const tickets = mine.items.map(item => item.tickets)
    expect(tickets).toEqual(tickets.toSorted((a, b) => a - b))
    expect(new Set(mine.items.map(item => item.stakeTotal)).size).toBe(mine.items.length)
  })

  test('tells of an opt-in, of a change of the draw, and of its end', async () => {
    const client = await start({ ...AHEAD, optInRequired: true })
    const mine = follow(client, 'player')
    await mine.until(({ length }) => length === 1)
    await optIn(other.client, 'd', ME)
    await mine.until(({ length }) => length === 2)
    await updateDraw(other.client, { id: 'd', ...AHEAD, optInRequired: true, stakePerTicket: '20' })
    await mine.until(({ length }) => length === 3)
    await other.client.data(CANCEL, { id: 'd' })
    await mine.until(({ length }) => length === 4)
    expect(mine.items).toMatchObject([
      { optedIn: false, distanceToNextTicket: '10.00' },
      { optedIn: true, distanceToNextTicket: '10.00' },
      { optedIn: true, distanceToNextTicket: '20.00' },
      { optedIn: true, distanceToNextTicket: null },
    ])
  })

  test('is refused for another player, for other roles and for a draw that is not there', async () => {
    const client = await start(PLAYING)
    for (const [role, playerId, drawId, code] of [
      ['player', 'another', 'd', 'FORBIDDEN'],
      ['ingest', ME, 'd', 'FORBIDDEN'],
      ['analyst', ME, 'none', 'NOT_FOUND'],
      ['player', ME, 'none', 'NOT_FOUND'],
    ] as const) {
      const refused = follow(client, role, playerId, drawId)
      expect(JSON.stringify(await refused.end())).toContain(code)
      expect(refused.items).toEqual([])
    }
    for (const role of ['admin', 'crm', 'analyst'] as const) {
      await follow(client, role, 'another').until(({ length }) => length === 1)
    }
  })
})

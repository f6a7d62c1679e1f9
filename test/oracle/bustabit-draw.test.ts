import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { backfilled, createDraw, milestonesOf, readDraw, wallets } from '../draws/draw-world.js'
import { NodeProcess } from '../e2e/support/process.js'
import type { IngestAnswer } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { chunksOf, realData, shuffled } from './real-data.js'

interface ExpectedDraw {
  stake_per_ticket: string
  tickets_total: number
  players_with_tickets: number
  milestones: Record<string, number>
  top: { player_id: string; tickets: number; stake_total: string; distance_to_next: string }[]
}

const data = realData<{ events: number; draw: ExpectedDraw }>('bustabit')
const SEED = 20_161_113
const WRITERS = 4
const ID = 'bustabit'
const RANGE = { opensAt: '2016-01-01T00:00:00Z', drawsAt: '2017-01-01T00:00:00Z' }

describe.skipIf(data === null).each(ENGINES)('tickets of real stakes, on $name', engine => {
  const { lines, expected } = data!
  const { draw } = expected
  let installation: TestInstallation
  let node: NodeProcess | undefined
  afterEach(async () => {
    await node?.kill()
    node = undefined
    await installation.close()
  })

  const create = () =>
    createDraw(installation.client, {
      id: ID,
      ...RANGE,
      stakePerTicket: draw.stake_per_ticket,
      milestones: Object.keys(draw.milestones).map(Number),
    })

  async function send(events: readonly string[]): Promise<void> {
    const responses = await Promise.all(
      chunksOf(events, Math.ceil(events.length / WRITERS)).map(async chunk => {
        const response = await installation.client.post('/events', gzipSync(chunk.join('\n')), {
          'content-encoding': 'gzip',
        })
        return (await response.json()) as IngestAnswer
      }),
    )
    for (const { rejectedCount } of responses) expect(rejectedCount).toBe(0)
  }

  async function expectTickets(): Promise<void> {
    const { client, node: present } = installation
    expect(await readDraw(client, ID)).toMatchObject({
      ticketsTotal: draw.tickets_total,
      playersTotal: draw.players_with_tickets,
      backfilled: true,
    })
    const top = await wallets(
      client,
      ID,
      draw.top.map(player => player.player_id),
    )
    expect(top.map(w => [w.playerId, w.tickets, Number(w.stakeTotal), Number(w.distanceToNextTicket)])).toEqual(
      draw.top.map(p => [p.player_id, p.tickets, Number(p.stake_total), Number(p.distance_to_next)]),
    )
    const told = await milestonesOf(present.db, ID)
    const counts: Record<string, number> = {}
    for (const { milestone } of told) counts[milestone] = (counts[milestone] ?? 0) + 1
    expect(counts).toEqual(draw.milestones)
    expect(new Set(told.map(m => `${m.player_id} ${m.milestone}`)).size).toBe(told.length)
  }

  test('in the order of the file, and sent twice', async () => {
    installation = await install(engine)
    await create()
    await backfilled(installation.client, ID)
    await send(lines)
    await send(lines.slice(0, 5_000))
    await expectTickets()
  })

  test('shuffled, half of them stored before the draw is created, which happens while others come in', async () => {
    installation = await install(engine)
    const events = shuffled(lines, SEED)
    const half = Math.floor(events.length / 2)
    await send(events.slice(0, half))
    await Promise.all([send(events.slice(half)), create()])
    await backfilled(installation.client, ID)
    await expectTickets()
  })

  test('with the server killed again and again, while others of its players are written by another node', async () => {
    installation = await install(engine)
    await create()
    const start = () => NodeProcess.start({ DATABASE_URL: installation.database.url })
    const [killed, steady] = [shuffled(lines, SEED).slice(0, 20_000), shuffled(lines, SEED).slice(20_000)]
    const sending = send(steady)
    node = await start()
    for (const [at, chunk] of chunksOf(killed, 1_000).entries()) {
      const sent = node.client.send(chunk).catch(() => null)
      if (at % 4 !== 0) {
        await sent
        continue
      }
      await pause((at * 7) % 40)
      await node.kill()
      await sent
      node = await start()
      await node.client.send(chunk)
    }
    await sending
    await backfilled(installation.client, ID)
    await expectTickets()
  }, 120_000)
})

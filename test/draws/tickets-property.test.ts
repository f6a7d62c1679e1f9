import { afterEach, describe, expect, it } from 'vitest'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { backfilled, createDraw, grantTickets, milestonesOf, optIn, readDraw, wallet } from './draw-world.js'

const PLAYERS = Array.from({ length: 25 }, (_, n) => `p${n}`)
const GAMES = ['rocket', 'dice', 'wheel'] as const
const TYPES = ['bet', 'deposit', 'win', 'rollback'] as const
const ROUNDS = 3
const WRITERS = 4
const BODIES_A_WRITER = 12

interface Rules {
  readonly id: string
  readonly opensAt: number
  readonly drawsAt: number
  readonly game: string | null
  readonly gameType: string | null
  readonly eventTypes: string[]
  readonly stakePerTicket: string
  readonly maxTicketsPerPlayer: number | null
  readonly optInRequired: boolean
  readonly milestones: number[]
}

function random(seed: number) {
  let state = seed
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
  return { below, pick: <T>(items: readonly T[]): T => items[below(items.length)]! }
}

const cents = (amount: string): number => Math.round(Number(amount) * 100)

describe.each(ENGINES)('tickets, on $name', engine => {
  const cleanup: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const clean of cleanup.splice(0).reverse()) await clean()
  })

  async function world(): Promise<{ installation: TestInstallation; nodes: TestNode[] }> {
    const env = { INGEST_BATCH_EVENTS_MAX: '40', INGEST_LANES: '3' }
    const installation = await install(engine, env)
    cleanup.push(installation.close)
    const second = await startNode(installation.database.url, env)
    cleanup.push(second.stop)
    return { installation, nodes: [installation.node, second] }
  }

  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'are what a recount of the stored events gives, whatever the order, the writers and the opt-ins (%i)',
    async round => {
      const { below, pick } = random(20_261_121 + round)
      const { installation, nodes } = await world()
      const now = Date.now()
      const draws: Rules[] = Array.from({ length: 5 }, (_, n) => ({
        id: `d${n}`,
        opensAt: now - 1_000 * (60 + below(60)),
        drawsAt: now + 1_000 * (60 + below(120)),
        game: n === 1 ? pick(GAMES) : null,
        gameType: n === 2 ? 'slots' : null,
        eventTypes: n === 3 ? ['bet', 'deposit'] : ['bet'],
        stakePerTicket: pick(['7.5', '10', '33.33']),
        maxTicketsPerPlayer: n === 3 ? 12 : null,
        optInRequired: n === 4,
        milestones: [1, 3, 10],
      }))
      let made = 0
      const event = () => ({
        event_id: `e${below(10) === 0 && made > 0 ? below(made) : made++}`,
        player_id: pick(PLAYERS),
        event_type: pick(TYPES),
        amount: (below(4_000) / 100).toFixed(2),
        timestamp: new Date(now - 150_000 + below(400) * 1_000).toISOString(),
        game: pick(GAMES),
        game_type: pick(['slots', 'table']),
      })
      const write = async () => {
        for (let i = 0; i < BODIES_A_WRITER; i++) {
          await pick(nodes).client.send(Array.from({ length: 1 + below(60) }, event))
        }
      }
      const create = async (rules: Rules) => {
        const { opensAt, drawsAt, ...rest } = rules
        const times = { opensAt: new Date(opensAt).toISOString(), drawsAt: new Date(drawsAt).toISOString() }
        await createDraw(pick(nodes).client, { ...rest, ...times })
      }
      let granted = 0
      const takePart = async () => {
        for (let i = 0; i < 30; i++) {
          const client = pick(nodes).client
          if (below(2) === 0) await optIn(client, 'd4', pick(PLAYERS))
          else {
            const grant = { drawId: 'd0', playerId: pick(PLAYERS), tickets: 1 + below(4), source: 'test' }
            await grantTickets(client, { ...grant, idempotencyKey: `g${granted++}` })
          }
        }
      }
      await create(draws[0]!)
      await create(draws[4]!)
      await Promise.all([...Array.from({ length: WRITERS }, write), takePart(), create(draws[1]!)])
      await create(draws[2]!)
      await Promise.all([write(), write(), create(draws[3]!), takePart()])
      for (const { id } of draws) await backfilled(installation.client, id)
      for (const rules of draws) await expectRecount(installation, rules)
    },
    120_000,
  )

  async function expectRecount({ client, node }: TestInstallation, rules: Rules): Promise<void> {
    const events = await node.db.rows<{
      player_id: string
      event_type: string
      amount: string
      occurred_at: number
      game: string
      game_type: string
    }>('SELECT player_id, event_type, amount, occurred_at, game, game_type FROM player_event')
    const parts = await node.db.rows<{ player_id: string; opted_in_at: number | null; granted: number }>(
      `SELECT player_id, opted_in_at, granted FROM draw_entry
       WHERE draw_number = (SELECT number FROM draw WHERE id = $1)`,
      [rules.id],
    )
    const partOf = new Map(parts.map(part => [part.player_id, part]))
    const told = await milestonesOf(node.db, rules.id)
    let total = 0
    let players = 0
    for (const player of PLAYERS) {
      const part = partOf.get(player)
      const optedInAt = part?.opted_in_at ?? null
      const stake = events
        .filter(e => e.player_id === player && rules.eventTypes.includes(e.event_type))
        .filter(e => e.occurred_at >= rules.opensAt && e.occurred_at < rules.drawsAt)
        .filter(e => rules.game === null || e.game === rules.game)
        .filter(e => rules.gameType === null || e.game_type === rules.gameType)
        .filter(e => !rules.optInRequired || (optedInAt !== null && e.occurred_at >= optedInAt))
        .reduce((sum, e) => sum + cents(e.amount), 0)
      const step = cents(rules.stakePerTicket)
      const tickets = Math.min(Math.floor(stake / step) + (part?.granted ?? 0), rules.maxTicketsPerPlayer ?? 1_000_000)
      const seen = await wallet(client, rules.id, player)
      expect({ tickets: seen.tickets, stake: cents(seen.stakeTotal) }).toEqual({ tickets, stake })
      if (seen.distanceToNextTicket !== null) expect(cents(seen.distanceToNextTicket)).toBe(step - (stake % step))
      const reached = rules.milestones.filter(milestone => milestone <= tickets)
      expect(told.filter(m => m.player_id === player).map(m => m.milestone)).toEqual(reached)
      total += tickets
      if (tickets > 0) players++
    }
    expect(await readDraw(client, rules.id)).toMatchObject({ ticketsTotal: total, playersTotal: players })
  }
})

import { afterEach, describe, expect, test } from 'vitest'
import { Random } from '../../src/simulate/random.js'
import { ENGINES, makeDatabase } from '../support/engines.js'
import { checkBooks } from './support/books.js'
import { type Entry, Follower, idOf } from './support/follower.js'
import { NodeProcess } from './support/process.js'
import { type Bet, POLICIES, START, savePolicies } from './support/traffic.js'

const HOUR_MS = 3_600_000
const SLIDE_MS = HOUR_MS / 2
const SAVE = `mutation ($id: ID!, $threshold: Decimal!, $enabled: Boolean!) {
  saveVipPolicy(input: { id: $id, name: "VIP", threshold: $threshold, enabled: $enabled }) { version }
}`

interface Stake {
  readonly player: string
  readonly amount: number
  readonly at: number
}

/** What entries there should be, in their order, worked out without anything of ours. */
class Ledger {
  readonly entries: string[] = []
  private readonly stakes: Stake[] = []
  private policy = { version: 0, threshold: 0, enabled: false }

  change(version: number, threshold: number, enabled: boolean): void {
    this.policy = { version, threshold, enabled }
    if (!enabled) return
    const watermark = Math.max(...this.stakes.map(stake => stake.at))
    for (const player of [...new Set(this.stakes.map(stake => stake.player))].toSorted()) {
      for (const start of this.windows(player)) if (start + HOUR_MS > watermark) this.enter(player, start, null)
    }
  }

  bet(player: string, amount: number, at: number, eventId: string): void {
    this.stakes.push({ player, amount, at })
    if (!this.policy.enabled) return
    for (const start of this.windows(player)) {
      if (start <= at && at < start + HOUR_MS && this.sum(player, start) - amount <= this.policy.threshold) {
        this.enter(player, start, eventId)
      }
    }
  }

  private windows(player: string): number[] {
    const starts = this.stakes
      .filter(stake => stake.player === player)
      .flatMap(({ at }) => [Math.floor(at / SLIDE_MS) * SLIDE_MS - SLIDE_MS, Math.floor(at / SLIDE_MS) * SLIDE_MS])
    return [...new Set(starts)].toSorted((a, b) => a - b)
  }

  private sum(player: string, start: number): number {
    const counted = this.stakes.filter(s => s.player === player && s.at >= start && s.at < start + HOUR_MS)
    return counted.reduce((sum, stake) => sum + stake.amount, 0)
  }

  private enter(player: string, start: number, eventId: string | null): void {
    if (this.sum(player, start) <= this.policy.threshold) return
    const window = `${player} ${new Date(start).toISOString()} `
    if (this.entries.some(entry => entry.startsWith(window))) return
    this.entries.push(`${window}v${this.policy.version} ${eventId}`)
  }
}

const described = (e: Entry): string =>
  `${e.playerId} ${new Date(e.windowStart).toISOString()} v${e.policyVersion} ${e.crossingEventId}`

describe.each(ENGINES)('two server processes on one database of $name', engine => {
  const cleanup: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const clean of cleanup.splice(0).reverse()) await clean()
  })

  async function twoNodes() {
    const database = await makeDatabase(engine)
    cleanup.push(database.drop)
    const nodes = await Promise.all([start(database.url), start(database.url)])
    return { database, a: nodes[0], b: nodes[1] }
  }

  async function start(url: string): Promise<NodeProcess> {
    const node = await NodeProcess.start({ DATABASE_URL: url })
    cleanup.push(async () => expect(await node.kill('SIGTERM')).toEqual({ code: 0, signal: null }))
    return node
  }

  async function follow(node: NodeProcess): Promise<Follower> {
    const { feedCursor } = await node.client.data<{ feedCursor: string }>('{ feedCursor }')
    const follower = new Follower({ url: async () => node.url, after: feedCursor })
    cleanup.push(() => follower.close())
    return follower
  }

  test('policies changed on one, events into the other, a subscriber on the first', async () => {
    const { a, b, database } = await twoNodes()
    const random = new Random(`policies ${engine.name}`)
    const ledger = new Ledger()
    const follower = await follow(a)
    for (let round = 0; round < 40; round++) {
      const threshold = [100, 500, 1_000][random.below(3)]!
      const enabled = random.below(6) > 0
      const { saveVipPolicy } = await a.client.data<{ saveVipPolicy: { version: number } }>(SAVE, {
        id: 'vip',
        threshold: String(threshold),
        enabled,
      })
      ledger.change(saveVipPolicy.version, threshold, enabled)
      for (let n = 0; n < 3; n++) {
        const [player, amount, at] = [
          `p${random.below(6)}`,
          1 + random.below(900),
          START + round * SLIDE_MS + n * 60_000,
        ]
        const event_id = `${round}-${n}`
        await b.client.send([
          { player_id: player, event_id, event_type: 'bet', amount, timestamp: new Date(at).toISOString() },
        ])
        ledger.bet(player, amount, at, event_id)
      }
    }
    expect(ledger.entries.length).toBeGreaterThan(50)
    const { feedCursor } = await b.client.data<{ feedCursor: string }>('{ feedCursor }')
    await follower.untilId(idOf(feedCursor))
    expect(follower.entries.map(described)).toEqual(ledger.entries)
    expect(follower.ids).toEqual(ledger.entries.map((_, i) => i + 1))
    const [{ count }] = (await database.query<{ count: string }>('SELECT count(*) FROM vip_entry')) as [
      { count: string },
    ]
    expect(Number(count)).toBe(ledger.entries.length)
  })

  test('both ingest the same players at once, in different panes', async () => {
    const { a, b, database } = await twoNodes()
    await savePolicies(a.client)
    const [onA, onB] = [await follow(a), await follow(b)]
    const random = new Random(`panes ${engine.name}`)
    const sent: Bet[] = []
    for (let round = 0; round < 60; round++) {
      const batches = [0, 1, 0, 1].map((side, part) =>
        Array.from({ length: 40 }, (_, i) => ({
          event_id: `${round}-${part}-${i}`,
          player_id: `p${Math.floor(round / 4)}-${random.below(20)}`,
          event_type: 'bet' as const,
          amount: 1 + random.below(150),
          timestamp: new Date(START + (side * 5 + 10 * random.below(9)) * 60_000 + random.below(300_000)).toISOString(),
          session_id: 's',
        })),
      )
      await Promise.all(batches.map((batch, part) => (part % 2 === 0 ? a : b).client.send(batch)))
      sent.push(...batches.flat())
    }
    const books = await checkBooks(database.query, new Set(sent.map(bet => bet.event_id)))
    expect(books.events).toBe(sent.length)
    expect(books.entries).toBeGreaterThan(500)
    const everything = Array.from({ length: books.feed }, (_, i) => i + 1)
    for (const follower of [onA, onB]) {
      await follower.untilId(books.feed)
      expect(follower.ids).toEqual(everything)
    }
    const policies = await b.client.data<{ vipPolicies: { id: string }[] }>('{ vipPolicies { id } }')
    expect(policies.vipPolicies.length).toBe(POLICIES.length)
  })

  test('any number of them start together on an empty database', async () => {
    for (let round = 0; round < 3; round++) {
      const database = await makeDatabase(engine)
      const nodes = await Promise.allSettled(
        Array.from({ length: 4 }, () => NodeProcess.start({ DATABASE_URL: database.url })),
      )
      const started = nodes.flatMap(node => (node.status === 'fulfilled' ? [node.value] : []))
      const failures = nodes.flatMap(node => (node.status === 'rejected' ? [String(node.reason)] : []))
      const engines = await Promise.all(
        started.map(async ({ client }) => {
          const { streamHealth } = await client.data<{ streamHealth: { engine: string } }>(
            '{ streamHealth { engine } }',
          )
          return streamHealth.engine
        }),
      )
      const applied = await database.query<{ number: number }>('SELECT number FROM schema_migration')
      expect(await Promise.all(started.map(node => node.kill('SIGTERM')))).toEqual(
        started.map(() => ({ code: 0, signal: null })),
      )
      await database.drop()
      expect(failures).toEqual([])
      expect(new Set(engines)).toEqual(new Set([engine.name]))
      expect(new Set(applied.map(row => row.number)).size).toBe(applied.length)
    }
  })
})

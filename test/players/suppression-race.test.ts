import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, formatInstant } from '../../src/kernel/time.js'
import { holdSending, suppressedAmong } from '../../src/players/suppression.store.js'
import { Random } from '../../src/simulate/random.js'
import { within } from '../engine/recount.js'
import { type ApiClient, Collected } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import { behindCursor, type Effect, feedIdOf } from './effects.js'
import { suppress } from './suppressions.js'

const NOON = Date.UTC(2024, 4, 5, 12)
/** Each player of a group is suppressed once, while both nodes send its bets. */
const GROUPS = 20
const PLAYERS_A_GROUP = 120
const TRIES = GROUPS * PLAYERS_A_GROUP
const BODIES_A_NODE = 4

interface Entry extends Effect {
  readonly suppressed: boolean
}
const ENTRY = 'playerId suppressed feedCursor'

async function allEntries(client: ApiClient): Promise<Entry[]> {
  const entries: Entry[] = []
  let after: string | null = null
  for (;;) {
    const { vipEntries }: EntriesPage = await client.data<EntriesPage>(
      `query ($after: String) { vipEntries(first: 500, after: $after) {
         nodes { ${ENTRY} } pageInfo { hasNextPage endCursor } } }`,
      { after },
    )
    entries.push(...vipEntries.nodes)
    if (!vipEntries.pageInfo.hasNextPage) return entries
    after = vipEntries.pageInfo.endCursor
  }
}

interface EntriesPage {
  vipEntries: { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
}

const cursorOf = async (client: ApiClient) => (await client.data<{ feedCursor: string }>('{ feedCursor }')).feedCursor

const moment = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

describe.each(ENGINES)('suppressPlayer against two nodes that ingest on $name', engine => {
  let installation: TestInstallation
  let second: TestNode
  let clients: readonly [ApiClient, ApiClient]
  beforeAll(async () => {
    installation = await install(engine)
    second = await startNode(installation.database.url)
    clients = [installation.client, second.client]
    await installation.client.data(
      'mutation { saveVipPolicy(input: { id: "vip", name: "VIP", threshold: "1000", slide: "PT1H" }) { version } }',
    )
  })
  afterAll(async () => {
    await second.stop()
    await installation.close()
  })

  const playersOf = (group: number) => Array.from({ length: PLAYERS_A_GROUP }, (_, n) => `player-${group}-${n}`)

  /** An entry for each player, in a window of its own. */
  const bets = (group: number, body: number) =>
    playersOf(group).map(player_id => ({
      event_id: `${player_id}-${body}`,
      player_id,
      event_type: 'bet',
      amount: 1001,
      timestamp: formatInstant(NOON + body * DAY_MS),
    }))

  async function sendBodies(group: number, node: 0 | 1): Promise<void> {
    for (let body = 0; body < BODIES_A_NODE; body++) await clients[node].send(bets(group, 2 * body + node))
  }

  test(`${TRIES} players, each at a random moment: nothing of theirs is behind it`, { timeout: 300_000 }, async () => {
    const random = new Random(`suppression ${engine.name}`)
    const before = await cursorOf(clients[0])
    const followers = clients.map(
      client =>
        new Collected<Entry>(
          client.socket(),
          `subscription ($after: String) { vipEntered(after: $after) { ${ENTRY} } }`,
          { after: before },
        ),
    )
    const cursors = new Map<string, string>()
    const suppressAt = async (playerId: string, ms: number) => {
      await moment(ms)
      await suppress(clients[random.below(2)]!, { playerId })
      cursors.set(playerId, await cursorOf(clients[random.below(2)]!))
    }
    let sendingMs = 100
    for (let group = 0; group < GROUPS; group++) {
      const startedAt = performance.now()
      const sends = Promise.all([sendBodies(group, 0), sendBodies(group, 1)]).then(() => performance.now() - startedAt)
      await Promise.all(playersOf(group).map(id => suppressAt(id, random.below(Math.ceil(sendingMs)))))
      sendingMs = await sends
    }
    expect(cursors.size).toBe(TRIES)

    const entries = await allEntries(clients[0])
    expect(entries).toHaveLength(2 * BODIES_A_NODE * TRIES)
    expect(entries.map(entry => feedIdOf(entry.feedCursor))).toEqual(entries.map((_, i) => entries.length - i))
    const free = entries.filter(entry => !entry.suppressed)
    const held = entries.filter(entry => entry.suppressed)
    expect(behindCursor(free, cursors).slice(0, 5)).toEqual([])
    await expectEvidence(entries)
    const freeOnce = new Set(free.map(entry => entry.playerId))
    const caughtBetween = new Set(held.map(entry => entry.playerId).filter(id => freeOnce.has(id)))
    expect(caughtBetween.size).toBeGreaterThan(TRIES / 10)

    const inOrder = free.toReversed()
    for (const follower of followers) {
      expect(await follower.until(items => items.length >= inOrder.length)).toEqual(inOrder)
      await follower.close()
    }
  })

  /** The evidence names the place in the feed: entries up to it are free, those behind it are held. */
  async function expectEvidence(entries: readonly Entry[]): Promise<void> {
    const evidence = await installation.database.query<{ player_id: string; feed_id: string }>(
      'SELECT player_id, feed_id FROM suppression_change',
    )
    expect(evidence).toHaveLength(TRIES)
    const placeOf = new Map(evidence.map(row => [row.player_id, Number(row.feed_id)]))
    const wrong = entries.filter(e => e.suppressed !== feedIdOf(e.feedCursor) > placeOf.get(e.playerId)!)
    expect(wrong.slice(0, 5)).toEqual([])
  }

  test('what is being sent is over when it answers, and nothing is sent afterwards', { timeout: 300_000 }, async () => {
    const random = new Random(`sending ${engine.name}`)
    const players = Array.from({ length: 1_000 }, (_, n) => `pending-${n}`)
    const sending = new Set<readonly string[]>()
    const answered = new Set<string>()
    const wrong: string[] = []
    let sent = 0
    let withheld = 0
    /** As a webhook sends: several players at a time, and for a while. */
    const send = (db: TestNode['db'], items: readonly string[]) =>
      db.transaction(async session => {
        await holdSending(session, items)
        const suppressed = await suppressedAmong(session, items, Date.now())
        const free = items.filter(id => !suppressed.has(id))
        withheld += suppressed.size
        sent += free.length
        wrong.push(...free.filter(id => answered.has(id)).map(id => `${id} is sent afterwards`))
        sending.add(free)
        await moment(random.below(4))
        sending.delete(free)
      })
    let open = true
    const someOf = () => Array.from({ length: 3 }, () => players[random.below(players.length)]!)
    const sender = async (db: TestNode['db']) => {
      while (open) await send(db, someOf())
    }
    const senders = Promise.all([installation.node, second].flatMap(({ db }) => [sender(db), sender(db)]))
    const suppressing = async (client: ApiClient, ids: readonly string[]) => {
      for (const playerId of ids) {
        await suppress(client, { playerId })
        if ([...sending].some(ids => ids.includes(playerId))) wrong.push(`${playerId} is being sent`)
        answered.add(playerId)
      }
    }
    await Promise.all(
      clients.map((client, i) =>
        suppressing(
          client,
          players.filter((_, n) => n % 2 === i),
        ),
      ),
    )
    open = false
    await senders
    expect(wrong.slice(0, 5)).toEqual([])
    expect(Math.min(sent, withheld)).toBeGreaterThan(players.length / 4)
  })

  test('it waits for what is being sent, and ingest of the same players waits for neither', async () => {
    const bet = (event_id: string) => ({ ...bets(0, 99)[0]!, event_id, player_id: 'slow' })
    await clients[0].send([bet('a')])
    let done = false
    let suppressing: Promise<unknown> | undefined
    await second.db.transaction(async session => {
      await holdSending(session, ['slow'])
      suppressing = suppress(clients[0], { playerId: 'slow' }).then(() => {
        done = true
      })
      await waitsForLock()
      expect((await clients[0].send([bet('b')])).accepted).toBe(1)
      expect((await suppressedAmong(session, ['slow'], Date.now())).size).toBe(0)
      expect(done).toBe(false)
    })
    await suppressing
    expect((await suppressedAmong(second.db, ['slow'], Date.now())).size).toBe(1)
  })

  const waitsForLock = () =>
    within(10_000, async () => {
      const waiting = await installation.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'
           AND query LIKE '%lockAgainstSending%'`,
      )
      return waiting.length > 0
    })
})

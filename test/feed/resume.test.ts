import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../src/simulate/random.js'
import { type Entry, Follower, idOf } from '../e2e/support/follower.js'
import { Place } from '../e2e/support/place.js'
import { Sender } from '../e2e/support/sender.js'
import { savePolicies, Traffic } from '../e2e/support/traffic.js'
import { type ApiClient, Collected } from '../support/client.js'
import { ENGINES, makeDatabase, type TestDatabase } from '../support/engines.js'
import { startNode, type TestNode } from '../support/server.js'

interface Row {
  readonly id: number
  readonly policyId: string
  readonly playerId: string
  readonly amount: number
}

const LIST = `query ($after: String) {
  vipEntries(first: 500, after: $after) { nodes { feedCursor } pageInfo { hasNextPage endCursor } }
}`
interface Page {
  readonly vipEntries: {
    readonly nodes: readonly Entry[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
  }
}

const headOf = async (client: ApiClient): Promise<string> =>
  (await client.data<{ feedCursor: string }>('{ feedCursor }')).feedCursor

async function listAll(client: ApiClient): Promise<number[]> {
  const ids: number[] = []
  for (let after: string | undefined; ; ) {
    const { vipEntries } = await client.data<Page>(LIST, { after })
    ids.push(...vipEntries.nodes.map(entry => idOf(entry.feedCursor)))
    if (!vipEntries.pageInfo.hasNextPage) return ids
    after = vipEntries.pageInfo.endCursor
  }
}

describe.each(ENGINES)('resuming a subscription on $name', engine => {
  let database: TestDatabase
  let nodes: TestNode[]
  let start: string
  const random = new Random(`resume ${engine.name}`)
  const anyNode = () => nodes[random.below(nodes.length)]!
  beforeAll(async () => {
    database = await makeDatabase(engine)
    nodes = await Promise.all([startNode(database.url), startNode(database.url)])
    await savePolicies(nodes[0]!.client)
    start = await headOf(nodes[0]!.client)
  })
  afterAll(async () => {
    await Promise.all(nodes.map(node => node.stop()))
    await database.drop()
  })

  const load = (name: string) =>
    nodes.map((node, i) => {
      const place = new Place()
      place.moveTo(node.url)
      return new Sender(place, new Traffic(random, `${name}${i}`), 100, `${name}${i}`)
    })

  /** Cuts it after a few more entries, again and again, until it is closed. */
  async function trouble(follower: Follower, stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const seen = follower.entries.length + 1 + random.below(80)
      await follower.until(entries => entries.length >= seen || stopped())
      follower.cut()
    }
  }

  const rows = () =>
    database.query<Row>(`SELECT feed_id::int AS id, policy_id AS "policyId", player_id AS "playerId", amount::float8 AS amount
      FROM vip_entry ORDER BY feed_id`)

  test('at random points, on the same and the other node, during load: no gap, no double', async () => {
    const senders = load('cut')
    const player = 'cut0-1-3'
    const filters: Record<string, string>[] = [
      {},
      {},
      {},
      { policyId: 'half' },
      { playerId: player },
      { minAmount: '1100' },
    ]
    let done = false
    const followers = filters.map(filter => new Follower({ url: async () => anyNode().url, after: start, filter }))
    const troubles = followers.map(follower => trouble(follower, () => done))
    await Promise.all(senders.map(sender => sender.acknowledge(3_500)))
    // Whatever chance has given them: the filters by player and by amount have something to find.
    const timestamp = new Date().toISOString()
    await nodes[1]!.client.send([{ event_id: 'sure', player_id: player, event_type: 'bet', amount: 5_000, timestamp }])
    await Promise.all(senders.map(sender => sender.stop()))
    const head = idOf(await headOf(nodes[0]!.client))
    done = true
    await Promise.all(followers.slice(0, 3).map(follower => follower.untilId(head)))
    const entries = await rows()
    const wanted = [
      ...filters.slice(0, 3).map(() => entries),
      entries.filter(entry => entry.policyId === 'half'),
      entries.filter(entry => entry.playerId === player),
      entries.filter(entry => entry.amount >= 1_100),
    ].map(some => some.map(entry => entry.id))
    for (const [i, follower] of followers.entries()) {
      await follower.until(seen => seen.length >= wanted[i]!.length)
      await follower.close()
      expect(follower.ids).toEqual(wanted[i])
    }
    await Promise.all(troubles)
    expect(wanted.every(ids => ids.length > 0)).toBe(true)
    const cuts = followers.reduce((sum, follower) => sum + follower.reconnects, 0)
    console.log(`${engine.name}: ${entries.length} entries, ${cuts} resumptions`)
    expect(cuts).toBeGreaterThan(40)
  })

  test('a cursor, then the list, then the subscription behind the cursor miss nothing', async () => {
    const senders = load('list')
    const views: { listed: number[]; follower: Follower }[] = []
    for (let i = 0; i < 12; i++) {
      await senders[i % 2]!.acknowledge(150)
      const cursor = await headOf(anyNode().client)
      const listed = await listAll(anyNode().client)
      views.push({ listed, follower: new Follower({ url: async () => anyNode().url, after: cursor }) })
    }
    await Promise.all(senders.map(sender => sender.stop()))
    const head = idOf(await headOf(nodes[1]!.client))
    for (const { listed, follower } of views) {
      await follower.untilId(head)
      await follower.close()
      expect(new Set([...listed, ...follower.ids]).size).toBe(head)
    }
  })

  const refusal = async (after: string) => {
    const entries = new Collected<Entry>(
      anyNode().client.socket(),
      'subscription ($after: String) { vipEntered(after: $after) { id } }',
      {
        after,
      },
    )
    const [error] = (await entries.end()) as { message: string; extensions: Record<string, unknown> }[]
    await entries.close()
    return error!
  }

  test('CURSOR_EXPIRED for a cursor of another database, and for one that is ahead of this one', async () => {
    const other = await refusal('0123456789ab-1')
    expect(other.extensions.code).toBe('CURSOR_EXPIRED')
    expect(other.message).toContain('after')
    const head = await headOf(anyNode().client)
    const ahead = head.replace(/\d+$/, id => String(Number(id) + 1))
    expect((await refusal(ahead)).extensions.code).toBe('CURSOR_EXPIRED')
  })

  test.each([
    '',
    'x',
    '-1',
    '0123456789ab',
    '0123456789ab-',
    '0123456789AB-1',
    '0123456789ab-1.5',
    '0123456789ab-1234567890123456',
    `${'9'.repeat(500)}-1`,
  ])('BAD_USER_INPUT for what is no cursor (%#)', async cursor => {
    const { message, extensions } = await refusal(cursor)
    expect(extensions.code).toBe('BAD_USER_INPUT')
    expect(message).toMatch(/^after must be a cursor that this API has given, got "/)
    const { errors } = await anyNode().client.graphql(LIST, { after: cursor })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' })
  })
})

import { afterEach, describe, expect, test } from 'vitest'
import { NodeProcess } from '../e2e/support/process.js'
import { ENGINES, makeDatabase, type TestDatabase } from '../support/engines.js'
import { Receiver } from './receiver.js'
import { verifies } from './standard-webhooks.js'
import { eventually, someSecret } from './workshop.js'

const SAVE = `mutation ($input: WebhookInput!) { saveWebhook(input: $input) { secret } }`
const MINUTES = 5 * 60_000
const ROUNDS = 3
const TAKEOVER_MAX_MS = 10_000

let made = 0
const bets = (count: number) =>
  Array.from({ length: count }, () => {
    const n = ++made
    return {
      event_id: `e${n}`,
      player_id: `p${n}`,
      event_type: 'bet',
      amount: 101,
      timestamp: '2026-03-01T12:45:00Z',
    }
  })

describe.each(ENGINES)('kill -9 on $name', engine => {
  const cleanup: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const clean of cleanup.splice(0).reverse()) await clean()
  })

  async function prepare(): Promise<{ database: TestDatabase; receiver: Receiver; start(): Promise<NodeProcess> }> {
    const database = await makeDatabase(engine)
    cleanup.push(database.drop)
    const receiver = await Receiver.open()
    cleanup.push(() => receiver.close())
    const start = async () => {
      const node = await NodeProcess.start({
        DATABASE_URL: database.url,
        WEBHOOK_ALLOW_PRIVATE: 'true',
        LOG_LEVEL: 'trace',
        // What a frozen node holds is let go 3 s behind it.
        WEBHOOK_TIMEOUT_SECONDS: '2',
      })
      cleanup.push(() => node.kill('SIGKILL'))
      return node
    }
    return { database, receiver, start }
  }

  async function webhook(node: NodeProcess, url: string, secret: string): Promise<void> {
    await node.client.data(
      'mutation { saveVipPolicy(input: { id: "vip", name: "VIP", threshold: "100", slide: "PT1H" }) { version } }',
    )
    await node.client.data(SAVE, { input: { id: 'crm', url, topics: ['VIP_ENTERED'], secret } })
  }

  const keysOf = async (database: TestDatabase): Promise<string[]> =>
    (await database.query<{ key: string }>("SELECT epoch || '-' || feed_id AS key FROM vip_entry, feed_head")).map(
      ({ key }) => key,
    )

  test('with deliveries in flight: the receiver has every item', { timeout: MINUTES }, async () => {
    const { database, receiver, start } = await prepare()
    const secret = someSecret()
    let node = await start()
    await webhook(node, receiver.url, secret)
    let answered = 0
    receiver.behaviour = (_received, response) => {
      // Some before the kill, some after it, some to a node that is gone, and some refused.
      setTimeout(() => response.writeHead(++answered % 5 === 0 ? 503 : 200).end(), (answered % 4) * 15)
      return undefined
    }
    for (let round = 0; round < ROUNDS; round++) {
      const seen = receiver.requests.length
      for (let n = 0; n < 5; n++) await node.client.send(bets(60))
      await receiver.until(({ requests }) => requests.length > seen + (round % 3))
      await node.kill()
      // How long a lease keeps the others waiting is another test's business.
      await database.query('UPDATE webhook SET lease_until = NULL')
      node = await start()
    }
    const keys = await keysOf(database)
    expect(keys.length).toBe(ROUNDS * 300)
    await eventually(
      () => receiver.distinctKeys.size,
      size => size === keys.length,
      60_000,
    )
    expect([...receiver.distinctKeys].toSorted()).toEqual(keys.toSorted())
    expect(receiver.requests.every(request => verifies(secret, request))).toBe(true)
    const repeats = receiver.keys.length - keys.length
    console.log(`${keys.length} items in ${receiver.requests.length} requests, ${repeats} came again`)
    expect(node.lines.join('\n')).not.toContain(secret.slice('whsec_'.length))
    expect(await node.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  })

  /** Which of the nodes works for the webhook, as it says itself. */
  async function holderOf(nodes: readonly NodeProcess[]): Promise<NodeProcess> {
    const holders = async () => {
      const metrics = await Promise.all(nodes.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()))
      return nodes.filter((_node, i) => metrics[i]!.includes('tidemark_webhook_circuit{webhook="crm"}'))
    }
    return (await eventually(holders, list => list.length === 1))[0]!
  }

  async function takeOver(signal: NodeJS.Signals): Promise<void> {
    const { database, receiver, start } = await prepare()
    const nodes = [await start(), await start()]
    await webhook(nodes[0]!, receiver.url, someSecret())
    const holder = await holderOf(nodes)
    const other = nodes.find(node => node !== holder)!
    receiver.behaviour = () => undefined
    await holder.client.send(bets(2))
    await receiver.until(({ distinctKeys }) => distinctKeys.size === 2)
    const before = receiver.keys.length
    receiver.behaviour = () => 204
    holder.child.kill(signal)
    const stoppedAt = performance.now()
    await other.client.send(bets(3))
    const pending = () => database.query(`SELECT id FROM webhook_delivery WHERE status = 'PENDING'`)
    await eventually(
      async () => ({ arrived: receiver.distinctKeys.size, pending: (await pending()).length }),
      now => now.arrived === 5 && now.pending === 0,
      20_000,
    )
    const tookMs = performance.now() - stoppedAt
    console.log(`${signal}: taken over after ${Math.round(tookMs)} ms`)
    expect(tookMs, signal).toBeLessThan(TAKEOVER_MAX_MS)
    // What the other was sending has come again.
    expect(receiver.keys.length).toBe(before + 5)
    expect(await other.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  }

  // A frozen node closes no connection: the database ends its transaction.
  test('of one of two, or its freezing: the other goes on within ten seconds', { timeout: MINUTES }, async () => {
    await Promise.all([takeOver('SIGKILL'), takeOver('SIGSTOP')])
  })
})

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { shardOf } from '../../src/players/player-lock.js'
import { deleteWebhook } from '../../src/webhooks/webhook.store.js'
import { webhookRetentionJob } from '../../src/webhooks/webhook-retention.job.js'
import { ENGINES } from '../support/engines.js'
import { Receiver } from './receiver.js'
import { verifies } from './standard-webhooks.js'
import { eventually, PRIZE, someSecret, VIP, Workshop } from './workshop.js'

const DAY_MS = 86_400_000
const sorted = (keys: Iterable<string>): string[] => [...keys].toSorted()

describe.each(ENGINES)('deliveries on $name', engine => {
  let workshop: Workshop
  let receiver: Receiver
  const receivers: Receiver[] = []

  beforeAll(async () => {
    workshop = await Workshop.open(engine)
  })
  afterAll(() => workshop.close())
  beforeEach(async () => {
    receiver = await another()
  })
  afterEach(async () => {
    await Promise.all(receivers.splice(0).map(open => open.close()))
    await workshop.clear()
  })

  async function another(): Promise<Receiver> {
    const open = await Receiver.open()
    receivers.push(open)
    return open
  }

  const done = () =>
    eventually(
      () => workshop.deliveries('PENDING'),
      pending => pending.length === 0,
    )

  describe('what is sent', () => {
    test('is signed JSON with a cursor and a stable key an item', async () => {
      const node = workshop.node()
      const { secret } = await workshop.save(node, { url: receiver.url })
      const keys = await workshop.publish(2)
      await receiver.until(({ requests }) => requests.length === 1)
      const [request] = receiver.requests
      expect(request!.json).toEqual({
        id: request!.headers['webhook-id'],
        topic: 'VIP_ENTERED',
        items: [
          { key: keys[0], feedCursor: expect.stringMatching(/^cursor-\d+$/), payload: { of: 'player-0' } },
          { key: keys[1], feedCursor: expect.stringMatching(/^cursor-\d+$/), payload: { of: 'player-1' } },
        ],
      })
      expect(verifies(secret!, request!)).toBe(true)
      expect(verifies(someSecret(), request!)).toBe(false)
      expect(request!.headers['content-type']).toBe('application/json')
      for (const name of ['Webhook-Id', 'Webhook-Timestamp', 'Webhook-Signature']) {
        expect(request!.rawHeaders).toContain(name)
      }
      await done()
      expect(await workshop.deliveries()).toMatchObject([
        { id: request!.json.id, status: 'DELIVERED', attempts: 1, lastStatusCode: 204, lastError: null },
      ])
    })

    test('is signed with a secret of the user’s, and with the next one once it is changed', async () => {
      const node = workshop.node()
      const [one, other] = [someSecret(), 'a text of somebody who cannot do base64']
      expect((await workshop.save(node, { url: receiver.url, secret: one })).secret).toBe(null)
      await workshop.publish(1)
      await receiver.until(({ requests }) => requests.length === 1)
      expect((await workshop.save(node, { url: receiver.url })).secret).toBe(null)
      await workshop.publish(1)
      await receiver.until(({ requests }) => requests.length === 2)
      await workshop.save(node, { url: receiver.url, secret: other })
      await workshop.publish(1)
      await receiver.until(({ requests }) => requests.length === 3)
      expect(receiver.requests.map(request => [one, other].map(secret => verifies(secret, request)))).toEqual([
        [true, false],
        [true, false],
        [false, true],
      ])
    })

    test('begins behind the feed’s head, and is of its topics alone', async () => {
      const node = workshop.node()
      await workshop.publish(3)
      await workshop.save(node, { url: receiver.url, topics: ['PRIZE_AWARDED'] })
      await workshop.publish(3)
      const prizes = await workshop.publish(2, PRIZE)
      await receiver.until(({ keys }) => keys.length === 2)
      expect(receiver.requests.map(({ json }) => json.topic)).toEqual(['PRIZE_AWARDED'])
      expect(receiver.keys).toEqual(prizes)
      await workshop.save(node, { url: receiver.url, topics: ['VIP_ENTERED', 'VIP_ENTERED'] })
      expect((await workshop.webhook()).topics).toEqual(['VIP_ENTERED'])
      await workshop.publish(1, PRIZE)
      const entries = await workshop.publish(1)
      await receiver.until(({ keys }) => keys.length === 3)
      expect(receiver.keys).toEqual([...prizes, ...entries])
    })

    test('is gathered: a burst becomes few requests of at most 100 items', async () => {
      const node = workshop.node()
      await workshop.save(node, { url: receiver.url })
      const keys: string[] = []
      for (let n = 0; n < 20; n++) keys.push(...(await workshop.publish(1)))
      keys.push(...(await workshop.publish(1_230)))
      await receiver.until(open => open.distinctKeys.size === keys.length)
      await done()
      expect(sorted(receiver.keys)).toEqual(sorted(keys))
      expect(Math.max(...receiver.requests.map(({ json }) => json.items.length))).toBe(100)
      expect(receiver.requests.length).toBeLessThan(13 + 20)
    })

    test('comes within a moment', async () => {
      const node = workshop.node()
      await workshop.save(node, { url: receiver.url })
      const waits: number[] = []
      for (let n = 0; n < 21; n++) {
        const startedAt = performance.now()
        await workshop.publish(1)
        await receiver.until(({ requests }) => requests.length === n + 1)
        waits.push(performance.now() - startedAt)
      }
      expect(waits.toSorted((a, b) => a - b)[10]).toBeLessThan(100)
    })

    test('is found without being told of it, and by a webhook of several topics', async () => {
      const node = workshop.node()
      await workshop.save(node, { url: receiver.url, topics: ['VIP_ENTERED', 'PRIZE_AWARDED'] })
      await receiver.close()
      await receiver.listen()
      node.webhooks.told = () => undefined
      const keys = [...(await workshop.publish(2)), ...(await workshop.publish(2, PRIZE))]
      await receiver.until(open => open.distinctKeys.size === 4)
      expect(sorted(receiver.distinctKeys)).toEqual(sorted(keys))
    })
  })

  describe('what is too large', () => {
    const bytesOf = (body: string) => Buffer.byteLength(body)
    const once = (keys: readonly string[]) => sorted(new Set(keys))

    test('for one request becomes several of at most 512 KiB, each of which is sent again as it was', async () => {
      const node = workshop.node()
      await workshop.save(node, { url: receiver.url })
      const failed = new Set<string>()
      receiver.behaviour = ({ json }) => (failed.size === failed.add(json.id).size ? 204 : 503)
      const bytes = [200_000, 100, 200_000, 700_000, 100, ...Array(20).fill(90_000)]
      const keys = await workshop.publish(bytes.length, VIP, n => `${n}-${'ö'.repeat(bytes[n]! / 2)}`)
      await receiver.until(({ distinctKeys }) => distinctKeys.size === keys.length)
      await done()
      expect(once(receiver.keys)).toEqual(sorted(keys))
      const bodies = new Map(receiver.requests.map(({ json, body }) => [json.id, body]))
      expect(receiver.requests.every(({ json, body }) => bodies.get(json.id) === body)).toBe(true)
      expect(receiver.requests).toHaveLength(2 * bodies.size)
      const large = receiver.requests.filter(({ body }) => bytesOf(body) > 512 * 1024)
      expect(large.map(({ json }) => json.items.map(({ key }) => key))).toEqual([[keys[3]], [keys[3]]])
      expect(bodies.size).toBeLessThan(9)
      expect(await workshop.deliveries('DELIVERED')).toHaveLength(bodies.size)
      expect(node.errors).toEqual([])
    })

    test('for the endpoint is halved until it is taken, without waiting', async () => {
      const node = workshop.node({ settings: { retry: { baseMs: 3_600_000, maxMs: 3_600_000 } } })
      await workshop.save(node, { url: receiver.url })
      const taken: string[] = []
      receiver.behaviour = ({ json }) => {
        const keys = json.items.map(({ key }) => key)
        if (keys.length > 7) return 413
        taken.push(...keys)
        return 204
      }
      const keys = await workshop.publish(100)
      await receiver.until(() => taken.length >= 100)
      await done()
      expect(sorted(taken)).toEqual(sorted(keys))
      expect((await workshop.webhook()).circuit).toEqual({ state: 'CLOSED', failures: 0, opens: 0, until: null })
      expect(receiver.requests).toHaveLength(15 + 16)
    })

    test('in one item alone waits for that item only', async () => {
      const node = workshop.node({ settings: { retry: { baseMs: 3_600_000, maxMs: 3_600_000 } } })
      await workshop.save(node, { url: receiver.url })
      const taken = new Set<string>()
      receiver.behaviour = ({ json, body }) => {
        if (body.includes('"huge"')) return 413
        for (const { key } of json.items) taken.add(key)
        return 204
      }
      const keys = await workshop.publish(50, VIP, n => (n === 17 ? 'huge' : `player-${n}`))
      await eventually(
        () => taken.size,
        size => size === 49,
      )
      const [left] = await eventually(
        () => workshop.deliveries('PENDING'),
        list => list.length === 1 && list[0]!.attempts > 0,
      )
      expect(left).toMatchObject({ lastStatusCode: 413 })
      expect(taken).not.toContain(keys[17])
    })

    test('is split of what may still be sent: what was withheld stays so', async () => {
      const node = workshop.node({ settings: { circuit: { failuresToOpen: 1_000, openMs: 1, openMaxMs: 1 } } })
      await workshop.save(node, { url: receiver.url })
      await workshop.suppress('excluded')
      receiver.behaviour = () => 503
      const keys = await workshop.publish(4, VIP, n => (n === 3 ? 'excluded' : `player-${n}`))
      await receiver.until(({ requests }) => requests.length > 1)
      await workshop.lift('excluded')
      receiver.behaviour = ({ json }) => (json.items.length > 1 ? 413 : 204)
      await done()
      expect(once(receiver.keys)).toEqual(sorted(keys.slice(0, 3)))
    })

    test('goes with its webhook where that is deleted meanwhile', async () => {
      const node = workshop.node()
      await workshop.save(node, { url: receiver.url })
      receiver.behaviour = (_received, response) => {
        setTimeout(() => response.writeHead(413).end(), 200)
        return undefined
      }
      await workshop.publish(4)
      await receiver.until(({ requests }) => requests.length === 1)
      expect(await deleteWebhook(workshop.db, 'crm')).toMatchObject({ id: 'crm' })
      // Long enough for what was under way to be done with.
      await new Promise(resolve => setTimeout(resolve, 300))
      expect(await workshop.deliveries()).toEqual([])
      expect(receiver.requests).toHaveLength(1)
      expect(node.errors).toEqual([])
    })
  })

  describe('what fails', () => {
    test('is tried again, with the same id and body, until it is taken', async () => {
      const node = workshop.node({ settings: { circuit: { failuresToOpen: 100, openMs: 1, openMaxMs: 1 } } })
      const { secret } = await workshop.save(node, { url: receiver.url })
      let tries = 0
      receiver.behaviour = () => (++tries < 6 ? 503 : 200)
      const [key] = await workshop.publish(1)
      await receiver.until(({ requests }) => requests.length === 6)
      await done()
      expect(receiver.keys).toEqual(Array(6).fill(key))
      expect(new Set(receiver.requests.map(({ body }) => body)).size).toBe(1)
      expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
      expect(receiver.requests.every(request => verifies(secret!, request))).toBe(true)
      expect(await workshop.deliveries()).toMatchObject([
        { status: 'DELIVERED', attempts: 6, lastStatusCode: 200, lastError: null, nextAttemptAt: null },
      ])
      expect(node.outcomes).toEqual([...Array(5).fill('failed'), 'delivered'])
    })

    test('shows why, and when it will be tried again', async () => {
      const node = workshop.node({ settings: { retry: { baseMs: 3_600_000, maxMs: 3_600_000 } } })
      await workshop.save(node, { url: receiver.url })
      receiver.behaviour = () => 500
      await workshop.publish(1)
      const before = Date.now()
      const [delivery] = await eventually(
        () => workshop.deliveries(),
        ([first]) => first?.attempts === 1,
      )
      expect(delivery).toMatchObject({
        status: 'PENDING',
        lastStatusCode: 500,
        lastError: 'HTTP 500',
        deliveredAt: null,
      })
      expect(delivery!.nextAttemptAt).toBeGreaterThanOrEqual(before)
      expect(delivery!.nextAttemptAt).toBeLessThan(before + 3_600_000 + 10_000)
    })

    test('is given up after its time, and sent again when somebody says so', async () => {
      const node = workshop.node({
        config: { retryForMs: 300 },
        settings: { circuit: { failuresToOpen: 100, openMs: 1, openMaxMs: 1 } },
      })
      await workshop.save(node, { url: receiver.url })
      receiver.behaviour = () => 500
      const [key] = await workshop.publish(1)
      const [dead] = await eventually(
        () => workshop.deliveries('DEAD'),
        list => list.length === 1,
      )
      expect(dead).toMatchObject({ lastStatusCode: 500, nextAttemptAt: null, deliveredAt: null })
      expect(dead!.attempts).toBeGreaterThan(2)
      const sent = receiver.requests.length
      expect(sent).toBe(dead!.attempts)

      receiver.behaviour = () => 200
      const again = await node.webhooks.redelivering.redeliver(dead!.id, 'tester')
      expect(again).toMatchObject({ id: dead!.id, status: 'PENDING', attempts: dead!.attempts })
      await receiver.until(({ requests }) => requests.length === sent + 1)
      const [delivered] = await eventually(
        () => workshop.deliveries('DELIVERED'),
        list => list.length === 1,
      )
      expect(delivered).toMatchObject({ id: dead!.id, attempts: sent + 1 })
      expect(receiver.keys.at(-1)).toBe(key)

      await node.webhooks.redelivering.redeliver(dead!.id, 'tester')
      await receiver.until(({ requests }) => requests.length === sent + 2)
      expect(receiver.requests.at(-1)!.headers['webhook-id']).toBe(dead!.id)
    })

    test('can be tried at once, before its time', async () => {
      const node = workshop.node({ settings: { retry: { baseMs: 3_600_000, maxMs: 3_600_000 } } })
      await workshop.save(node, { url: receiver.url })
      receiver.behaviour = () => 500
      await workshop.publish(1)
      const [delivery] = await eventually(
        () => workshop.deliveries(),
        ([first]) => first?.attempts === 1,
      )
      receiver.behaviour = () => 200
      await node.webhooks.redelivering.redeliver(delivery!.id, 'tester')
      await eventually(
        () => workshop.deliveries('DELIVERED'),
        list => list.length === 1,
      )
    })

    test('to send something that is not there cannot be asked for', async () => {
      const { redelivering, testing } = workshop.node().webhooks
      await expect(redelivering.redeliver('nothing', 'tester')).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(testing.test('nothing', 'tester')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })
  })

  describe('a circuit', () => {
    test('opens after five failures in a row, probes, and closes; nothing is lost meanwhile', async () => {
      const node = workshop.node({ settings: { retry: { baseMs: 1, maxMs: 1 } } })
      await workshop.save(node, { url: receiver.url })
      receiver.behaviour = () => 500
      const keys = await workshop.publish(1)
      await eventually(
        () => workshop.webhook(),
        ({ circuit }) => circuit.state === 'OPEN',
      )
      expect(receiver.requests.length).toBe(5)
      keys.push(...(await workshop.publish(2_500)))
      await receiver.until(({ requests }) => requests.length === 7)
      // What came while it was open is still in the feed, but for a page to probe with.
      expect(await workshop.deliveries()).toHaveLength(11)
      expect((await workshop.webhook()).circuit.opens).toBeGreaterThan(1)
      receiver.behaviour = () => 200
      await receiver.until(open => open.distinctKeys.size === 2_501)
      await done()
      expect(sorted(receiver.distinctKeys)).toEqual(sorted(keys))
      expect((await workshop.webhook()).circuit).toEqual({ state: 'CLOSED', failures: 0, opens: 0, until: null })
      expect(node.circuits[0]).toBe('CLOSED')
      expect(node.circuits.slice(1, 5)).toEqual(['OPEN', 'HALF_OPEN', 'OPEN', 'HALF_OPEN'])
      expect(node.circuits.at(-1)).toBe('CLOSED')
    })

    const holding = (key: string, status: number) => {
      receiver.behaviour = ({ json }) => (json.items.some(item => item.key === key) ? status : 204)
    }

    test('stays closed when a delivery is refused, which alone is tried again and again', async () => {
      const node = workshop.node({ settings: { retry: { baseMs: 1, maxMs: 1 } } })
      await workshop.save(node, { url: receiver.url })
      const [refused] = await workshop.publish(1)
      holding(refused!, 413)
      await receiver.until(({ requests }) => requests.length > 12)
      expect((await workshop.webhook()).circuit).toEqual({ state: 'CLOSED', failures: 0, opens: 0, until: null })
      const keys = await workshop.publish(100)
      await receiver.until(open => open.distinctKeys.size === 101)
      expect(sorted(receiver.distinctKeys)).toEqual(sorted([refused!, ...keys]))
      const [pending] = await eventually(
        () => workshop.deliveries('PENDING'),
        list => list.length === 1,
      )
      expect(pending).toMatchObject({ lastStatusCode: 413 })
      expect(node.circuits).toEqual(['CLOSED'])
    })

    test('is closed by a refused probe, which goes on waiting', async () => {
      const node = workshop.node({
        settings: {
          retry: { baseMs: 3_600_000, maxMs: 3_600_000 },
          circuit: { failuresToOpen: 1, openMs: 50, openMaxMs: 50 },
        },
      })
      await workshop.save(node, { url: receiver.url })
      let answers = 0
      receiver.behaviour = () => (++answers === 1 ? 503 : 404)
      await workshop.publish(1)
      await eventually(
        () => workshop.webhook(),
        ({ circuit }) => circuit.state === 'CLOSED' && answers === 2,
      )
      await workshop.publish(1)
      await receiver.until(({ requests }) => requests.length === 3)
      // Long enough for several looks.
      await new Promise(resolve => setTimeout(resolve, 400))
      expect(receiver.requests).toHaveLength(3)
      expect(await workshop.deliveries('PENDING')).toMatchObject([{ attempts: 1 }, { attempts: 2 }])
    })

    test.each([500, 408, 429])(
      'is probed with another delivery than the one that is answered with %i',
      async status => {
        const node = workshop.node({ settings: { retry: { baseMs: 1, maxMs: 1 } } })
        await workshop.save(node, { url: receiver.url })
        const [poison] = await workshop.publish(1)
        holding(poison!, status)
        await eventually(
          () => workshop.webhook(),
          ({ circuit }) => circuit.state === 'OPEN',
        )
        await workshop.publish(100)
        await receiver.until(open => open.distinctKeys.size === 101)
        const left = await eventually(
          () => workshop.deliveries('PENDING'),
          list => list.length === 1,
        )
        expect(left).toMatchObject([{ lastStatusCode: status }])
      },
    )

    test('that closes ends all waiting: hours of backoff are over when the endpoint is back', async () => {
      const node = workshop.node({
        settings: {
          retry: { baseMs: 3_600_000, maxMs: 3_600_000 },
          circuit: { failuresToOpen: 3, openMs: 100, openMaxMs: 100 },
        },
      })
      await workshop.save(node, { url: receiver.url, topics: ['VIP_ENTERED', 'PRIZE_AWARDED'] })
      receiver.behaviour = () => 500
      const keys: string[] = []
      for (let n = 0; n < 3; n++) {
        keys.push(...(await workshop.publish(1)))
        await eventually(
          () => workshop.deliveries(),
          list => list.length === n + 1 && list[0]!.attempts > 0,
        )
      }
      receiver.behaviour = () => 200
      await done()
      expect(sorted(receiver.distinctKeys)).toEqual(sorted(keys))
    })

    test('is closed by whoever mends the webhook', async () => {
      const node = workshop.node({
        settings: {
          retry: { baseMs: 1, maxMs: 1 },
          circuit: { failuresToOpen: 2, openMs: 3_600_000, openMaxMs: 3_600_000 },
        },
      })
      receiver.behaviour = () => 500
      await workshop.save(node, { url: receiver.url })
      const keys = await workshop.publish(1)
      await eventually(
        () => workshop.webhook(),
        ({ circuit }) => circuit.state === 'OPEN',
      )
      const mended = await another()
      const { webhook } = await workshop.save(node, { url: mended.url })
      expect(webhook.circuit.state).toBe('CLOSED')
      await mended.until(open => open.distinctKeys.size === 1)
      expect(mended.keys).toEqual(keys)
    })

    test('stops more than so many deliveries from being cut: the feed is the queue', async () => {
      const node = workshop.node({
        settings: {
          pendingMax: 5,
          postsMax: 1,
          // Nothing is cut while something is due: long enough for five to be tried by a slow machine too.
          retry: { baseMs: 400, maxMs: 400 },
          circuit: { failuresToOpen: 1_000, openMs: 1, openMaxMs: 1 },
        },
      })
      await workshop.save(node, { url: receiver.url })
      receiver.behaviour = () => 500
      const keys: string[] = []
      for (let n = 0; n < 15; n++) {
        keys.push(...(await workshop.publish(1)))
        await eventually(
          () => receiver.requests.length,
          requests => requests > n,
        )
      }
      const pending = async () => (await workshop.deliveries('PENDING')).length
      await eventually(pending, count => count >= 5)
      for (const tried = receiver.requests.length; receiver.requests.length < tried + 15; ) {
        expect(await pending()).toBe(5)
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      receiver.behaviour = () => 200
      await receiver.until(open => open.distinctKeys.size === 15)
      expect(sorted(receiver.distinctKeys)).toEqual(sorted(keys))
    })
  })

  test('dead endpoints keep nobody waiting, however many they are', async () => {
    const node = workshop.node({
      config: { timeoutMs: 1_100 },
      settings: { circuit: { failuresToOpen: 1_000, openMs: 1, openMaxMs: 1 } },
    })
    const silent = await another()
    silent.behaviour = () => undefined
    const ids = Array.from({ length: 20 }, (_, n) => `silent-${n}`)
    for (const id of ids) await workshop.save(node, { id, url: silent.url })
    await workshop.publish(1)
    // Each has failed once.
    await silent.until(({ requests }) => requests.length > ids.length)
    await workshop.save(node, { id: 'crm', url: receiver.url })
    const waits: number[] = []
    for (let n = 0; n < 30; n++) {
      const startedAt = performance.now()
      await workshop.publish(1)
      await receiver.until(({ requests }) => requests.length === n + 1)
      waits.push(performance.now() - startedAt)
    }
    expect(Math.max(...waits)).toBeLessThan(1_000)
    expect(node.errors).toEqual([])
    await silent.close()
  })

  test('a disabled webhook waits, and goes on where it was', async () => {
    const node = workshop.node()
    await workshop.save(node, { url: receiver.url })
    const keys = await workshop.publish(1)
    await receiver.until(({ requests }) => requests.length === 1)
    await workshop.save(node, { url: receiver.url, enabled: false })
    keys.push(...(await workshop.publish(3)))
    // Long enough for several looks.
    await new Promise(resolve => setTimeout(resolve, 400))
    expect(receiver.requests.length).toBe(1)
    await workshop.save(node, { url: receiver.url, enabled: true })
    await receiver.until(open => open.keys.length === 4)
    expect(receiver.keys).toEqual(keys)
  })

  describe('a test', () => {
    test('goes through the same sender, and is no effect', async () => {
      const node = workshop.node()
      const { secret } = await workshop.save(node, { url: receiver.url, topics: ['PRIZE_AWARDED', 'VIP_ENTERED'] })
      const delivery = await node.webhooks.testing.test('crm', 'tester')
      expect(delivery).toMatchObject({ status: 'DELIVERED', topic: 'PRIZE_AWARDED', attempts: 1, lastStatusCode: 204 })
      expect(receiver.requests.map(({ json }) => json)).toEqual([
        {
          id: delivery.id,
          topic: 'PRIZE_AWARDED',
          items: [{ key: `test:${delivery.id}`, feedCursor: null, payload: { test: true } }],
        },
      ])
      expect(verifies(secret!, receiver.requests[0]!)).toBe(true)
    })

    test('that fails is not tried again, unless it is delivered again', async () => {
      const node = workshop.node()
      await workshop.save(node, { url: receiver.url, enabled: false })
      receiver.behaviour = () => 401
      const delivery = await node.webhooks.testing.test('crm', 'tester')
      expect(delivery).toMatchObject({ status: 'DEAD', attempts: 1, lastStatusCode: 401, lastError: 'HTTP 401' })
      receiver.behaviour = () => 200
      await workshop.save(node, { url: receiver.url })
      await node.webhooks.redelivering.redeliver(delivery.id, 'tester')
      await receiver.until(({ requests }) => requests.length === 2)
      expect(receiver.keys).toEqual([`test:${delivery.id}`, `test:${delivery.id}`])
    })

    test('to an address that is not public is refused', async () => {
      const node = workshop.node({ config: { allowPrivate: false } })
      const open = workshop.node()
      await workshop.save(open, { url: receiver.url, enabled: false })
      expect(await node.webhooks.testing.test('crm', 'tester')).toMatchObject({
        status: 'DEAD',
        lastStatusCode: null,
        lastError: 'refused: the host leads to a loopback address',
      })
      expect(receiver.requests).toEqual([])
    })
  })

  describe('a suppressed player', () => {
    test('is left out, and an empty delivery is not sent', async () => {
      const node = workshop.node()
      await workshop.save(node, { url: receiver.url, enabled: false })
      await workshop.suppress('excluded')
      const keys = await workshop.publish(3, VIP, n => (n === 1 ? 'excluded' : `player-${n}`))
      await workshop.save(node, { url: receiver.url })
      await receiver.until(({ requests }) => requests.length === 1)
      expect(receiver.keys).toEqual([keys[0], keys[2]])
      await workshop.publish(2, VIP, () => 'excluded')
      const [withheld] = await eventually(
        () => workshop.deliveries('DELIVERED'),
        list => list.length === 2,
      )
      expect(withheld).toMatchObject({
        attempts: 0,
        lastStatusCode: null,
        lastError: 'withheld: nothing in it may be sent (player suppressed)',
        deliveredAt: null,
      })
      expect(receiver.requests.length).toBe(1)
      expect(node.outcomes).toEqual(['delivered', 'withheld'])
    })

    test('is withheld from a retry', async () => {
      const node = workshop.node({ settings: { circuit: { failuresToOpen: 1_000, openMs: 1, openMaxMs: 1 } } })
      await workshop.save(node, { url: receiver.url })
      receiver.behaviour = () => 500
      const keys = await workshop.publish(2, VIP, n => ['excluded', 'other'][n]!)
      await receiver.until(({ requests }) => requests.length > 2)
      await workshop.suppress('excluded')
      const before = receiver.requests.length
      receiver.behaviour = () => 200
      await done()
      const after = receiver.requests.slice(before).flatMap(({ json }) => json.items.map(item => item.key))
      expect(after.at(-1)).toBe(keys[1])
      expect(after).not.toContain(keys[0])
    })

    test('who is suppressed and let go during a backoff is told of by none of what waited', async () => {
      const node = workshop.node({ settings: { retry: { baseMs: 3_600_000, maxMs: 3_600_000 } } })
      await workshop.save(node, { url: receiver.url })
      receiver.behaviour = () => 500
      const keys = await workshop.publish(2, VIP, n => ['excluded', 'other'][n]!)
      await eventually(
        () => workshop.deliveries(),
        ([first]) => first?.attempts === 1,
      )
      await workshop.suppress('excluded')
      await workshop.lift('excluded')
      receiver.behaviour = () => 204
      keys.push(...(await workshop.publish(1, VIP, () => 'excluded')))
      const [delivery] = await workshop.deliveries('PENDING')
      await node.webhooks.redelivering.redeliver(delivery!.id, 'tester')
      await receiver.until(({ requests }) => requests.length === 3)
      await done()
      expect(sorted(receiver.keys)).toEqual(sorted([keys[0]!, keys[1]!, keys[1]!, keys[2]!]))
    })

    test('is not told later of what was withheld; of what had arrived, where somebody says so', async () => {
      const node = workshop.node()
      await workshop.save(node, { url: receiver.url })
      const ended = (count: number) =>
        eventually(
          () => workshop.deliveries('DELIVERED'),
          list => list.length === count,
        )
      const [arrived] = await workshop.publish(1, VIP, () => 'excluded')
      await ended(1)
      await workshop.suppress('excluded')
      const [, other] = await workshop.publish(2, VIP, n => ['excluded', 'other'][n]!)
      await ended(2)
      await workshop.publish(1, VIP, () => 'excluded')
      await ended(3)
      await workshop.lift('excluded')
      for (const { id } of (await workshop.deliveries()).toReversed()) {
        await node.webhooks.redelivering.redeliver(id, 'tester')
        await ended(3)
      }
      expect(receiver.keys).toEqual([arrived, other, arrived, other])
      expect((await workshop.deliveries()).map(({ deliveredAt }) => deliveredAt === null)).toEqual([true, false, false])
    })

    test('is waited for by no other endpoint while one is silent', async () => {
      const node = workshop.node({ config: { timeoutMs: 2_000 } })
      const silent = await another()
      await workshop.save(node, { id: 'silent', url: silent.url })
      await workshop.save(node, { url: receiver.url })
      let under = 0
      silent.behaviour = ({ body }, response) => {
        if (!body.includes('"excluded"')) return undefined
        under++
        response.on('close', () => under--)
        return undefined
      }
      const neighbour = Array.from({ length: 10_000 }, (_, n) => `neighbour-${n}`).find(
        id => shardOf(id) === shardOf('excluded'),
      )!
      await workshop.publish(2, VIP, n => ['excluded', neighbour][n]!)
      await silent.until(({ requests }) => requests.length === 1)
      await receiver.until(({ requests }) => requests.length === 1)
      let told = -1
      const startedAt = performance.now()
      const suppressing = workshop.suppress('excluded').then(() => {
        told = silent.requests.filter(({ body }) => body.includes('"excluded"')).length
        expect(under).toBe(0)
      })
      const waits: number[] = []
      while (told < 0) {
        const sentAt = performance.now()
        const [key] = await workshop.publish(1, VIP, () => neighbour)
        await receiver.until(({ distinctKeys }) => distinctKeys.has(key!))
        waits.push(performance.now() - sentAt)
      }
      await suppressing
      expect(waits.length).toBeGreaterThan(5)
      expect(Math.max(...waits)).toBeLessThan(500)
      expect(performance.now() - startedAt).toBeLessThan(10_000)
      await silent.until(({ requests }) => requests.length > told + 2)
      expect(silent.requests.filter(({ body }) => body.includes('"excluded"'))).toHaveLength(told)
    })

    test('is told of by no request that begins, or is under way, once the suppression has committed', async () => {
      const node = workshop.node()
      await workshop.save(node, { url: receiver.url })
      const open = new Set<string>()
      const suppressed = new Set<string>()
      const tooLate: string[] = []
      receiver.behaviour = ({ json }, response) => {
        const players = json.items.map(item => (item.payload as { of: string }).of)
        for (const player of players) {
          if (suppressed.has(player)) tooLate.push(player)
          open.add(player)
        }
        setTimeout(() => {
          for (const player of players) open.delete(player)
          response.writeHead(204).end()
        }, 3)
        return undefined
      }
      const stillOpen: string[] = []
      let told = 0
      for (let round = 0; round < 60; round++) {
        const player = `player-${round}`
        await workshop.publish(3, VIP, n => (n === 1 ? player : `other-${round % 7}`))
        // At any moment between the commit of the effect and long after its request.
        await new Promise(resolve => setTimeout(resolve, round % 40))
        await workshop.suppress(player)
        suppressed.add(player)
        if (open.has(player)) stillOpen.push(player)
        if (receiver.requests.some(({ body }) => body.includes(`"${player}"`))) told++
      }
      await done()
      expect({ tooLate, stillOpen }).toEqual({ tooLate: [], stillOpen: [] })
      expect(told).toBeGreaterThan(5)
      expect(told).toBeLessThan(55)
    })
  })

  test('a webhook that is deleted is sent nothing more, and takes its deliveries with it', async () => {
    const node = workshop.node()
    await workshop.save(node, { url: receiver.url })
    receiver.behaviour = (_received, response) => {
      setTimeout(() => response.writeHead(500).end(), 200)
      return undefined
    }
    await workshop.publish(1)
    await receiver.until(({ requests }) => requests.length === 1)
    expect(await deleteWebhook(workshop.db, 'crm')).toMatchObject({ id: 'crm', url: receiver.url })
    expect(await deleteWebhook(workshop.db, 'crm')).toBe(null)
    await workshop.publish(5)
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(receiver.requests.length).toBe(1)
    expect(await workshop.deliveries()).toEqual([])
    expect(node.errors).toEqual([])
  })

  test('a webhook that is saved while it is being deleted is a new one, with a secret of its own', async () => {
    const node = workshop.node()
    await workshop.save(node, { url: receiver.url, enabled: false })
    const saving = await workshop.db.transaction(async session => {
      expect(await deleteWebhook(session, 'crm')).toMatchObject({ id: 'crm' })
      const saved = workshop.save(node, { url: receiver.url })
      await eventually(
        () =>
          workshop.database.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
          AND datname = current_database()`),
        waiting => waiting.length === 1,
      )
      return { saved }
    })
    const { secret } = await saving.saved
    expect(secret).toMatch(/^whsec_/)
    await workshop.publish(1)
    await receiver.until(({ requests }) => requests.length === 1)
    expect(verifies(secret!, receiver.requests[0]!)).toBe(true)
  })

  test('deliveries that have ended go after their time', async () => {
    const node = workshop.node({ settings: { retry: { baseMs: 3_600_000, maxMs: 3_600_000 } } })
    await workshop.save(node, { url: receiver.url })
    let answers = 0
    receiver.behaviour = () => (++answers % 2 === 0 ? 500 : 200)
    await node.webhooks.testing.test('crm', 'tester')
    await node.webhooks.testing.test('crm', 'tester')
    await node.webhooks.testing.test('crm', 'tester')
    await workshop.publish(1)
    await eventually(
      () => workshop.deliveries('PENDING'),
      ([first]) => first?.attempts === 1,
    )
    const left = async (now: number) => {
      await webhookRetentionJob(workshop.db, () => now).run()
      return (await workshop.deliveries()).map(({ status }) => status)
    }
    const now = Date.now()
    expect(await left(now + 6.9 * DAY_MS)).toEqual(['PENDING', 'DELIVERED', 'DEAD', 'DELIVERED'])
    expect(await left(now + 7.1 * DAY_MS)).toEqual(['PENDING', 'DEAD'])
    expect(await left(now + 29.9 * DAY_MS)).toEqual(['PENDING', 'DEAD'])
    expect(await left(now + 30.1 * DAY_MS)).toEqual(['PENDING'])
    expect(await left(now + 365 * DAY_MS)).toEqual(['PENDING'])
  })

  describe('two nodes', () => {
    test('share the work, and nothing is sent twice', async () => {
      const nodes = [workshop.node(), workshop.node()]
      for (const id of ['one', 'two']) await workshop.save(nodes[0]!, { id, url: receiver.url })
      const keys: string[] = []
      for (let n = 0; n < 30; n++) keys.push(...(await workshop.publish(20)))
      await eventually(
        () => receiver.keys.length,
        length => length === 2 * keys.length,
      )
      expect(sorted(receiver.keys)).toEqual(sorted([...keys, ...keys]))
      expect(nodes.flatMap(({ errors }) => errors)).toEqual([])
    })

    test('one that stops hands its webhooks over', async () => {
      const first = workshop.node()
      await workshop.save(first, { url: receiver.url })
      await workshop.publish(1)
      await receiver.until(({ requests }) => requests.length === 1)
      const second = workshop.node()
      await first.stop()
      first.stop = async () => undefined
      await workshop.publish(1)
      await receiver.until(({ requests }) => requests.length === 2)
      await eventually(
        () => second.outcomes,
        outcomes => outcomes.length === 1,
      )
    })

    test('a delivery that one is sending is left alone by the other, whatever the leases say', async () => {
      const first = workshop.node({ settings: { lookMs: 60_000 } })
      await workshop.save(first, { url: receiver.url })
      let answer = () => {}
      receiver.behaviour = (_received, response) => {
        answer = () => response.writeHead(200).end()
        return undefined
      }
      await workshop.publish(1)
      await receiver.until(({ requests }) => requests.length === 1)
      let looks = 0
      const clock = () => {
        looks++
        return Date.now()
      }
      const second = workshop.node({ clock })
      await workshop.database.query(`UPDATE webhook SET lease_until = now() - interval '1 s'`)
      await eventually(
        () => second.circuits.length,
        circuits => circuits > 0,
      )
      // It is asked after now and then, not again and again.
      await eventually(
        () => looks,
        () => looks > 5,
      )
      answer()
      await done()
      expect(receiver.requests.length).toBe(1)
      expect(looks).toBeLessThan(100)
    })
  })
})

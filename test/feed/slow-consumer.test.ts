import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { Follower } from '../e2e/support/follower.js'
import { START } from '../e2e/support/traffic.js'
import { type ApiClient, tokenOf } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install } from '../support/server.js'

const SUBSCRIBERS = 'tidemark_subscribers'
const SLOW = 'tidemark_slow_consumers_total'

const metric = async (client: ApiClient, name: string): Promise<number> => {
  const text = await (await fetch(`${client.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

async function eventually(client: ApiClient, name: string, value: number): Promise<void> {
  for (const until = Date.now() + 20_000; ; ) {
    const seen = await metric(client, name)
    if (seen === value) return
    if (Date.now() > until) throw new Error(`${name} is ${seen}, not ${value}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** A client as one would write it without a library, which can stop reading. */
class RawSubscriber {
  readonly messages: { type: string; id?: string; payload?: unknown }[] = []

  private constructor(readonly socket: WebSocket) {
    socket.on('message', data => this.messages.push(JSON.parse(String(data))))
  }

  static async to(client: ApiClient): Promise<RawSubscriber> {
    const socket = new WebSocket(`${client.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await once(socket, 'open')
    const subscriber = new RawSubscriber(socket)
    socket.send(
      JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${await tokenOf('crm')}` } }),
    )
    await once(socket, 'message')
    return subscriber
  }

  subscribe(id: string): void {
    // Frames of about 5 kB: what the kernel holds for a sleeping reader is soon full.
    const fields = Array.from({ length: 20 }, (_, i) => `c${i}: crossingEventId`).join(' ')
    const query = `subscription { vipEntered { feedCursor ${fields} } }`
    this.socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query } }))
  }

  unsubscribe(id: string): void {
    this.socket.send(JSON.stringify({ type: 'complete', id }))
  }

  async untilEnd(id: string) {
    for (;;) {
      const end = this.messages.find(message => message.id === id && message.type !== 'next')
      if (end !== undefined) return end
      await once(this.socket, 'message')
    }
  }
}

/** Each of these bets crosses the threshold in all 24 windows that hold it. */
const bets = (round: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    player_id: `p${round}-${i}`,
    event_id: `${round}-${i}-${'x'.repeat(180)}`,
    event_type: 'bet',
    amount: 2,
    timestamp: new Date(START).toISOString(),
  }))
const WINDOWS = 24
const ROUNDS_MIN = 100
const ROUNDS_MAX = 800
/** The reader keeps what it got, some 20 MB; all that the sleeper has not read would be more than 100 MB. */
const HELD_BYTES_MAX = 60e6

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heldBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

describe.each(ENGINES)('a subscriber that does not read, on $name', engine => {
  const cleanup: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const clean of cleanup.splice(0).reverse()) await clean()
  })

  async function installed() {
    const installation = await install(engine, { SUBSCRIBER_QUEUE_MAX: '500' })
    cleanup.push(installation.close)
    await installation.client.data(
      'mutation { saveVipPolicy(input: { id: "all", name: "all", threshold: "1", window: "PT2H", slide: "PT5M" }) { version } }',
    )
    return installation.client
  }

  test('is closed with SLOW_CONSUMER; the others get everything, and nothing piles up', async () => {
    const client = await installed()
    const { feedCursor } = await client.data<{ feedCursor: string }>('{ feedCursor }')
    const reader = new Follower({ url: async () => client.url, after: feedCursor })
    cleanup.push(() => reader.close())
    const sleeper = await RawSubscriber.to(client)
    sleeper.subscribe('s')
    await eventually(client, SUBSCRIBERS, 2)
    sleeper.socket.pause()
    const before = heldBytes()
    let sent = 0
    let overrun = false
    for (let round = 0; round < ROUNDS_MAX && !(overrun && round >= ROUNDS_MIN); round++) {
      sent += (await client.send(bets(round, 10))).accepted
      await reader.until(entries => entries.length === sent * WINDOWS)
      overrun ||= round % 20 === 0 && (await metric(client, SLOW)) === 1
    }
    expect(overrun).toBe(true)
    expect(heldBytes() - before).toBeLessThan(HELD_BYTES_MAX)
    expect(reader.reconnects).toBe(0)
    expect(reader.ids).toEqual(Array.from({ length: sent * WINDOWS }, (_, i) => i + 1))
    sleeper.socket.resume()
    const end = await sleeper.untilEnd('s')
    expect(end).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'SLOW_CONSUMER' } }] })
    const got = sleeper.messages.filter(message => message.type === 'next').length
    console.log(`${engine.name}: the sleeper got ${got} of ${sent * WINDOWS} entries before it was closed`)
    expect(got).toBeLessThan(sent * WINDOWS)
    await eventually(client, SUBSCRIBERS, 1)
    sleeper.socket.close()
  })

  test('a batch with more effects than a queue holds closes nobody who reads', async () => {
    const client = await installed()
    const { feedCursor } = await client.data<{ feedCursor: string }>('{ feedCursor }')
    const reader = new Follower({ url: async () => client.url, after: feedCursor })
    cleanup.push(() => reader.close())
    await eventually(client, SUBSCRIBERS, 1)
    await client.send(bets(0, 100))
    await reader.until(entries => entries.length === 100 * WINDOWS)
    expect(reader.ids).toEqual(Array.from({ length: 100 * WINDOWS }, (_, i) => i + 1))
    expect(reader.reconnects).toBe(0)
    expect(await metric(client, SLOW)).toBe(0)
  })

  test('unsubscribing frees the slot at once, while others stay', async () => {
    const client = await installed()
    const subscriber = await RawSubscriber.to(client)
    for (let i = 0; i < 50; i++) subscriber.subscribe(String(i))
    await eventually(client, SUBSCRIBERS, 50)
    for (let i = 0; i < 49; i++) subscriber.unsubscribe(String(i))
    await eventually(client, SUBSCRIBERS, 1)
    await client.send(bets(0, 1))
    while (subscriber.messages.length < 1 + WINDOWS) await once(subscriber.socket, 'message')
    expect(new Set(subscriber.messages.map(message => message.id))).toEqual(new Set([undefined, '49']))
    subscriber.socket.terminate()
    await eventually(client, SUBSCRIBERS, 0)
  })
})

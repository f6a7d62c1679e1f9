import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NodeProcess } from '../e2e/support/process.js'
import { type ApiClient, type IngestAnswer, tokenOf } from '../support/client.js'
import { ENGINES, makeDatabase, type TestDatabase } from '../support/engines.js'

const MB = 1024 * 1024
const BODY_BYTES = 400 * MB
const MEMORY_BYTES_MAX = 320 * MB
const NOTE = 'the quick brown fox jumps over the lazy dog, '.repeat(45)

const event = (i: number): string =>
  `${JSON.stringify({
    event_id: `e${i}`,
    player_id: `p${i % 1_000}`,
    event_type: 'bet',
    amount: 1,
    timestamp: '2026-01-01T00:00:00Z',
    data: NOTE,
  })}\n`

describe.each(ENGINES)('large and broken bodies on $name', engine => {
  let database: TestDatabase
  let node: NodeProcess
  let client: ApiClient
  beforeAll(async () => {
    database = await makeDatabase(engine)
    node = await NodeProcess.start({ DATABASE_URL: database.url, LOG_LEVEL: 'info' })
    client = node.client
  })
  afterAll(async () => {
    await node.kill('SIGTERM')
    await database.drop()
  })

  const open = async (path: string) =>
    request(client.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${await tokenOf('ingest')}`, 'content-type': 'application/x-ndjson' },
    })
  const figure = async (name: string): Promise<number> => {
    const text = await (await fetch(`${client.url}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
  }
  const storedIn = async (stream: string): Promise<number> => {
    const [row] = await database.query<{ n: string }>('SELECT count(*) AS n FROM player_event WHERE stream = $1', [
      stream,
    ])
    return Number(row?.n)
  }

  test('a body of 400 MB is taken at the pace of the commits, in bounded memory', async () => {
    const sent = await open('/events?stream=large')
    const answered = once(sent, 'response')
    let [bytes, events, memory, nextLook] = [0, 0, 0, 0]
    while (bytes < BODY_BYTES) {
      let text = ''
      for (let i = 0; i < 100; i++) text += event(events++)
      bytes += text.length
      // The socket takes more only when the server has read what it was sent.
      if (!sent.write(text)) await once(sent, 'drain')
      if (bytes < nextLook) continue
      nextLook = bytes + 5 * MB
      memory = Math.max(memory, await figure('process_resident_memory_bytes'))
    }
    sent.end()
    const [response] = await answered
    let answer = ''
    for await (const chunk of response) answer += chunk
    expect(JSON.parse(answer)).toEqual({ accepted: events, duplicates: 0, rejectedCount: 0, rejected: [] })
    expect(await storedIn('large')).toBe(events)
    expect(memory).toBeGreaterThan(50 * MB)
    expect(memory).toBeLessThan(MEMORY_BYTES_MAX)
  })

  test('so is a line that never ends', async () => {
    const sent = await open('/events?stream=endless')
    const answered = once(sent, 'response')
    sent.write(event(0).replace('"e0"', '"before"'))
    sent.write('{"data":"')
    const before = await figure('process_resident_memory_bytes')
    const chunk = Buffer.alloc(MB, 'x')
    for (let megabytes = 0; megabytes < 150; megabytes++) if (!sent.write(chunk)) await once(sent, 'drain')
    const grown = (await figure('process_resident_memory_bytes')) - before
    sent.end(`"}\n${event(0).replace('"e0"', '"behind"')}`)
    const [response] = await answered
    let text = ''
    for await (const chunk of response) text += chunk
    const answer = JSON.parse(text) as IngestAnswer
    expect(answer).toMatchObject({ accepted: 2, rejectedCount: 1, rejected: [{ index: 1, code: 'TOO_LARGE' }] })
    expect(grown).toBeLessThan(60 * MB)
  })

  test('a connection that breaks in the middle leaves what was whole, and a server that is well', async () => {
    const sent = await open('/events?stream=broken')
    sent.on('error', () => undefined)
    for (let i = 0; i < 3_000; i++) sent.write(event(i).replace('"e', '"broken'))
    sent.write(event(3_000).slice(0, 500))
    // What was sent before is committed while the request is still open.
    await expect.poll(() => storedIn('broken'), { timeout: 30_000 }).toBe(3_000)
    sent.destroy()
    await expect.poll(() => figure('tidemark_queue_events'), { timeout: 10_000 }).toBe(0)
    expect((await fetch(`${client.url}/readyz`)).status).toBe(200)
    expect(await client.send([event(3_000).replace('"e', '"broken')], '/events?stream=broken')).toMatchObject({
      accepted: 1,
    })
    expect(await storedIn('broken')).toBe(3_001)
    expect(node.lines.filter(line => /"level":(50|60)/.test(line))).toEqual([])
  })
})

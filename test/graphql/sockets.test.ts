import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authenticated, rawSocket, run, startServer, type TestServer, token } from './support.js'

let server: TestServer

beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

describe('opening', () => {
  it.each([
    ['no payload', undefined],
    ['no token', {}],
    ['no string', { authorization: { a: 1 } }],
    ['a broken token', { authorization: 'Bearer abc' }],
  ])('closes with 4401: %s', async (_name, payload) => {
    const raw = await rawSocket(server.wsUrl)
    raw.send({ type: 'connection_init', payload })
    expect(await raw.closed).toMatchObject({ code: 4401, reason: expect.stringMatching(/^(authorization|the token)/) })
    expect(raw.messages).toEqual([])
  })

  it('serves nothing before connection_init has been verified', async () => {
    for (const first of [[], [{ type: 'connection_init' }]]) {
      const raw = await rawSocket(server.wsUrl)
      for (const message of first) raw.send(message)
      raw.send({ type: 'subscribe', id: '1', payload: { query: '{ whoami }' } })
      expect((await raw.closed).code).toBe(4401)
      expect(raw.messages).toEqual([])
    }
  })

  it('refuses an expired token, and a connection_init beyond measure', async () => {
    const expired = await rawSocket(server.wsUrl)
    expired.send({ type: 'connection_init', payload: { authorization: `Bearer ${await token('a', ['crm'], -60)}` } })
    expect(await expired.closed).toEqual({ code: 4401, reason: 'the token has expired' })
    const large = await rawSocket(server.wsUrl)
    large.send({ type: 'connection_init', payload: { authorization: 'x'.repeat(20_000) } })
    expect(await large.closed).toEqual({ code: 1009, reason: 'connection_init is too large' })
  })

  it('speaks one protocol, on one path', async () => {
    const other = await rawSocket(server.wsUrl, 'graphql-ws').catch(error => error)
    expect(String(other)).toMatch(/subprotocol|4406/)
    await expect(rawSocket(server.wsUrl.replace('/graphql', '/events'))).rejects.toThrow(/404/)
  })

  it('waits for connection_init for a while only', async () => {
    await server.close()
    server = await startServer({}, { initWaitMs: 50 })
    const raw = await rawSocket(server.wsUrl)
    expect(await raw.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' })
  })

  it('refuses more sockets than subscriptions', async () => {
    await server.close()
    server = await startServer({ SUBSCRIPTIONS_MAX: '1' })
    await authenticated(server)
    await expect(rawSocket(server.wsUrl)).rejects.toThrow(/503/)
  })
})

describe('operations', () => {
  it('run queries and mutations with the actor of the socket', async () => {
    const client = server.client(await token('ann', ['crm']))
    expect(await run(client, '{ whoami staffOnly }')).toEqual({
      results: [{ data: { whoami: 'ann null', staffOnly: 'ok' } }],
      error: null,
    })
  })

  it('format errors as over HTTP, validation and introspection among them', async () => {
    for (const query of [
      '{ whoami',
      '{ nothing }',
      '{ __schema { types { name } } }',
      'query ($n: Int!) { items(first: $n) { totalCount } }',
      '{ fails(how: "busy") }',
      '{ fails(how: "shutdown") }',
    ]) {
      const ws = await run(server.client(), query)
      const http = await server.query(query)
      expect(ws.results[0]?.errors ?? ws.error, query).toEqual(http.errors)
    }
    const { results } = await run(server.client(), '{ fails(how: "defect") }')
    expect(results[0]?.errors?.[0]).toMatchObject({
      message: expect.stringMatching(/^Internal server error \(id [0-9a-f-]{36}\)$/),
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    })
    expect(server.logged).toMatchObject([{ msg: 'unexpected error' }])
  })

  it('are refused at subscribe time by role', async () => {
    const { results } = await run(server.client(await token('p', ['player'])), 'subscription { staffStream }')
    expect(results[0]?.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    expect(server.probe.pulled).toBe(0)
    expect(server.subscriptions).toEqual([1, 0])
  })

  it('give each event its own loaders', async () => {
    await run(server.client(), 'subscription { twoThenQuiet }', {}, 2)
    expect(server.probe.loaders.size).toBe(2)
  })

  it.each([
    ['slow', 'SLOW_CONSUMER', 'the queue of this subscription overran'],
    ['expired', 'CURSOR_EXPIRED', 'after is older than the feed'],
    ['defect', 'INTERNAL_SERVER_ERROR', expect.stringMatching(/^Internal server error \(id/)],
  ])('end with an error message when their source breaks: %s', async (how, code, message) => {
    const query = 'subscription ($how: String!) { breaks(how: $how) }'
    const answer = await run(server.client(), query, { how })
    expect(answer.results).toEqual([{ data: { breaks: 1 } }, { data: { breaks: 2 } }])
    expect(answer.error).toMatchObject([{ message, extensions: { code } }])

    const raw = await authenticated(server)
    raw.send({ type: 'subscribe', id: 's', payload: { query, variables: { how } } })
    expect(await raw.message('error')).toMatchObject({ id: 's', payload: [{ message, extensions: { code } }] })
    expect(raw.messages.map(({ type }) => type)).toEqual(['connection_ack', 'next', 'next', 'error'])
    await server.probe.when(() => server.subscriptions.at(-1) === 0)
  })

  it('are ended at once by complete, also while their source waits', async () => {
    const raw = await authenticated(server)
    raw.send({ type: 'subscribe', id: 's', payload: { query: 'subscription { twoThenQuiet }' } })
    await server.probe.when(() => server.probe.pulled === 3)
    raw.send({ type: 'complete', id: 's' })
    await server.probe.when(() => server.probe.returned === 1 && server.subscriptions.at(-1) === 0)
    raw.socket.close()
  })

  it('are ended with their socket', async () => {
    const raw = await authenticated(server)
    for (const id of ['a', 'b']) {
      raw.send({ type: 'subscribe', id, payload: { query: 'subscription { twoThenQuiet }' } })
    }
    await server.probe.when(() => server.subscriptions.at(-1) === 2)
    raw.socket.terminate()
    await server.probe.when(() => server.probe.returned === 2 && server.subscriptions.at(-1) === 0)
  })

  it('are bounded per socket', async () => {
    const raw = await authenticated(server)
    for (let id = 0; id <= 100; id++) {
      raw.send({ type: 'subscribe', id: `${id}`, payload: { query: 'subscription { staffStream }' } })
    }
    expect(await raw.message('error')).toMatchObject({
      id: '100',
      payload: [{ message: 'a socket may run 100 operations at once, open another' }],
    })
    expect(server.subscriptions.at(-1)).toBe(100)
    raw.socket.terminate()
    await server.probe.when(() => server.subscriptions.at(-1) === 0)
  })

  it('are bounded per node', async () => {
    await server.close()
    server = await startServer({ SUBSCRIPTIONS_MAX: '2' })
    const raw = await authenticated(server)
    for (const id of ['a', 'b', 'c']) {
      raw.send({ type: 'subscribe', id, payload: { query: 'subscription { staffStream }' } })
    }
    expect(await raw.message('next')).toMatchObject({
      id: 'c',
      payload: {
        errors: [{ message: expect.stringMatching(/^this node serves 2/), extensions: { code: 'UNAVAILABLE' } }],
      },
    })
    expect(server.subscriptions).toEqual([1, 2])
  })
})

describe('closing', () => {
  it('comes with the expiry of the token, and a client with a fresh one goes on', async () => {
    const tokens = [await token('ann', ['crm'], 1), await token('ann', ['crm'], 60)]
    const closes: unknown[] = []
    let given = 0
    const client = server.client('', {
      retryAttempts: 3,
      retryWait: async () => undefined,
      connectionParams: () => ({ authorization: `Bearer ${tokens[given++]}` }),
      on: { closed: event => closes.push(event) },
    })
    const stop = client.subscribe({ query: 'subscription { staffStream }' }, { next() {}, error() {}, complete() {} })
    await server.probe.when(() => server.probe.pulled === 2)
    expect(given).toBe(2)
    expect(closes).toMatchObject([{ code: 4403, reason: 'Token expired' }])
    stop()
    await server.probe.when(() => server.probe.returned === 2)
  })

  it('ends a flood at once, also of a peer that does not answer the close frame', async () => {
    const authorization = `Bearer ${await token('ann', ['crm'], 1)}`
    const socket = await deafSocket(new URL(server.url), [
      frame({ type: 'connection_init', payload: { authorization } }),
    ])
    socket.write(frame({ type: 'subscribe', id: 's', payload: { query: 'subscription { flood }' } }))
    socket.resume()
    await server.probe.when(() => server.probe.returned === 1)
    const pulled = server.probe.pulled
    expect(socket.readyState).toBe('open')
    expect(await settled(() => server.probe.pulled)).toBe(pulled)
    socket.destroy()
  })

  it('takes a message over the limit as the end', async () => {
    const raw = await authenticated(server)
    raw.send({ type: 'ping', payload: { x: 'x'.repeat(1024 * 1024) } })
    expect((await raw.closed).code).toBe(1009)
  })

  it('comes with 1001 when the server drains', async () => {
    const raw = await authenticated(server)
    raw.send({ type: 'subscribe', id: 's', payload: { query: 'subscription { staffStream }' } })
    await server.probe.when(() => server.probe.pulled === 1)
    await server.close()
    expect(await raw.closed).toEqual({ code: 1001, reason: 'Going away' })
    expect(server.subscriptions.at(-1)).toBe(0)
  })

  it('drains in bounded time, also where peers are silent', async () => {
    const raw = await authenticated(server)
    raw.socket.pause()
    await server.close()
    expect(server.app.server.listening).toBe(false)
  })

  it('comes to a peer that answers no ping', async () => {
    await server.close()
    server = await startServer({}, { keepAliveMs: 50 })
    const lively = await authenticated(server)
    const dead = await authenticated(server)
    dead.send({ type: 'subscribe', id: 's', payload: { query: 'subscription { staffStream }' } })
    await server.probe.when(() => server.subscriptions.at(-1) === 1)
    dead.socket.pause()
    await server.probe.when(() => server.subscriptions.at(-1) === 0)
    lively.send({ type: 'ping' })
    await lively.message('pong')
    dead.socket.terminate()
  })
})

/** Completes the handshake by hand and never reads from the TCP socket afterwards. */
function deafSocket(url: URL, frames: Buffer[]) {
  const socket = connect(Number(url.port), url.hostname)
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: ${url.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n` +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  )
  return new Promise<typeof socket>(resolve => {
    socket.once('data', () => {
      for (const frame of frames) socket.write(frame)
      let acknowledged = ''
      socket.on('data', chunk => {
        acknowledged += chunk.toString('latin1')
        if (!acknowledged.includes('connection_ack')) return
        socket.removeAllListeners('data').pause()
        resolve(socket)
      })
    })
  })
}

/** A masked text frame, with a mask of zeros. */
function frame(message: unknown): Buffer {
  const payload = Buffer.from(JSON.stringify(message))
  const header = Buffer.alloc(8)
  header.writeUInt8(0x81, 0)
  header.writeUInt8(0x80 | 126, 1)
  header.writeUInt16BE(payload.length, 2)
  return Buffer.concat([header, payload])
}

/** Waits until a number has not changed for a while: there is no event for what does not happen. */
async function settled(read: () => number): Promise<number> {
  for (let last = -1; ; last = read()) {
    if (last === read()) return last
    await new Promise(resolve => setTimeout(resolve, 300))
  }
}

describe('backpressure', () => {
  it('stops a subscription whose client does not read, and what else it asks for', async () => {
    const authorization = `Bearer ${await token('root', ['admin'])}`
    const socket = await deafSocket(new URL(server.url), [
      frame({ type: 'connection_init', payload: { authorization } }),
    ])
    const before = process.memoryUsage().rss
    socket.write(frame({ type: 'subscribe', id: 's', payload: { query: 'subscription { fatFlood }' } }))
    const pulled = await settled(() => server.probe.pulled)
    expect(pulled).toBeGreaterThan(0)
    expect(pulled).toBeLessThan(200)

    // 100 MB of pings, whose pongs nobody reads: the server has to stop reading them.
    const ping = frame({ type: 'ping', payload: { x: 'x'.repeat(50_000) } })
    let taken = 0
    const flood = () => {
      while (taken < 2_000 && socket.write(ping)) taken++
    }
    socket.on('drain', flood)
    flood()
    expect(await settled(() => taken)).toBeLessThan(1_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
    expect(server.probe.pulled).toBe(pulled)

    socket.destroy()
    await server.probe.when(() => server.probe.returned === 1 && server.subscriptions.at(-1) === 0)
  })

  it('lets one that reads again go on', async () => {
    const raw = await authenticated(server)
    raw.send({ type: 'subscribe', id: 's', payload: { query: 'subscription { fatFlood }' } })
    await raw.message('next')
    raw.socket.pause()
    const pulled = await settled(() => server.probe.pulled)
    raw.socket.resume()
    await server.probe.when(() => server.probe.pulled > pulled + 100)
    raw.socket.terminate()
  })
})

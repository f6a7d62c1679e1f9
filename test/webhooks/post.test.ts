import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusedAddress } from '../../src/webhooks/address.js'
import { makePost, type PostSettings } from '../../src/webhooks/post.js'
import { makeResolve, type Resolve } from '../../src/webhooks/resolve-name.js'
import { Receiver } from './receiver.js'

const OPEN: PostSettings = { refused: () => null, timeoutMs: 2_000 }
const GUARDED: PostSettings = { refused: refusedAddress, timeoutMs: 2_000 }
const leadsTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))

const send = (settings: PostSettings, url: string, resolve: Resolve = makeResolve()) =>
  makePost(settings, resolve)(url, { 'Webhook-Id': 'd1', 'Content-Type': 'application/json' }, '{"items":[]}')

describe('a POST', () => {
  let receiver: Receiver
  const closing: (() => Promise<unknown>)[] = []
  beforeEach(async () => {
    receiver = await Receiver.open()
    closing.push(() => receiver.close())
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })

  /** A server that speaks no HTTP unless it is told how. */
  async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>()
    const server: Server = createServer(socket => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      onConnection(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  test('carries the body and the headers as they are written, on a connection of its own', async () => {
    expect(await send(OPEN, receiver.url)).toEqual({ ok: true, statusCode: 204 })
    const [{ headers, rawHeaders, body, path }] = receiver.requests as [Receiver['requests'][number]]
    expect({ path, body }).toEqual({ path: '/hook', body: '{"items":[]}' })
    expect(rawHeaders).toContain('Webhook-Id')
    expect(headers).toMatchObject({ 'content-length': '12', connection: 'close', 'content-type': 'application/json' })
  })

  test.each([200, 201, 202, 204, 299])('answered with %i has arrived', async status => {
    receiver.behaviour = () => status
    expect(await send(OPEN, receiver.url)).toEqual({ ok: true, statusCode: status })
  })

  test.each([400, 401, 404, 410, 429, 500, 503])('answered with %i has failed', async status => {
    receiver.behaviour = () => status
    expect(await send(OPEN, receiver.url)).toEqual({ ok: false, statusCode: status, error: `HTTP ${status}` })
  })

  test.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async status => {
    receiver.behaviour = ({ path }, response) => {
      if (path !== '/hook') return 204
      response.writeHead(status, { location: '/elsewhere' }).end()
      return undefined
    }
    const error = `HTTP ${status}: redirects are not followed`
    expect(await send(OPEN, receiver.url)).toEqual({ ok: false, statusCode: status, error })
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/hook'])
  })

  test('to nobody says what failed, and no address', async () => {
    const { url } = receiver
    await receiver.close()
    expect(await send(OPEN, url)).toEqual({ ok: false, statusCode: null, error: 'the request failed: ECONNREFUSED' })
    const nobody: Resolve = () =>
      Promise.reject(Object.assign(new Error('getaddrinfo 10.0.0.53'), { code: 'ENOTFOUND' }))
    expect(await send(OPEN, 'http://crm.example/', nobody)).toEqual({
      ok: false,
      statusCode: null,
      error: 'the request failed: ENOTFOUND',
    })
    const empty = await send(OPEN, 'http://crm.example/', leadsTo())
    expect(empty).toEqual({ ok: false, statusCode: null, error: 'the host has no address' })
  })

  test('to what speaks something else fails', async () => {
    const url = await rawServer(socket => socket.end('-ERR unknown command\r\n'))
    expect(await send(OPEN, url)).toMatchObject({ ok: false, statusCode: null })
    expect(await send(OPEN, url.replace('http:', 'https:'))).toMatchObject({ ok: false, statusCode: null })
  })

  test.each([
    ['with a new protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
    ['without one', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('answered with 101 %s has failed, and its connection is closed', async (_name, answer) => {
    let closed: Promise<unknown> | undefined
    const url = await rawServer(socket => {
      closed = new Promise(resolve => socket.on('close', resolve))
      socket.resume().write(answer)
    })
    expect(await send(OPEN, url)).toEqual({ ok: false, statusCode: 101, error: 'HTTP 101' })
    await closed
  })

  test('whose connection ends before an answer has failed', async () => {
    const answers = ['', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 200 OK\r\nx-more: ']
    for (const answer of answers) {
      const url = await rawServer(socket => socket.on('data', () => socket.end(answer)))
      expect(await send(OPEN, url)).toMatchObject({ ok: false, statusCode: null })
    }
  })

  const SHORT = { ...OPEN, timeoutMs: 200 }
  const LATE = { ok: false, statusCode: null, error: 'no answer within 0.2 s' }

  test('has one time for everything: no answer', async () => {
    expect(await send(SHORT, await rawServer(() => undefined))).toEqual(LATE)
  })

  test('has one time for everything: headers that drip', async () => {
    const url = await rawServer(socket => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const drip = setInterval(() => socket.write('x-more: 1\r\n'), 20)
      socket.on('close', () => clearInterval(drip))
    })
    expect(await send(SHORT, url)).toEqual(LATE)
  })

  test('has one time for everything: a name that is not resolved', async () => {
    expect(await send(SHORT, 'http://crm.example/', () => new Promise(() => undefined))).toEqual(LATE)
  })

  test('goes by the status: a body that drips or never ends is cut off', async () => {
    const closed: Promise<unknown>[] = []
    const drip = await rawServer(socket => {
      closed.push(new Promise(resolve => socket.on('close', resolve)))
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n')
      const timer = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(timer))
    })
    const flood = await rawServer(socket => {
      closed.push(new Promise(resolve => socket.on('close', resolve)))
      socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1024 * 1024)}`)
    })
    const startedAt = performance.now()
    expect(await send(OPEN, drip)).toEqual({ ok: true, statusCode: 200 })
    expect(await send(OPEN, flood)).toEqual({ ok: true, statusCode: 200 })
    expect(performance.now() - startedAt).toBeLessThan(500)
    await Promise.all(closed)
    expect(performance.now() - startedAt).toBeLessThan(1_900)
  })
})

describe('the address that is connected to', () => {
  let receiver: Receiver
  let port: string
  beforeEach(async () => {
    receiver = await Receiver.open()
    port = new URL(receiver.url).port
  })
  afterEach(() => receiver.close())

  const refusal = (range: string) => ({
    ok: false,
    statusCode: null,
    error: `refused: the host leads to a ${range} address`,
  })

  test.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['169.254.169.254', 'linkLocal'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['0.0.0.0', 'unspecified'],
    ['fd00::1', 'uniqueLocal'],
  ])('is looked at behind a name: %s', async (address, range) => {
    expect(await send(GUARDED, `http://crm.example:${port}/`, leadsTo(address))).toEqual(refusal(range))
    expect(receiver.requests).toEqual([])
  })

  test('is refused where only one of several is', async () => {
    const resolve = leadsTo('8.8.8.8', '127.0.0.1')
    expect(await send(GUARDED, `http://crm.example:${port}/`, resolve)).toEqual(refusal('loopback'))
  })

  test('is looked at by the system’s resolver too, and where the URL holds it', async () => {
    for (const host of ['localhost', '127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '[::1]']) {
      expect(await send(GUARDED, `http://${host}:${port}/`)).toEqual(refusal('loopback'))
    }
    // Some resolvers know it, some do not.
    expect((await send(GUARDED, `http://localhost.:${port}/`)).ok).toBe(false)
    expect(receiver.requests).toEqual([])
  })

  test('is the one that was looked at: the name is asked for once', async () => {
    const answers = ['127.0.0.1', '203.0.113.1']
    let asked = 0
    const resolve: Resolve = async () => [{ address: answers[asked++]!, family: 4 }]
    expect(await send(OPEN, `http://crm.example:${port}/hook`, resolve)).toEqual({ ok: true, statusCode: 204 })
    expect(asked).toBe(1)
    expect(receiver.requests[0]!.headers.host).toBe(`crm.example:${port}`)
  })

  test('is asked for anew at every delivery: a name that is bound anew is refused', async () => {
    let address = '127.0.0.1'
    // Nothing here is public: let one of this machine's addresses stand for what is.
    const refused = (asked: string) => (asked === '127.0.0.1' ? null : refusedAddress(asked))
    const post = makePost({ ...OPEN, refused }, async () => [{ address, family: 4 }])
    const send = () => post(`http://crm.example:${port}/hook`, {}, '{}')
    expect(await send()).toEqual({ ok: true, statusCode: 204 })
    address = '127.0.0.2'
    expect(await send()).toEqual(refusal('loopback'))
    address = '127.0.0.1'
    expect(await send()).toEqual({ ok: true, statusCode: 204 })
    expect(receiver.requests.length).toBe(2)
  })

  test('is tried after another that does not answer', async () => {
    const resolve = leadsTo('::1', '127.0.0.1')
    expect(await send(OPEN, `http://crm.example:${port}/`, resolve)).toEqual({ ok: true, statusCode: 204 })
  })
})

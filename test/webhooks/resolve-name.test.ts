import { createSocket } from 'node:dgram'
import { promises } from 'node:dns'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { makePost } from '../../src/webhooks/post.js'
import { makeResolve } from '../../src/webhooks/resolve-name.js'

const never = new AbortController().signal
const A = 1
const NO_ERROR = 0x8180
const SERVER_FAILURE = 0x8182
const NO_SUCH_NAME = 0x8183

/** The answer of a name server, for a query with one question. */
function answer(query: Buffer, flags: number, address: readonly number[] | null): Buffer {
  const end = query.indexOf(0, 12) + 5
  const isA = query.readUInt16BE(end - 4) === A
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(flags, 2)
  for (const [at, count] of [
    [4, 1],
    [6, address !== null && isA ? 1 : 0],
    [8, 0],
    [10, 0],
  ] as const) {
    header.writeUInt16BE(count, at)
  }
  const record = address !== null && isA ? [0xc0, 0x0c, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, ...address] : []
  return Buffer.concat([header, query.subarray(12, end), Buffer.from(record)])
}

describe('a name', () => {
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })

  /** Resolves by a name server that answers like this, or not at all. */
  async function resolveBy(reply: (query: Buffer) => Buffer | null) {
    const server = createSocket('udp4')
    server.on('message', (query, { port, address }) => {
      const sent = reply(query)
      if (sent !== null) server.send(sent, port, address)
    })
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    return makeResolve(() => {
      const resolver = new promises.Resolver({ timeout: 10_000, tries: 1 })
      resolver.setServers([`127.0.0.1:${server.address().port}`])
      return resolver
    })
  }

  test('is what the name servers say', async () => {
    const resolve = await resolveBy(query => answer(query, NO_ERROR, [203, 0, 113, 7]))
    expect(await resolve('crm.example', never)).toEqual([{ address: '203.0.113.7', family: 4 }])
  })

  test('of this machine, or of its hosts file, is not asked of them', async () => {
    const resolve = await resolveBy(query => answer(query, NO_ERROR, [203, 0, 113, 7]))
    const addresses = (await resolve('localhost', never)).map(({ address }) => address)
    expect(addresses.length).toBeGreaterThan(0)
    for (const address of addresses) expect(['127.0.0.1', '::1']).toContain(address)
  })

  test('that they do not know, or cannot tell, has failed', async () => {
    const unknown = await resolveBy(query => answer(query, NO_SUCH_NAME, null))
    await expect(unknown('nobody.invalid', never)).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/)
    const failing = await resolveBy(query => answer(query, SERVER_FAILURE, null))
    await expect(failing('crm.example', never)).rejects.toMatchObject({ code: 'ESERVFAIL' })
  })

  test('whose servers do not answer delays nothing else, and is given up in time', async () => {
    const silent = await resolveBy(() => null)
    const post = makePost({ refused: () => null, timeoutMs: 500 }, silent)
    const late = Array.from({ length: 16 }, (_, n) => post(`http://crm-${n}.example/`, {}, '{}'))
    const first = await Promise.race([late[0], promises.lookup('localhost').then(() => 'somebody else')])
    expect(first).toBe('somebody else')
    const gone = { ok: false, statusCode: null, error: 'no answer within 0.5 s' }
    expect(await Promise.all(late)).toEqual(late.map(() => gone))
  })

  test('is asked for no longer once nobody waits for it', async () => {
    const silent = await resolveBy(() => null)
    const nobody = new AbortController()
    const asking = silent('crm.example', nobody.signal)
    setTimeout(() => nobody.abort(), 50)
    await expect(asking).rejects.toMatchObject({ code: 'ECANCELLED' })
  })
})

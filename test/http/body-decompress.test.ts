import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { decompress, openBody } from '../../src/http/body-decompress.js'
import { BodyError } from '../../src/http/body-error.js'
import { readNdjson } from '../../src/http/body-ndjson.js'

const LIMITS = { bodyBytesMax: 50_000_000, lineBytesMax: 100_000 }

const streamOf = (bytes: Buffer, chunkBytes = 16_384): Readable => {
  const chunks: Buffer[] = []
  for (let from = 0; from < bytes.length; from += chunkBytes) chunks.push(bytes.subarray(from, from + chunkBytes))
  return Readable.from(chunks, { objectMode: false })
}

interface Outcome {
  readonly texts: string[]
  readonly error: unknown
}

async function read(source: AsyncIterable<Buffer>, limits = LIMITS): Promise<Outcome> {
  const texts: string[] = []
  try {
    for await (const group of readNdjson(source, limits)) {
      for (const line of group) texts.push('text' in line ? line.text : line.problem)
    }
    return { texts, error: null }
  } catch (error) {
    return { texts, error }
  }
}

const readGzip = (bytes: Buffer, chunkBytes?: number, limits = LIMITS): Promise<Outcome> =>
  read(decompress(streamOf(bytes, chunkBytes), 'gzip', limits.bodyBytesMax), limits)

const someLines = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `{"event_id":"${n}","amount":${(n * 7919) % 1000}}`)

describe('gzip bodies', () => {
  const lines = someLines(20_000)
  const zipped = gzipSync(lines.join('\n'))

  it('are read in chunks of any size', async () => {
    for (const chunkBytes of [1_000, 65_536, zipped.length]) {
      const { texts, error } = await readGzip(zipped, chunkBytes)
      expect(error).toBeNull()
      expect(texts).toEqual(lines)
    }
    expect((await readGzip(gzipSync('{"a":1}'), 1)).texts).toEqual(['{"a":1}'])
  })

  it('may have several members, ending anywhere in a chunk', async () => {
    const member = gzipSync('{"a":1}\n')
    for (const chunkBytes of [1, member.length - 1, member.length, member.length + 1, 1_000]) {
      const { texts, error } = await readGzip(Buffer.concat([member, member, member]), chunkBytes)
      expect(error).toBeNull()
      expect(texts).toEqual(['{"a":1}', '{"a":1}', '{"a":1}'])
    }
  })

  it('that are cut off yield every line that was complete, and not the unfinished one', async () => {
    for (const kept of [20, 1_000, zipped.length >> 1, zipped.length - 9, zipped.length - 1]) {
      for (const chunkBytes of [512, zipped.length]) {
        const { texts, error } = await readGzip(zipped.subarray(0, kept), chunkBytes)
        expect(error).toMatchObject({ code: 'TRUNCATED_BODY', httpStatus: 400 })
        expect(texts).toEqual(lines.slice(0, texts.length))
        expect(texts.length).toBeLessThan(lines.length)
        if (kept >= zipped.length - 9) expect(texts).toHaveLength(lines.length - 1)
      }
    }
  })

  it('that are cut off are read to the last complete line also by a slow reader', async () => {
    const source = decompress(streamOf(zipped.subarray(0, -1)), 'gzip', LIMITS.bodyBytesMax)
    const texts: string[] = []
    const reading = (async () => {
      for await (const group of readNdjson(source, LIMITS)) {
        for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
        for (const line of group) if ('text' in line) texts.push(line.text)
      }
    })()
    await expect(reading).rejects.toMatchObject({ code: 'TRUNCATED_BODY' })
    expect(texts).toEqual(lines.slice(0, -1))
  })

  it('that are corrupt yield what was read before, with a clear error', async () => {
    const corrupt = Buffer.from(zipped)
    corrupt.fill(0xff, zipped.length - 4_000, zipped.length - 3_000)
    const { texts, error } = await readGzip(corrupt)
    expect(error).toMatchObject({ code: 'INVALID_GZIP', httpStatus: 400 })
    expect(texts.length).toBeGreaterThan(5_000)
    expect(texts).toEqual(lines.slice(0, texts.length))
  })

  it('are refused when they are no gzip at all', async () => {
    const { texts, error } = await readGzip(Buffer.from('{"a":1}\n'))
    expect(texts).toEqual([])
    expect(error).toMatchObject({ code: 'INVALID_GZIP', message: 'the body is not valid gzip: incorrect header check' })
  })

  it('are refused with bytes behind their end', async () => {
    const member = gzipSync('{"a":1}\n')
    for (const behind of [Buffer.from('more'), Buffer.alloc(100)]) {
      for (const chunkBytes of [member.length, 1_000]) {
        expect((await readGzip(Buffer.concat([member, behind]), chunkBytes)).error).toMatchObject({
          code: 'INVALID_GZIP',
        })
      }
    }
  })

  it('are bounded by what comes out: a bomb stops at the limit', async () => {
    const bomb = gzipSync(`${'x'.repeat(99)}\n`.repeat(1_000_000))
    const { texts, error } = await readGzip(bomb, 65_536, { bodyBytesMax: 1_000_000, lineBytesMax: 1_000 })
    expect(error).toMatchObject({ code: 'BODY_TOO_LARGE', httpStatus: 413 })
    expect(texts.length).toBeLessThanOrEqual(10_000)
  })

  it('are bounded by what goes in: empty members come to an end', async () => {
    const empty = Buffer.concat(Array.from({ length: 1_000 }, () => gzipSync('')))
    expect((await readGzip(empty, 1_000, { bodyBytesMax: 10_000, lineBytesMax: 1_000 })).error).toMatchObject({
      code: 'BODY_TOO_LARGE',
    })
  })

  it('of no lines are fine', async () => {
    expect(await readGzip(gzipSync(''))).toEqual({ texts: [], error: null })
  })
})

describe('encodings', () => {
  it('takes identity in any writing, and x-gzip', async () => {
    for (const encoding of [undefined, '', 'identity', ' Identity ']) {
      expect((await read(decompress(streamOf(Buffer.from('1\n')), encoding, 100))).texts).toEqual(['1'])
    }
    expect((await read(decompress(streamOf(gzipSync('1\n')), 'X-GZIP', 100))).texts).toEqual(['1'])
  })

  it('refuses others by name', () => {
    for (const encoding of ['br', 'deflate', 'gzip, gzip', 'zstd']) {
      const open = () => decompress(streamOf(Buffer.from('1\n')), encoding, 100)
      expect(open).toThrow(BodyError)
      expect(open).toThrow(`content-encoding must be gzip or identity, got "${encoding}"`)
    }
  })
})

describe('over a socket', () => {
  let server: Server

  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  /** Resolves with what the server saw of the body. */
  async function serve(bodyBytesMax: number): Promise<{ port: number; seen: Promise<Outcome> }> {
    let resolveSeen: (outcome: Outcome) => void
    const seen = new Promise<Outcome>(resolve => {
      resolveSeen = resolve
    })
    const outcomeOf = async (incoming: IncomingMessage): Promise<Outcome> => {
      try {
        return await read(openBody(incoming, bodyBytesMax), { ...LIMITS, bodyBytesMax })
      } catch (error) {
        return { texts: [], error }
      }
    }
    server = createServer(async (incoming, reply) => {
      const outcome = await outcomeOf(incoming)
      const { error } = outcome
      reply.writeHead(error instanceof BodyError ? error.httpStatus : 200, { connection: 'close' })
      reply.end(error instanceof BodyError ? error.message : String(outcome.texts.length))
      resolveSeen(outcome)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port, seen }
  }

  it('refuses a content-length over the limit before a byte of the body is sent', async () => {
    const { port } = await serve(1_000)
    const sending = request({ port, method: 'POST', headers: { 'content-length': 5_000 } })
    sending.flushHeaders()
    const [reply] = (await once(sending, 'response')) as [IncomingMessage]
    expect(reply.statusCode).toBe(413)
    const message = (await reply.setEncoding('utf8').toArray()).join('')
    expect(message).toBe('the body is longer than 1000 bytes (EVENTS_BODY_BYTES_MAX): content-length is 5000')
    sending.on('error', () => {}).destroy()
  })

  for (const encoding of ['identity', 'gzip']) {
    it(`answers 413 in the middle of a ${encoding} body without a length`, async () => {
      const { port } = await serve(20_000)
      const sending = request({ port, method: 'POST', headers: { 'content-encoding': encoding } })
      const body = Buffer.from(someLines(1_000).join('\n'))
      sending.write(encoding === 'gzip' ? gzipSync(body) : body)
      const [reply] = (await once(sending, 'response')) as [IncomingMessage]
      expect(reply.statusCode).toBe(413)
      sending.on('error', () => {}).destroy()
    })

    it(`tells that the client went away in the middle of a ${encoding} body`, async () => {
      const { port, seen } = await serve(1_000_000)
      const sending = request({ port, method: 'POST', headers: { 'content-encoding': encoding } })
      sending.on('error', () => {})
      const body = Buffer.from(someLines(1_000).join('\n'))
      sending.write(encoding === 'gzip' ? gzipSync(body).subarray(0, -10) : body)
      await once(server, 'request')
      sending.destroy()
      expect((await seen).error).toMatchObject({ code: 'ABORTED' })
    })
  }
})

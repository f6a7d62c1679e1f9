import { once } from 'node:events'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Line, type NdjsonLimits, readNdjson } from '../../src/http/body-ndjson.js'

const LIMITS: NdjsonLimits = { bodyBytesMax: 1_000_000, lineBytesMax: 2_000 }

async function* inChunks(body: Buffer | string, chunkBytes: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(body)
  for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes)
}

async function linesOf(source: AsyncIterable<Buffer>, limits = LIMITS): Promise<Line[]> {
  const lines: Line[] = []
  for await (const group of readNdjson(source, limits)) lines.push(...group)
  return lines
}

const textsOf = (lines: Line[]): string[] => lines.map(line => ('text' in line ? line.text : line.problem))

describe('lines of an NDJSON body', () => {
  for (const chunkBytes of [1, 2, 3, 7, 64, 100_000]) {
    it(`are the same in chunks of ${chunkBytes} bytes`, async () => {
      const body = '\uFEFF{"a":1}\r\n\n  \t\r\n{"b":"äöü€😀"}\n\r\n  {"c":3}\n{"last":true}'
      const lines = await linesOf(inChunks(body, chunkBytes))
      expect(textsOf(lines)).toEqual(['{"a":1}', '{"b":"äöü€😀"}', '  {"c":3}', '{"last":true}'])
      expect(lines.map(line => line.index)).toEqual([0, 1, 2, 3])
    })
  }

  it('keeps a byte order mark that is not at the start, and half a one', async () => {
    expect(textsOf(await linesOf(inChunks('1\n\uFEFF2\n', 1)))).toEqual(['1', '\uFEFF2'])
    expect(await linesOf(inChunks(Buffer.from([0xef, 0xbb]), 1))).toMatchObject([{ index: 0, problem: 'INVALID_UTF8' }])
  })

  it('reads bodies shorter than a byte order mark', async () => {
    expect(await linesOf(inChunks('', 1))).toEqual([])
    expect(await linesOf(inChunks('\n', 1))).toEqual([])
    expect(textsOf(await linesOf(inChunks('1', 1)))).toEqual(['1'])
    expect(textsOf(await linesOf(inChunks('1\n', 1)))).toEqual(['1'])
    expect(textsOf(await linesOf(inChunks('\n1', 2)))).toEqual(['1'])
    expect(await linesOf(inChunks('\uFEFF', 1))).toEqual([])
  })

  it('agrees with a plain split, whatever the chunks and limits', async () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }).map(text => text.replace(/[\n\r]/g, '')),
      fc.constantFrom('', ' ', '\t', 'x'.repeat(12), 'é'.repeat(12)),
    )
    const separator = fc.constantFrom('\n', '\r\n')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(line, separator)),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 40 }),
        async (parts, chunkBytes, lineBytesMax) => {
          const lines = await linesOf(inChunks(parts.flat().join(''), chunkBytes), { ...LIMITS, lineBytesMax })
          const expected = parts
            .map(([text], at) => Buffer.from(at === 0 ? text.replace(/^\uFEFF/, '') : text))
            .filter(bytes => bytes.length > lineBytesMax || !/^[ \t]*$/.test(bytes.toString()))
            .map(bytes => (bytes.length > lineBytesMax ? 'TOO_LARGE' : bytes.toString()))
          expect(textsOf(lines)).toEqual(expected)
          expect(lines.map(({ index }) => index)).toEqual(expected.map((_, at) => at))
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('bad lines of an NDJSON body', () => {
  it('rejects a line over the limit alone, with its size and its first kilobyte', async () => {
    for (const chunkBytes of [10, 1_000, 100_000]) {
      const lines = await linesOf(inChunks(`{"a":1}\n${'x'.repeat(5_000)}\n{"b":2}\n`, chunkBytes))
      expect(lines).toEqual([
        { index: 0, text: '{"a":1}' },
        {
          index: 1,
          problem: 'TOO_LARGE',
          message: 'the line has 5000 bytes, at most 2000 are taken',
          sample: 'x'.repeat(1024),
        },
        { index: 2, text: '{"b":2}' },
      ])
    }
  })

  it('takes a line of exactly the limit, carriage return not counted', async () => {
    for (const chunkBytes of [1, 100_000]) {
      const lines = await linesOf(inChunks(`${'x'.repeat(2_000)}\r\n${'y'.repeat(2_001)}\r\n`, chunkBytes))
      expect(textsOf(lines)).toEqual(['x'.repeat(2_000), 'TOO_LARGE'])
    }
  })

  it('does not hold a line that is too large', async () => {
    async function* oneLine(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 4_000; i++) yield Buffer.alloc(65_536, 'x')
    }
    const before = process.memoryUsage().rss
    const [line] = await linesOf(oneLine(), { bodyBytesMax: 1e9, lineBytesMax: 262_144 })
    expect(line).toMatchObject({
      problem: 'TOO_LARGE',
      message: 'the line has 262144000 bytes, at most 262144 are taken',
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
  })

  it('rejects invalid UTF-8 line by line', async () => {
    const bad = Buffer.concat([Buffer.from('{"n":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')])
    const surrogate = Buffer.from([0xed, 0xa0, 0x80, 0x0a])
    const body = Buffer.concat([
      Buffer.from('{"ok":"ü"}\r\n'),
      bad,
      surrogate,
      Buffer.from('\r\n{"ok":2}\n'),
      bad.subarray(0, -1),
    ])
    for (const chunkBytes of [1, 5, 100_000]) {
      const lines = await linesOf(inChunks(body, chunkBytes))
      expect(textsOf(lines)).toEqual(['{"ok":"ü"}', 'INVALID_UTF8', 'INVALID_UTF8', '{"ok":2}', 'INVALID_UTF8'])
      expect(lines[1]).toMatchObject({ message: 'the line is not valid UTF-8', sample: '{"n":"\uFFFD\uFFFD"}' })
    }
  })

  it('cuts the sample between characters', async () => {
    const [line] = await linesOf(inChunks(`x${'€'.repeat(1_000)}`, 512))
    expect(line).toMatchObject({ problem: 'TOO_LARGE', sample: `x${'€'.repeat(341)}` })
  })
})

describe('the flow of an NDJSON body', () => {
  it('yields the lines of a chunk before the next chunk is there', async () => {
    const source = new Readable({ read() {} })
    const groups = readNdjson(source, LIMITS)
    source.push('{"a":1}\n{"b"')
    expect(textsOf((await groups.next()).value as Line[])).toEqual(['{"a":1}'])
    source.push(':2}\n')
    expect(textsOf((await groups.next()).value as Line[])).toEqual(['{"b":2}'])
    source.push(null)
    expect((await groups.next()).done).toBe(true)
  })

  it('takes no more of the source than the reader has asked for', async () => {
    let taken = 0
    const source = new Readable({
      highWaterMark: 1_000,
      read() {
        taken++
        this.push('x'.repeat(99).concat('\n').repeat(10))
      },
    })
    const groups = readNdjson(source, LIMITS)
    for (let i = 0; i < 5; i++) await groups.next()
    expect(taken).toBeLessThan(10)
    source.destroy()
  })

  it('refuses the chunk that exceeds the body limit, and leaves the socket open for the answer', async () => {
    const source = Readable.from(inChunks('{"a":1}\n'.repeat(100), 80), { objectMode: false })
    const seen: Line[] = []
    const reading = (async () => {
      for await (const group of readNdjson(source, { ...LIMITS, bodyBytesMax: 200 })) seen.push(...group)
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      httpStatus: 413,
      message: 'the body is longer than 200 bytes (EVENTS_BODY_BYTES_MAX)',
    })
    expect(seen).toHaveLength(20)
    expect(source.destroyed).toBe(false)
  })

  it('does not yield the unfinished line of a body that was aborted', async () => {
    const source = new Readable({ read() {} })
    const seen: Line[] = []
    const reading = (async () => {
      for await (const group of readNdjson(source, LIMITS)) {
        seen.push(...group)
        source.destroy()
      }
    })()
    source.push('{"a":1}\n{"amount":10')
    await once(source, 'close')
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' })
    expect(textsOf(seen)).toEqual(['{"a":1}'])
  })
})

import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { OversizedElement, readJsonArray } from '../../src/http/body-array.js'

const from = (body: string | Buffer, chunkBytes = 7): Readable => {
  const bytes = Buffer.from(body)
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes))
  return Readable.from(chunks, { objectMode: false })
}

const read = (body: string | Buffer, lineBytesMax?: number): Promise<unknown[]> =>
  readJsonArray(from(body), { arrayBytesMax: 10_000, lineBytesMax })

describe('a JSON array body', () => {
  it('is read from chunks that cut characters', async () => {
    expect(await read('\uFEFF [{"a":"äöü€😀"}, 2 ,null]\r\n')).toEqual([{ a: 'äöü€😀' }, 2, null])
    expect(await read('[]')).toEqual([])
  })

  it('over the limit is refused with the way out', async () => {
    await expect(read(`[${'1,'.repeat(6_000)}1]`)).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      httpStatus: 413,
      message:
        'a JSON array may have at most 10000 bytes (EVENTS_ARRAY_BYTES_MAX): send more as application/x-ndjson, one event a line',
    })
  })

  it('must be valid UTF-8, JSON and an array', async () => {
    const refused = (body: string | Buffer, message: string | RegExp) =>
      expect(read(body)).rejects.toMatchObject({
        code: 'INVALID_JSON',
        httpStatus: 400,
        message: expect.stringMatching(message),
      })
    await refused(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 'not valid UTF-8')
    await refused('[{"a":1},{"b":2]', 'position 15')
    await refused('[{"a":1', /the body is not valid JSON: /)
    await refused('', 'Unexpected end of JSON input')
    await refused('[NaN]', 'NaN')
    await refused('{"a":1}', 'must be a JSON array of events, got an object')
    await refused('null', 'got null')
    await refused('"text"', 'got a string')
  })

  it('holds no prototype pollution', async () => {
    const [element] = await read('[{"__proto__":{"polluted":true}}]')
    expect(Object.getPrototypeOf(element)).toBe(Object.prototype)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('has its too large elements replaced, each alone', async () => {
    const tricky = { text: 'a,]}"\\', list: [[1, 2], { deep: '\\"[' }] }
    const large = { note: 'x'.repeat(100) }
    const elements = await read(JSON.stringify([tricky, large, 'y'.repeat(99), 5, tricky, [large]]), 100)
    expect(elements).toEqual([
      tricky,
      expect.any(OversizedElement),
      expect.any(OversizedElement),
      5,
      tricky,
      expect.any(OversizedElement),
    ])
    expect(elements[1]).toMatchObject({
      message: `the element has ${JSON.stringify(large).length} bytes, at most 100 are taken`,
      sample: JSON.stringify(large),
    })
  })

  it('counts bytes, not characters', async () => {
    expect(await read(JSON.stringify(['é'.repeat(49), 'é'.repeat(50)]), 100)).toEqual([
      'é'.repeat(49),
      expect.any(OversizedElement),
    ])
  })
})

import { isUtf8 } from 'node:buffer'
import { ByteBuffer, type ByteSource, chunksOf, type TooLong } from './body-bytes.js'
import { BodyError } from './body-error.js'
import { sampleOf } from './body-ndjson.js'

export interface ArrayLimits {
  readonly arrayBytesMax: number
  /** Where given, an element whose JSON is longer is replaced by an OversizedElement. */
  readonly lineBytesMax?: number
}

/** Stands in the place of an element that was too large, so that it alone is rejected. */
export class OversizedElement {
  constructor(
    readonly message: string,
    readonly sample: string,
  ) {}
}

export const arrayTooLong: TooLong = bytesMax =>
  `a JSON array may have at most ${bytesMax} bytes (EVENTS_ARRAY_BYTES_MAX): send more as application/x-ndjson, one event a line`

/** A JSON array has to be held whole to be parsed, hence its own, lower limit. */
export async function readJsonArray(source: ByteSource, limits: ArrayLimits): Promise<unknown[]> {
  const gathered = new ByteBuffer()
  for await (const chunk of chunksOf(source, limits.arrayBytesMax, arrayTooLong)) gathered.append(chunk)
  const bytes = gathered.view()
  const elements = parseArray(bytes)
  const { lineBytesMax } = limits
  if (lineBytesMax !== undefined && bytes.length > lineBytesMax) markOversized(elements, bytes, lineBytesMax)
  return elements
}

function parseArray(bytes: Buffer): unknown[] {
  if (!isUtf8(bytes)) throw new BodyError('INVALID_JSON', 'the body is not valid UTF-8')
  const text = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch (error) {
    // It says where: a position, or the text around it.
    const where = (error as SyntaxError).message.toWellFormed().slice(0, 200)
    throw new BodyError('INVALID_JSON', `the body is not valid JSON: ${where}`, { cause: error })
  }
  if (Array.isArray(value)) return value
  throw new BodyError('INVALID_JSON', `the body must be a JSON array of events, got ${kindOf(value)}`)
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : typeof value === 'object' ? 'an object' : `a ${typeof value}`

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const isOpening = (byte: number): boolean => byte === 0x5b || byte === 0x7b
const isClosing = (byte: number): boolean => byte === 0x5d || byte === 0x7d

/** Measures the elements of a valid JSON array; white space around one counts as its own. */
function markOversized(elements: unknown[], bytes: Buffer, lineBytesMax: number): void {
  let depth = 0
  let index = 0
  let from = 0
  const mark = (to: number): void => {
    if (to - from > lineBytesMax) {
      const message = `the element has ${to - from} bytes, at most ${lineBytesMax} are taken`
      elements[index] = new OversizedElement(message, sampleOf(bytes.subarray(from, to)))
    }
    index++
    from = to + 1
  }
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === QUOTE) at = endOfString(bytes, at)
    else if (isOpening(byte)) {
      depth++
      if (depth === 1) from = at + 1
    } else if (isClosing(byte)) {
      depth--
      if (depth === 0 && elements.length > 0) mark(at)
    } else if (byte === COMMA && depth === 1) mark(at)
  }
}

function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}

import { Readable } from 'node:stream'
import { asBodyError, BodyError } from './body-error.js'

export type ByteSource = AsyncIterable<Buffer>

/** What to say when a body is longer than it may be. */
export type TooLong = (bytesMax: number) => string

const bodyTooLong: TooLong = bytesMax => `the body is longer than ${bytesMax} bytes (EVENTS_BODY_BYTES_MAX)`

/** The chunks of a source, never more than `bytesMax` in all. */
export async function* chunksOf(
  source: ByteSource,
  bytesMax: number,
  tooLong = bodyTooLong,
): AsyncGenerator<Buffer, void, void> {
  // A reader that gives up must not take the socket with it: the refusal has yet to be sent over it.
  const chunks: ByteSource = source instanceof Readable ? source.iterator({ destroyOnReturn: false }) : source
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes > bytesMax) throw new BodyError('BODY_TOO_LARGE', tooLong(bytesMax))
      yield chunk
    }
  } catch (error) {
    throw asBodyError(error)
  }
}

/** An identity body that says itself that it is too long is refused before a byte of it is taken. */
export function checkContentLength(contentLength: string | undefined, bytesMax: number, tooLong = bodyTooLong): void {
  const bytes = Number(contentLength ?? 0)
  if (bytes > bytesMax) throw new BodyError('BODY_TOO_LARGE', `${tooLong(bytesMax)}: content-length is ${bytes}`)
}

/** Bytes gathered from chunks of any size; it doubles, so a sender who drips single bytes does not cost an object each. */
export class ByteBuffer {
  private bytes = Buffer.alloc(0)
  private used = 0

  get length(): number {
    return this.used
  }

  append(chunk: Buffer): void {
    const needed = this.used + chunk.length
    if (needed > this.bytes.length) this.grow(needed)
    chunk.copy(this.bytes, this.used)
    this.used = needed
  }

  /** Valid until the next append. */
  view(): Buffer {
    return this.bytes.subarray(0, this.used)
  }

  clear(): void {
    this.used = 0
  }

  private grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2, 1024))
    this.bytes.copy(grown, 0, 0, this.used)
    this.bytes = grown
  }
}

import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'
import { shown } from '../kernel/errors.js'
import { type ByteSource, checkContentLength, chunksOf, type TooLong } from './body-bytes.js'
import { BodyError } from './body-error.js'

const OUTPUT_CHUNK_BYTES = 64 * 1024

export type BodyRequest = Readable & { readonly headers: IncomingHttpHeaders }

/** The body as its headers describe it; refused at once where they already say that it cannot be taken. */
export function openBody(request: BodyRequest, bytesMax: number, tooLong?: TooLong): ByteSource {
  const encoding = request.headers['content-encoding']
  if (!isGzip(encoding)) checkContentLength(request.headers['content-length'], bytesMax, tooLong)
  return decompress(request, encoding, bytesMax, tooLong)
}

/** `bytesMax` bounds the compressed bytes (gzip members may be empty without end); the reader bounds what comes out. */
export function decompress(
  request: Readable,
  contentEncoding: string | undefined,
  bytesMax: number,
  tooLong?: TooLong,
): ByteSource {
  return isGzip(contentEncoding) ? gunzipped(chunksOf(request, bytesMax, tooLong)) : request
}

function isGzip(contentEncoding: string | undefined): boolean {
  const encoding = (contentEncoding ?? '').trim().toLowerCase()
  if (encoding === 'gzip' || encoding === 'x-gzip') return true
  if (encoding === '' || encoding === 'identity') return false
  throw new BodyError(
    'UNSUPPORTED_ENCODING',
    `content-encoding must be gzip or identity, got ${shown(contentEncoding ?? '')}`,
  )
}

/**
 * Piping and iterating would be shorter, but a stream that fails drops what it has decompressed and nobody has read:
 * the complete lines before a cut would be lost. So output is read to the last byte before the failure is thrown.
 */
async function* gunzipped(source: ByteSource): AsyncGenerator<Buffer, void, void> {
  const gunzip = createGunzip({ chunkSize: OUTPUT_CHUNK_BYTES })
  let wake = (): void => {}
  let failure: Error | undefined
  let ended = false
  let fed = false
  gunzip.on('readable', () => wake())
  gunzip.on('end', () => {
    ended = true
    wake()
  })
  gunzip.on('error', error => {
    failure = error
    wake()
  })
  feed(source, gunzip, () => {
    fed = true
  }).catch((error: Error) => gunzip.destroy(error))
  try {
    for (;;) {
      const chunk = gunzip.read() as Buffer | null
      if (chunk !== null) yield chunk
      else if (failure !== undefined) throw failure
      else if (ended) break
      else
        await new Promise<void>(resolve => {
          wake = resolve
        })
    }
    if (!fed) throw new BodyError('INVALID_GZIP', 'the body is not valid gzip: bytes follow the end of its data')
  } finally {
    gunzip.destroy()
  }
}

/** Ends only after the last write has been processed: zlib would discard the output of a write that it also finishes. */
async function feed(source: ByteSource, gunzip: Gunzip, onFed: () => void): Promise<void> {
  for await (const chunk of source) {
    await new Promise<void>((resolve, reject) => {
      gunzip.write(chunk, error => (error ? reject(error) : resolve()))
    })
  }
  onFed()
  gunzip.end()
}

const HTTP_STATUS = {
  ABORTED: 400,
  TRUNCATED_BODY: 400,
  INVALID_GZIP: 400,
  INVALID_JSON: 400,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_ENCODING: 415,
  UNSUPPORTED_TYPE: 415,
} as const

export type BodyErrorCode = keyof typeof HTTP_STATUS

/** The body as a whole cannot be read (further): its code and message reach the client with this status. */
export class BodyError extends Error {
  readonly httpStatus: number

  constructor(
    readonly code: BodyErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'BodyError'
    this.httpStatus = HTTP_STATUS[code]
  }
}

const GONE = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR'])

/** Failures of sockets and of zlib in the client's words; anything unknown stays what it is, a defect of ours. */
export function asBodyError(error: unknown): unknown {
  if (error instanceof BodyError || !(error instanceof Error)) return error
  const code = String((error as NodeJS.ErrnoException).code)
  if (GONE.has(code)) return new BodyError('ABORTED', 'the connection ended before the body did', { cause: error })
  if (code === 'Z_BUF_ERROR') {
    return new BodyError('TRUNCATED_BODY', 'the gzip body ends before its data does: it was cut off', { cause: error })
  }
  if (code.startsWith('Z_')) {
    return new BodyError('INVALID_GZIP', `the body is not valid gzip: ${error.message}`, { cause: error })
  }
  return error
}

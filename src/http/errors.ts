import type { FastifyInstance } from 'fastify'
import { failureOf, internalMessage, type Report } from '../graphql/errors.js'
import { AppError, type ErrorCode } from '../kernel/errors.js'
import { SECOND_MS } from '../kernel/time.js'

const STATUS: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  CURSOR_EXPIRED: 410,
  TOO_OLD: 422,
  INGEST_BUSY: 429,
  EXPORTS_BUSY: 429,
  SLOW_CONSUMER: 429,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
}

/** What fastify throws for a bad request carries its status, e.g. 413 or 415. */
const clientStatus = (error: unknown): number | null => {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  return status >= 400 && status < 500 ? status : null
}

/** What went wrong in the client's terms, or null for a defect. */
export function failureOfRequest(error: unknown, bodyBytesMax?: number): AppError | null {
  const known = failureOf(error)
  if (known !== null) return known
  const status = clientStatus(error)
  if (status === null) return null
  if (status === 413) {
    const limit = bodyBytesMax === undefined ? '' : ` of ${bodyBytesMax} bytes`
    return new AppError('BAD_USER_INPUT', `body is larger than the limit${limit}, send it in parts`, { bodyBytesMax })
  }
  if (status === 415) return new AppError('BAD_USER_INPUT', 'content-type is not accepted here, or missing')
  return new AppError('BAD_USER_INPUT', (error as Error).message)
}

export const statusOf = (error: unknown, failure: AppError): number =>
  error instanceof AppError ? STATUS[error.code] : (clientStatus(error) ?? STATUS[failure.code])

/** Errors of all routes that have no form of their own. */
export function handleErrors(app: FastifyInstance, report: Report): void {
  app.setErrorHandler((error, _request, reply) => {
    const failure = failureOfRequest(error)
    if (failure === null) {
      return reply.code(500).send({ error: { code: 'INTERNAL_SERVER_ERROR', message: internalMessage(report(error)) } })
    }
    const { code, message, details } = failure
    if (typeof details.retryAfterMs === 'number') {
      reply.header('retry-after', Math.max(1, Math.ceil(details.retryAfterMs / SECOND_MS)))
    }
    return reply.code(statusOf(error, failure)).send({ error: { ...details, code, message } })
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]
    return reply.code(404).send({ error: { code: 'NOT_FOUND', message: `there is no ${request.method} ${path}` } })
  })
}

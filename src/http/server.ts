import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Logger } from 'pino'
import { makeReport } from '../graphql/errors.js'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../kernel/time.js'
import { decorateActor } from './authenticate.js'
import { handleErrors } from './errors.js'

export interface HttpOptions {
  readonly log: Logger
}

/** Gigabytes of events come in one body, slowed down to the pace of the commits. */
const REQUEST_TIMEOUT_MS = HOUR_MS
/** A socket on which nothing moves, in either direction. Longer than the database takes to come back from a restart. */
const SILENCE_TIMEOUT_MS = 5 * MINUTE_MS
const HEADERS_TIMEOUT_MS = 20 * SECOND_MS
const KEEP_ALIVE_TIMEOUT_MS = 72 * SECOND_MS
const IDLE_SWEEP_MS = 50
/** Routes that take more say so. */
const BODY_BYTES_MAX = 64 * 1024

/** A fastify without routes, to be mounted on. It trusts nothing that a client says of itself. */
export function buildHttp({ log }: HttpOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    // At thousands of requests a second their log is a load of its own; /metrics counts them.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: false,
    requestIdHeader: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SILENCE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  })
  decorateActor(app)
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
  })
  handleErrors(app, makeReport(log))
  return app
}

/** Takes no more connections, closes sockets, lets requests finish; after the grace they are cut off. */
export async function closeHttp(app: FastifyInstance, graceMs: number): Promise<void> {
  const patience = setTimeout(() => app.server.closeAllConnections(), graceMs)
  // A client keeps its connection after the answer, and closing would wait for it.
  const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_MS)
  try {
    await app.close()
  } finally {
    clearTimeout(patience)
    clearInterval(sweep)
  }
}

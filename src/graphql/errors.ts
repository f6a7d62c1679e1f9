import { randomUUID } from 'node:crypto'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Logger } from 'pino'
import { AppError } from '../kernel/errors.js'

/** Clients' own values come back in GraphQL's messages; they may be as long as the request. */
const MESSAGE_CHARACTERS_MAX = 600

const CONNECTION_ERRORS = /^(ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/
/** Of PostgreSQL: connection exceptions, too many connections, shutdown, crash, starting up. */
const CONNECTION_STATES = /^(08...|53300|57P0[1-5])$/
const CONNECTION_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a con)/
const QUERY_CANCELED = '57014'
/** PostgreSQL's text cannot hold a NUL; nothing that is stored has one, so it is only met in what is asked for. */
const NUL_IN_TEXT = '22021'

/** What a thrown value means to a client, or null where only an operator can tell. */
export function failureOf(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  if (!(error instanceof Error)) return null
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === QUERY_CANCELED) {
    return new AppError('TIMEOUT', 'the query took too long, narrow it: a shorter time range, fewer rows or a filter')
  }
  if (code === NUL_IN_TEXT)
    return new AppError('BAD_USER_INPUT', 'an argument holds a NUL character, which no id or name has')
  if (CONNECTION_ERRORS.test(code) || CONNECTION_STATES.test(code) || CONNECTION_MESSAGES.test(error.message)) {
    return new AppError('UNAVAILABLE', 'the database cannot be reached at the moment, try again')
  }
  return null
}

/** A failure as GraphQL's own libraries pass it through, with the HTTP status of a request that was not executed. */
export function asGraphQLError(failure: AppError, status = 400): GraphQLError {
  return new GraphQLError(failure.message, {
    originalError: failure,
    extensions: { code: failure.code, http: { status } },
  })
}

/** GraphQL's own error, with the code that Apollo would give it. */
export const withCode = (error: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    originalError: error,
    extensions: { code },
  })

/** Logs a defect once and returns the id that clients see. */
export type Report = (error: unknown) => string

export function makeReport(log: Logger, newId: () => string = randomUUID): Report {
  const reported = new WeakMap<object, string>()
  return error => {
    const known = typeof error === 'object' && error !== null ? reported.get(error) : undefined
    if (known !== undefined) return known
    const errorId = newId()
    if (typeof error === 'object' && error !== null) reported.set(error, errorId)
    log.error({ err: error, errorId }, 'unexpected error')
    return errorId
  }
}

export const internalMessage = (errorId: string): string => `Internal server error (id ${errorId})`

export type ErrorFormatter = (error: unknown) => GraphQLFormattedError

export interface ErrorFormatOptions {
  readonly report: Report
  /** GraphQL proposes names of the schema to those who mistype them; not where the schema is not to be read. */
  readonly suggestions: boolean
}

/** One form of errors for HTTP and WebSockets. */
export function makeErrorFormatter({ report, suggestions }: ErrorFormatOptions): ErrorFormatter {
  return error => {
    const place = error instanceof GraphQLError ? { locations: error.locations, path: error.path } : {}
    const root = rootCause(error)
    const failure = failureOf(root)
    if (failure !== null) {
      return { message: clipped(failure.message), ...place, extensions: { ...failure.details, code: failure.code } }
    }
    const code = error instanceof GraphQLError ? codeOf(error, root) : null
    if (code === null) {
      const message = internalMessage(report(root))
      return { message, ...place, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
    }
    const { message } = error as GraphQLError
    return { message: clipped(suggestions ? message : withoutSuggestion(message)), ...place, extensions: { code } }
  }
}

function rootCause(error: unknown): unknown {
  let root = error
  while (root instanceof GraphQLError && root.originalError) root = root.originalError
  return root
}

/**
 * GraphQL's own errors. One without a path was met before execution (a document or variables that do not fit); in
 * execution, one that points into the document is an argument that does not fit. All others are ours.
 */
function codeOf(error: GraphQLError, root: unknown): string | null {
  const given = error.extensions.code
  if (typeof given === 'string' && given !== 'INTERNAL_SERVER_ERROR') return given
  if (!(root instanceof GraphQLError)) return null
  return error.path === undefined || (root.nodes?.length ?? 0) > 0 ? 'BAD_USER_INPUT' : null
}

const withoutSuggestion = (message: string): string => message.replace(/ ?Did you mean [^?]*\?$/, '')

function clipped(message: string): string {
  const safe = message.toWellFormed()
  if (safe.length <= MESSAGE_CHARACTERS_MAX) return safe
  return `${safe.slice(0, MESSAGE_CHARACTERS_MAX)}... (${safe.length} characters)`.toWellFormed()
}

import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import {
  CloseCode,
  type Context,
  handleProtocols,
  makeServer,
  type ServerOptions,
  type SubscribePayload,
} from 'graphql-ws'
import type { Logger } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import { AppError } from '../kernel/errors.js'
import { type Clock, SECOND_MS } from '../kernel/time.js'
import type { Actor } from './access.js'
import type { Verifier } from './auth.js'
import { type GraphContext, makeContext, type Services } from './context.js'
import { asGraphQLError, type ErrorFormatter, withCode } from './errors.js'
import { checkSource, checkWeight, LIMITS, validationRules } from './limits.js'
import { closeSocket, type SocketExtra, serveSocket } from './socket.js'
import { type SubscriptionSlots, subscribeWithin } from './subscribe.js'

export interface SocketsOptions {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly verifier: Verifier
  readonly format: ErrorFormatter
  readonly slots: SubscriptionSlots
  readonly introspection: boolean
  readonly payloadBytesMax: number
  readonly socketsMax: number
  readonly log: Logger
  readonly clock: Clock
  readonly keepAliveMs?: number
  readonly initWaitMs?: number
}

export interface Sockets {
  /** Takes no more sockets, closes those there are with 1001 and, after the grace, without asking. */
  dispose(graceMs: number): Promise<void>
}

type SocketContext = Context<Record<string, unknown>, SocketExtra>

export const PATH = '/graphql'
export const OPERATIONS_PER_SOCKET_MAX = 100
/** Long enough for a slow reader to get through what the kernel holds for it before the ping reaches it. */
const KEEP_ALIVE_MS = 30 * SECOND_MS
const INIT_WAIT_MS = 10 * SECOND_MS
/** How long a peer may take to answer a close frame. */
const CLOSE_WAIT_MS = 5 * SECOND_MS
const TIMER_MS_MAX = 2 ** 31 - 1
const VALIDATION_ERRORS_MAX = 20
const TRY_AGAIN_LATER = 1013
const PONGS_PENDING_MAX = 16

/** Serves graphql-transport-ws on the upgrades of an HTTP server. */
export function serveSockets(http: HttpServer, options: SocketsOptions): Sockets {
  const server = makeServer(hooks(options))
  const limits = {
    noServer: true,
    perMessageDeflate: false,
    maxPayload: options.payloadBytesMax,
    closeTimeout: CLOSE_WAIT_MS,
    maxPendingAutoPongs: PONGS_PENDING_MAX,
  }
  const sockets = new WebSocketServer({ ...limits, handleProtocols })
  let draining = false
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] !== PATH) return refuseUpgrade(stream, '404 Not Found')
    if (draining || sockets.clients.size >= options.socketsMax) return refuseUpgrade(stream, '503 Service Unavailable')
    sockets.handleUpgrade(request, stream, head, socket => serveSocket(socket, request, { server, log: options.log }))
  }
  http.on('upgrade', upgrade)
  const keepAlive = keepAlivePings(sockets, options.keepAliveMs ?? KEEP_ALIVE_MS)
  return {
    async dispose(graceMs) {
      draining = true
      clearInterval(keepAlive)
      for (const socket of sockets.clients) closeSocket(socket, 1001, 'Going away')
      const patience = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
      }, graceMs)
      await new Promise<void>(resolve => sockets.close(() => resolve()))
      clearTimeout(patience)
    },
  }
}

function refuseUpgrade(stream: Duplex, status: string): void {
  stream.on('error', () => stream.destroy())
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** A peer that has answered no ping for a whole period is gone, or reads nothing: its socket and queues are freed. */
function keepAlivePings(sockets: WebSocketServer, periodMs: number): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>()
  return setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) {
        socket.terminate()
        continue
      }
      silent.add(socket)
      socket.once('pong', () => silent.delete(socket))
      socket.ping()
    }
  }, periodMs)
}

function hooks(options: SocketsOptions): ServerOptions<Record<string, unknown>, SocketExtra> {
  const { format, slots, services } = options
  return {
    connectionInitWaitTimeout: options.initWaitMs ?? INIT_WAIT_MS,
    onConnect: context => connect(context, options),
    onSubscribe: (context, _id, payload) => prepare(context, payload, options),
    subscribe: args => {
      const { actor } = args.contextValue as GraphContext
      return subscribeWithin(slots, args, () => makeContext(services, actor))
    },
    onNext: (_context, _id, _payload, _args, { errors, ...result }) =>
      errors === undefined ? undefined : { ...result, errors: errors.map(format) },
    onError: (_context, _id, _payload, errors) => errors.map(format),
  }
}

/** True opens the socket. A refusal closes it here, with a code of its own. */
async function connect(context: SocketContext, { verifier, clock }: SocketsOptions): Promise<boolean> {
  const { socket } = context.extra
  const { authorization, Authorization } = context.connectionParams ?? {}
  const given = authorization ?? Authorization
  try {
    const actor = await verifier.verify(typeof given === 'string' ? given : undefined)
    if (socket.readyState !== socket.OPEN) return false
    context.extra.actor = actor
    return endAtExpiry(context.extra, actor, clock)
  } catch (error) {
    const refused = error instanceof AppError && error.code === 'UNAUTHENTICATED'
    closeSocket(socket, refused ? CloseCode.Unauthorized : TRY_AGAIN_LATER, (error as Error).message)
    return false
  }
}

/** 4403 and not 4401: clients take the latter for final, and connect again with a fresh token after the former. */
function endAtExpiry(extra: SocketExtra, actor: Actor, clock: Clock): boolean {
  if (actor.expiresAt === null) return true
  const leftMs = actor.expiresAt - clock()
  if (leftMs <= 0) {
    closeSocket(extra.socket, CloseCode.Forbidden, 'Token expired')
    return false
  }
  extra.expiry = setTimeout(() => endAtExpiry(extra, actor, clock), Math.min(leftMs, TIMER_MS_MAX))
  return true
}

/** The checks that Apollo makes over HTTP, in the same order. */
function prepare(context: SocketContext, payload: SubscribePayload, options: SocketsOptions): Prepared {
  const { actor } = context.extra
  if (actor === null) throw new Error('a socket without an actor was acknowledged')
  try {
    if (Object.keys(context.subscriptions).length > OPERATIONS_PER_SOCKET_MAX) {
      throw new AppError(
        'BAD_USER_INPUT',
        `a socket may run ${OPERATIONS_PER_SOCKET_MAX} operations at once, open another`,
      )
    }
    return executable(payload, actor, options)
  } catch (error) {
    if (error instanceof AppError) return [asGraphQLError(error)]
    if (error instanceof GraphQLError) return [error]
    throw error
  }
}

type Prepared = ExecutionArgs | readonly GraphQLError[]

function executable(payload: SubscribePayload, actor: Actor, options: SocketsOptions): Prepared {
  const { schema, introspection, services } = options
  const { query, operationName, variables: variableValues } = payload
  checkSource(query)
  const document = parsed(query)
  const rules = [...specifiedRules, ...validationRules(introspection)]
  const errors = validate(schema, document, rules, { maxErrors: VALIDATION_ERRORS_MAX })
  if (errors.length > 0) return errors.map(error => withCode(error, 'GRAPHQL_VALIDATION_FAILED'))
  const operation = getOperationAST(document, operationName)
  if (!operation) {
    return [
      new GraphQLError('operationName names no operation', { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }),
    ]
  }
  checkWeight(schema, document, operation, variableValues)
  return { schema, document, operationName, variableValues, contextValue: makeContext(services, actor) }
}

function parsed(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: LIMITS.tokens })
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error
  }
}

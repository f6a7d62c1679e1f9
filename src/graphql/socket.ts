import type { IncomingMessage } from 'node:http'
import { CloseCode, type Server } from 'graphql-ws'
import type { Logger } from 'pino'
import type { RawData, WebSocket } from 'ws'
import { gatherWrites } from '../kernel/gather-writes.js'
import type { Actor } from './access.js'

/** What belongs to one socket beside graphql-ws's own state. */
export interface SocketExtra {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  /** Null until connection_init has been verified. */
  actor: Actor | null
  /** Ends the socket when its token expires. */
  expiry: NodeJS.Timeout | null
}

export interface SocketOptions {
  readonly server: Server<SocketExtra>
  readonly log: Logger
}

/** Answers that a client has not read yet; above it, nothing more is read from that client. */
const UNREAD_BYTES_MAX = 1024 * 1024
/** Answers that go out together: the next ones wait until these have left. */
const TOGETHER_BYTES_MAX = 16 * 1024
/** Before a socket is authenticated it may send its connection_init, which holds a token. */
const INIT_BYTES_MAX = 16 * 1024
const CLOSE_REASON_BYTES_MAX = 123

/**
 * Joins one WebSocket to the graphql-ws server. A socket is new until its connection_init has been verified, then open,
 * then closing; a message that arrives in between is not served any more.
 *
 * Backpressure: graphql-ws pulls the next event of a subscription when `send` has resolved. Frames of one moment leave in
 * one piece, and once that is of some size `send` resolves when it has left for the kernel, so a client that does not
 * read stops its own subscriptions, and one that follows much leaves the others their turn. What it asks for otherwise
 * (pings, queries) is not even read while its answers pile up.
 */
export function serveSocket(socket: WebSocket, request: IncomingMessage, { server, log }: SocketOptions): void {
  const extra: SocketExtra = { socket, request, actor: null, expiry: null }
  const gather = gatherWrites(request.socket)
  const send = (data: string): Promise<void> =>
    new Promise((resolve, reject) => {
      // Rejected, so that graphql-ws ends the subscription: resolved, it would race through all that is left of it.
      if (socket.readyState !== socket.OPEN) return reject(new Error('the socket is closing'))
      gather()
      socket.send(data, error => {
        if (socket.isPaused && socket.bufferedAmount <= UNREAD_BYTES_MAX) socket.resume()
        if (error) reject(error)
        else resolve()
      })
      if (socket.bufferedAmount < TOGETHER_BYTES_MAX) resolve()
    })
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send,
      close: (code, reason) => closeSocket(socket, code ?? CloseCode.InternalServerError, reason ?? ''),
      onMessage: handle => {
        socket.on('message', data => {
          if (socket.readyState !== socket.OPEN) return
          if (extra.actor === null && byteLength(data) > INIT_BYTES_MAX) {
            return closeSocket(socket, 1009, 'connection_init is too large')
          }
          if (socket.bufferedAmount > UNREAD_BYTES_MAX) socket.pause()
          handle(String(data)).catch(error => fail(socket, log, error))
        })
      },
    },
    extra,
  )
  // ws closes the socket itself, with the code of what was wrong (a broken frame, a message too large).
  socket.on('error', error => log.debug({ err: error }, 'websocket failed'))
  socket.once('close', (code, reason) => {
    if (extra.expiry !== null) clearTimeout(extra.expiry)
    closed(code, String(reason)).catch(error => log.error({ err: error }, 'websocket could not be cleaned up'))
  })
}

export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(
    code,
    Buffer.from(reason)
      .subarray(0, CLOSE_REASON_BYTES_MAX)
      .toString()
      .replace(/\uFFFD+$/, ''),
  )
}

function fail(socket: WebSocket, log: Logger, error: unknown): void {
  if (socket.readyState !== socket.OPEN) return
  log.error({ err: error }, 'websocket message could not be handled')
  closeSocket(socket, CloseCode.InternalServerError, 'Internal server error')
}

const byteLength = (data: RawData): number =>
  Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength

import { type Client, CloseCode, createClient } from 'graphql-ws'
import { useSyncExternalStore } from '../session/external-store'
import { getSession, signOut } from '../session/session'
import { type GraphqlError, Problem, problemOf } from './problem'
import type { Document } from './request'

/** Idle: nothing is watched. */
export type Connection = 'idle' | 'connecting' | 'connected' | 'lost'

const RETRY_FROM_MS = 250
const RETRY_UP_TO_MS = 5_000
const PING_EVERY_MS = 10_000
const ANSWERED_WITHIN_MS = 5_000

let client: Client | null = null
let connection: Connection = 'idle'
let silence: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

export const useConnection = (): Connection =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => connection,
  )

function become(next: Connection): void {
  connection = next
  for (const listener of listeners) listener()
}

function socket(): Client {
  client ??= createClient({
    url: new URL('./graphql', location.href).href.replace(/^http/, 'ws'),
    connectionParams: () => ({ authorization: `Bearer ${getSession()?.token}` }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => getSession() !== null,
    retryWait: async retries => {
      const longest = Math.min(RETRY_FROM_MS * 2 ** retries, RETRY_UP_TO_MS)
      await new Promise(resolve => setTimeout(resolve, longest * (0.5 + Math.random() / 2)))
    },
    keepAlive: PING_EVERY_MS,
    on: {
      // A connection that died without a word would stay silent for minutes.
      ping: received => {
        if (!received) silence = setTimeout(() => client?.terminate(), ANSWERED_WITHIN_MS)
      },
      pong: () => clearTimeout(silence),
      connecting: () => become(connection === 'lost' ? 'lost' : 'connecting'),
      connected: () => become('connected'),
      closed: event => {
        clearTimeout(silence)
        const { code, wasClean } = event as CloseEvent
        if (code === CloseCode.Forbidden || code === CloseCode.Unauthorized) {
          signOut('Your session has ended. Sign in again.')
        }
        become(wasClean && code === 1000 ? 'idle' : 'lost')
      },
    },
  })
  return client
}

window.addEventListener('offline', () => client?.terminate())

/** With another token another connection is needed. */
export function closeSocket(): void {
  void client?.dispose()
  client = null
  become('idle')
}

export interface Watcher<Data> {
  readonly onData: (data: Data) => void
  /** It ended for good, e.g. because the cursor is too old. */
  readonly onEnd?: (problem: Problem) => void
}

const AGAIN_MS = 1_000
let watched = 0

/**
 * Watches a subscription, over reconnections and restarts of the server: `variables` are read anew at each of them, so
 * whoever moves `after` on misses nothing. Gives what ends it.
 */
export function watch<Data, Variables extends Record<string, unknown>>(
  document: Document<Data, Variables>,
  variables: Variables,
  { onData, onEnd }: Watcher<Data>,
): () => void {
  let over = false
  let again: ReturnType<typeof setTimeout> | undefined
  let stop = () => {}
  const ended = (problem: Problem | null) => {
    if (over) return
    stop()
    clearTimeout(again)
    if (problem === null || problem.passing) {
      again = setTimeout(start, AGAIN_MS)
      return
    }
    leave()
    onEnd?.(problem)
  }
  const start = () => {
    stop = socket().subscribe<Data>(
      { query: document.toString(), variables },
      {
        next: ({ data, errors }) => {
          if (over) return
          if (errors !== undefined) ended(problemOf(errors as readonly GraphqlError[]))
          else if (data !== undefined && data !== null) onData(data)
        },
        error: error => ended(Array.isArray(error) ? problemOf(error) : LOST),
        complete: () => ended(null),
      },
    )
  }
  const leave = () => {
    if (over) return
    over = true
    clearTimeout(again)
    stop()
    // While it tries to connect anew, nothing tells that nobody waits for it any more.
    if (--watched === 0 && connection !== 'connected') become('idle')
  }
  watched++
  start()
  return leave
}

const LOST = new Problem('OFFLINE', 'The connection was lost.')

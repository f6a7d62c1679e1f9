import { type Client, CloseCode, createClient } from 'graphql-ws'
import { useSyncExternalStore } from '../session/external-store'
import { getSession, signOut } from '../session/session'
import { asProblem, type GraphqlError, type Problem, problemOf } from './problem'
import type { Document } from './request'

/** Idle: nothing is watched. */
export type Connection = 'idle' | 'connecting' | 'connected' | 'lost'

const RETRY_FROM_MS = 250
const RETRY_UP_TO_MS = 5_000

let client: Client | null = null
let connection: Connection = 'idle'
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
    keepAlive: 10_000,
    on: {
      connecting: () => become(connection === 'lost' ? 'lost' : 'connecting'),
      connected: () => become('connected'),
      closed: event => {
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

/** What passes: a server that stops or is restarted, a queue that ran over. */
const PASSING: ReadonlySet<string> = new Set(['OFFLINE', 'UNAVAILABLE', 'SLOW_CONSUMER', 'TIMEOUT'])
const AGAIN_MS = 1_000

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
    clearTimeout(again)
    if (problem === null || PASSING.has(problem.code)) {
      again = setTimeout(start, AGAIN_MS)
      return
    }
    over = true
    stop()
    onEnd?.(problem)
  }
  const start = () => {
    stop = socket().subscribe<Data>(
      { query: document.toString(), variables },
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) ended(problemOf(errors as readonly GraphqlError[]))
          else if (data !== undefined && data !== null) onData(data)
        },
        error: error => ended(Array.isArray(error) ? problemOf(error) : asProblem(error)),
        complete: () => ended(null),
      },
    )
  }
  start()
  return () => {
    over = true
    clearTimeout(again)
    stop()
  }
}

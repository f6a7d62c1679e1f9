import { getSession, signOut } from '../session/session'
import { type GraphqlError, Problem, problemOf } from './problem'

/** A query or mutation with the types of its answer and its variables. */
export interface Document<Data, Variables> {
  toString(): string
  readonly __apiType?: (variables: Variables) => Data
}

/** A server that does not answer a question for so long is away. */
const ANSWER_WITHIN_MS = 20_000
const AWAY: ReadonlySet<number> = new Set([502, 503, 504])

/** Throws a Problem, and nothing else but the abort that was asked for. */
export async function request<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const query = document.toString().trim()
  const isMutation = query.startsWith('mutation')
  const sentWith = getSession()
  const response = await send('./graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: isMutation ? signal : withTimeout(signal),
  }).catch(error => {
    if (signal?.aborted || !isMutation) throw error
    throw new Problem('OFFLINE', 'No answer came: it may have happened, or not. Look before you repeat it.')
  })
  const answer = (await response.json().catch(() => ({}))) as { data?: Data; errors?: GraphqlError[] }
  if (answer.errors === undefined && answer.data !== undefined) return answer.data
  if (answer.errors === undefined && AWAY.has(response.status)) {
    throw new Problem('UNAVAILABLE', 'The server is not available at the moment.')
  }
  const problem = problemOf(answer.errors ?? [{ message: `the server answered ${response.status}` }])
  if (problem.code === 'UNAUTHENTICATED' && getSession() === sentWith) signOut('Your session has ended. Sign in again.')
  throw problem
}

function withTimeout(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(ANSWER_WITHIN_MS)
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout])
}

/** With the token of the session. */
export async function send(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  const session = getSession()
  if (session !== null) headers.set('authorization', `Bearer ${session.token}`)
  try {
    return await fetch(url, { ...init, headers })
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    throw new Problem('OFFLINE', 'The server cannot be reached.')
  }
}

import { getSession, signOut } from '../session/session'
import { type GraphqlError, Problem, problemOf } from './problem'

/** A query or mutation with the types of its answer and its variables. */
export interface Document<Data, Variables> {
  toString(): string
  readonly __apiType?: (variables: Variables) => Data
}

/** Throws a Problem, and nothing else. */
export async function request<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const response = await send('./graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document.toString(), variables }),
    signal,
  })
  const answer = (await response.json().catch(() => ({}))) as { data?: Data; errors?: GraphqlError[] }
  if (answer.errors === undefined && answer.data !== undefined) return answer.data
  const problem = problemOf(answer.errors ?? [{ message: `the server answered ${response.status}` }])
  if (problem.code === 'UNAUTHENTICATED') signOut('Your session has ended. Sign in again.')
  throw problem
}

/** With the token of the session. */
export async function send(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  const session = getSession()
  if (session !== null) headers.set('authorization', `Bearer ${session.token}`)
  try {
    return await fetch(url, { ...init, headers })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new Problem('OFFLINE', 'The server cannot be reached. Trying again ...')
  }
}

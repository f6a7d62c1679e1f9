import type { LookupAddress, LookupOptions } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { SECOND_MS } from '../kernel/time.js'
import type { Answer } from './delivery.js'
import type { Resolve } from './resolve-name.js'
import { addressOf } from './target.js'

export interface PostSettings {
  /** Why nothing is sent to an address; null where it may be. */
  readonly refused: (address: string) => string | null
  /** From the look-up of the name to the status of the answer. */
  readonly timeoutMs: number
}

export type Post = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Answer>

const RESPONSE_BYTES_MAX = 4 * 1024
const RESPONSE_DRAIN_MS = SECOND_MS

/** What is said of a failure. Never an address, nor anything of an answer but its status: the URL may be a probe. */
class PostFailure extends Error {}

/**
 * One request on a connection of its own. The name is resolved each time, every address that it has is checked, and the
 * connection goes to one of those that were: a name that is bound anew between two looks gains nothing. No redirect is
 * followed, and of the answer only the status counts.
 */
export const makePost =
  (settings: PostSettings, resolve: Resolve): Post =>
  async (url, headers, body) => {
    const target = new URL(url)
    const cancel = new AbortController()
    const timer = setTimeout(
      () => cancel.abort(new PostFailure(`no answer within ${settings.timeoutMs / SECOND_MS} s`)),
      settings.timeoutMs,
    )
    try {
      const addresses = await unlessAborted(checkedAddresses(target, settings, resolve, cancel.signal), cancel.signal)
      return answerOf(await unlessAborted(request(target, addresses, headers, body, cancel.signal), cancel.signal))
    } catch (error) {
      return { ok: false, statusCode: null, error: reasonOf(error) }
    } finally {
      clearTimeout(timer)
    }
  }

async function checkedAddresses(
  target: URL,
  { refused }: PostSettings,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<LookupAddress[]> {
  const literal = addressOf(target)
  const addresses =
    literal === null
      ? await resolve(target.hostname, signal)
      : [{ address: literal, family: literal.includes(':') ? 6 : 4 }]
  if (addresses.length === 0) throw new PostFailure('the host has no address')
  for (const { address } of addresses) {
    const range = refused(address)
    if (range !== null) throw new PostFailure(`refused: the host leads to a ${range} address`)
  }
  return addresses
}

function request(
  target: URL,
  addresses: readonly LookupAddress[],
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { request: send } = target.protocol === 'https:' ? https : http
    const sent = send(
      target,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
        lookup: (_host, options, done) => tell(addresses, options, done),
      },
      response => {
        resolve(response.statusCode ?? 0)
        drain(response)
      },
    )
    // The answer's status may have been taken already: what breaks behind it is of no interest.
    sent.on('error', reject)
    // Nobody has asked for another protocol: the status says all that there is.
    sent.on('upgrade', (response, socket) => {
      resolve(response.statusCode ?? 0)
      socket.destroy()
    })
    const abort = () => sent.destroy(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    sent.on('close', () => {
      signal.removeEventListener('abort', abort)
      reject(new PostFailure('the connection was closed without an answer'))
    })
    sent.end(body)
  })
}

type Told = (error: null, address: string | LookupAddress[], family?: number) => void

/** What a connection asks for its address: the ones that were checked, and no other. */
function tell(addresses: readonly LookupAddress[], { all }: LookupOptions, done: Told): void {
  if (all) done(null, [...addresses])
  else done(null, addresses[0]!.address, addresses[0]!.family)
}

/** A polite end for a short answer; a long or slow one is cut off. */
function drain(response: http.IncomingMessage): void {
  let bytes = 0
  const timer = setTimeout(() => response.destroy(), RESPONSE_DRAIN_MS)
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > RESPONSE_BYTES_MAX) response.destroy()
  })
  response.on('error', () => undefined)
  response.on('close', () => clearTimeout(timer))
}

function answerOf(statusCode: number): Answer {
  if (statusCode >= 200 && statusCode < 300) return { ok: true, statusCode }
  const redirect = statusCode >= 300 && statusCode < 400
  return {
    ok: false,
    statusCode,
    error: redirect ? `HTTP ${statusCode}: redirects are not followed` : `HTTP ${statusCode}`,
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}

function reasonOf(error: unknown): string {
  if (error instanceof PostFailure) return error.message
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown'
  return `the request failed: ${code}`
}

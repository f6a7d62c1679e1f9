import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../kernel/time.js'
import type { Api } from '../api.js'

export interface FullRate {
  readonly api: Api
  readonly connections: number
  /** Null when there is no more. */
  readonly body: () => Buffer | null
  readonly seconds: number
  readonly signal: AbortSignal
}

export interface Sent {
  readonly events: number
  readonly duplicates: number
  readonly seconds: number
}

/** Each connection sends its next body when the one before has been acknowledged. Counts what was acknowledged in time. */
export async function sendAtFullRate({ api, connections, body, seconds, signal }: FullRate): Promise<Sent> {
  let events = 0
  let duplicates = 0
  const startedAt = performance.now()
  const endAt = startedAt + seconds * SECOND_MS
  let lastAt = startedAt
  const connection = async () => {
    while (performance.now() < endAt && !signal.aborted) {
      const next = body()
      if (next === null) return
      const answer = await api.send(next)
      if (answer.rejectedCount > 0) throw new Error(`the server rejected ${answer.rejectedCount} events of the bench`)
      if (performance.now() > endAt) return
      lastAt = performance.now()
      events += answer.accepted
      duplicates += answer.duplicates
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  signal.throwIfAborted()
  const finishedEarly = performance.now() < endAt
  return { events, duplicates, seconds: finishedEarly ? (lastAt - startedAt) / SECOND_MS : seconds }
}

export interface Paced {
  readonly everyMs: number
  readonly seconds: number
  readonly signal: AbortSignal
  /** Not waited for by the next one: a slow answer must not slow the pace. */
  readonly send: (tick: number) => Promise<void>
  /** Ends it before its seconds are over. */
  readonly until?: () => boolean
}

/** At most this many are under way: a server that can't keep the pace ends the run rather than the memory. */
const UNDER_WAY_MAX = 2_000

export async function sendPaced({ everyMs, seconds, signal, send, until }: Paced): Promise<void> {
  const startedAt = performance.now()
  const ticks = Math.floor((seconds * SECOND_MS) / everyMs)
  const underWay = new Set<Promise<void>>()
  let failure: unknown
  for (let tick = 0; tick < ticks && failure === undefined && !signal.aborted && !until?.(); ) {
    const due = Math.min(ticks, Math.floor((performance.now() - startedAt) / everyMs) + 1)
    for (; tick < due; tick++) {
      const sending = send(tick).catch(error => {
        failure ??= error
      })
      underWay.add(sending)
      void sending.then(() => underWay.delete(sending))
    }
    if (underWay.size > UNDER_WAY_MAX) throw new Error(`${underWay.size} requests are unanswered: the pace is too high`)
    await pause(1)
  }
  await Promise.all(underWay)
  signal.throwIfAborted()
  if (failure !== undefined) throw failure
}

import type { Millis } from '../kernel/time.js'

/**
 * An endpoint's circuit breaker, one for all nodes.
 *
 * CLOSED: everything is sent. A run of failures opens it.
 * OPEN: nothing is sent until `until`; what comes meanwhile waits in the feed.
 * HALF_OPEN: one delivery is sent as a probe. An answer closes the circuit, a failure opens it for longer.
 *
 * A refusal is an answer: the endpoint is there, and that it will not have one delivery says nothing of the others.
 */
export interface Circuit {
  readonly state: CircuitState
  /** In a row. */
  readonly failures: number
  /** How often in a row it has opened. */
  readonly opens: number
  readonly until: Millis | null
}

export const CIRCUIT_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const
export type CircuitState = (typeof CIRCUIT_STATES)[number]

export interface CircuitSettings {
  readonly failuresToOpen: number
  readonly openMs: number
  readonly openMaxMs: number
}

export const CLOSED: Circuit = { state: 'CLOSED', failures: 0, opens: 0, until: null }

/** What may go away by itself: a timeout, too early, too many. */
const PASSING = [408, 425, 429]
/** Statuses of an endpoint that will not have a delivery. */
export const REFUSALS: readonly number[] = Array.from({ length: 100 }, (_, n) => 400 + n).filter(
  status => !PASSING.includes(status),
)

export const isUntroubled = ({ state, failures }: Circuit): boolean => state === 'CLOSED' && failures === 0

/** `random`: from 0 to below 1. */
export function afterFailure(circuit: Circuit, at: Millis, settings: CircuitSettings, random: number): Circuit {
  // What was on its way when it opened tells nothing new.
  if (circuit.state === 'OPEN') return circuit
  const failures = circuit.failures + 1
  if (circuit.state === 'CLOSED' && failures < settings.failuresToOpen) return { ...circuit, failures }
  const opens = circuit.opens + 1
  const pauseMs = Math.min(settings.openMaxMs, settings.openMs * 2 ** (opens - 1))
  return { state: 'OPEN', failures, opens, until: at + Math.round(pauseMs * (0.5 + random / 2)) }
}

/**
 * A failure that is part of the contract: its code and message reach the client.
 * Anything else that is thrown is a defect and is reported as INTERNAL_SERVER_ERROR.
 */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'INGEST_BUSY'
  | 'CURSOR_EXPIRED'
  | 'SLOW_CONSUMER'
  | 'TOO_OLD'
  | 'TIMEOUT'
  | 'UNAVAILABLE'

export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = 'AppError'
  }
}

/** Received values are shown in messages, cut short: they may be hostile and long. */
export function shown(value: unknown): string {
  const text =
    typeof value === 'string'
      ? JSON.stringify(value)
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
  const safe = (text ?? 'undefined').toWellFormed()
  return safe.length > 80 ? `${safe.slice(0, 80)}... (${safe.length} characters)` : safe
}

export const badInput = (field: string, problem: string, received?: unknown): AppError =>
  new AppError(
    'BAD_USER_INPUT',
    received === undefined ? `${field} ${problem}` : `${field} ${problem}, got ${shown(received)}`,
    {
      field,
    },
  )

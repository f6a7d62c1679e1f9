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
  | 'EXPORTS_BUSY'
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

const SHOWN_CHARACTERS_MAX = 80

/** Received values are shown in messages, cut short: they may be hostile and long. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'object' ? jsonText(value) : String(value)
  if (text.length <= SHOWN_CHARACTERS_MAX) return text.toWellFormed()
  return `${text.slice(0, SHOWN_CHARACTERS_MAX).toWellFormed()}... (${text.length} characters)`
}

/** JSON.stringify recurses, so what JSON.parse has read may be too deep for it. */
export function jsonText(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  try {
    return JSON.stringify(value, replacer) ?? String(value)
  } catch {
    return '(JSON that is nested too deeply to be shown)'
  }
}

export const badInput = (field: string, problem: string, received?: unknown): AppError =>
  new AppError(
    'BAD_USER_INPUT',
    received === undefined ? `${field} ${problem}` : `${field} ${problem}, got ${shown(received)}`,
    {
      field,
    },
  )

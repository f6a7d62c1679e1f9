/** What a failed statement means for the batch that sent it. */

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])
const CONNECTION_MESSAGE =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable/i

/** The database is away, starting or stopping; whether a commit happened is unknown. */
export function isConnectionFailure(error: unknown): boolean {
  const code = codeOf(error)
  return (
    CONNECTION_CODES.has(code) ||
    code.startsWith('08') ||
    code.startsWith('57P') ||
    code === '53300' ||
    (code === '' && error instanceof Error && CONNECTION_MESSAGE.test(error.message))
  )
}

/** The same batch with the same ids may succeed when it is sent again. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error)
  return (
    code.startsWith('40') ||
    code === '55P03' ||
    code === '53100' ||
    code === '53200' ||
    code === '57014' ||
    code === '25P03' ||
    isConnectionFailure(error)
  )
}

/** Something in the batch does not fit the database's types or limits. */
export function isDataError(error: unknown): boolean {
  const code = codeOf(error)
  return code.startsWith('22') || code.startsWith('23') || code === '54000'
}

export const isDuplicateKey = (error: unknown): boolean => codeOf(error) === '23505'

/** A duplicate in the key of this very table. */
export const isDuplicateOf = (error: unknown, table: string): boolean =>
  isDuplicateKey(error) && (error as { readonly table?: unknown }).table === table

/** A row found no partition: another node has dropped or not yet made it. */
export const isMissingPartition = (error: unknown): boolean =>
  codeOf(error) === '23514' && error instanceof Error && error.message.includes('no partition')

/** It tells nothing of its own: a statement before it has failed. */
export const isOfFailedTransaction = (error: unknown): boolean => codeOf(error) === '25P02'

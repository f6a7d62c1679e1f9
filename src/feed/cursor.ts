import { AppError, badInput } from '../kernel/errors.js'

const CURSOR = /^([0-9a-f]{12})-(\d{1,15})$/

/** A place in the feed of one database: everything up to and with this id has been seen. */
export const formatCursor = (epoch: string, id: number): string => `${epoch}-${id}`

/** The id of a cursor of this database. Throws BAD_USER_INPUT or CURSOR_EXPIRED. */
export function parseCursor(field: string, cursor: string, epoch: string): number {
  const part = CURSOR.exec(cursor)
  if (part === null) throw badInput(field, 'must be a cursor that this API has given', cursor)
  if (part[1] !== epoch) {
    throw new AppError('CURSOR_EXPIRED', `${field} is a cursor of another database: query the lists and start anew`)
  }
  return Number(part[2])
}

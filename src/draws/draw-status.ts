import { AppError, badInput } from '../kernel/errors.js'
import { formatInstant, type Millis } from '../kernel/time.js'
import { checkText, type Draw, type DrawStatus } from './draw.js'

/**
 * A draw is SCHEDULED until opensAt, then OPEN. At drawsAt, or by hand, it becomes CLOSING: it waits for streams, then
 * its entries are frozen, then, where it has a label, it waits for its entropy. Then it is DRAWN, and stays so. Until
 * its outcome can be computed it may become CANCELLED, and stays so.
 */
type State = Pick<Draw, 'id' | 'status' | 'opensAt' | 'drawsAt' | 'createdAt'>
/** How far a closing draw has come. */
type Closing = State & Pick<Draw, 'entropyLabel' | 'entropy' | 'entriesHash'>

/** As the clock makes of what was stored last. */
export function statusAt(draw: State, now: Millis): DrawStatus {
  if (draw.status !== 'SCHEDULED' && draw.status !== 'OPEN') return draw.status
  if (closesByClock(draw) && now >= draw.drawsAt) return 'CLOSING'
  return now < draw.opensAt ? 'SCHEDULED' : 'OPEN'
}

/** A draw that was made after its own drawsAt is a replay of history: it waits to be executed by hand. */
export const closesByClock = ({ createdAt, drawsAt }: Pick<Draw, 'createdAt' | 'drawsAt'>): boolean =>
  createdAt < drawsAt

/** Nothing that could change the outcome is missing any more. */
export const isReadyToDraw = ({ status, entriesHash, entropyLabel, entropy }: Closing): boolean =>
  status === 'CLOSING' && entriesHash !== null && (entropyLabel === null || entropy !== null)

const refuse = (draw: State, status: DrawStatus, problem: string): AppError =>
  new AppError('CONFLICT', `draw ${draw.id} is ${status}: ${problem}`, { status })

/** Throws CONFLICT. */
export function checkUpdatable(draw: State, now: Millis): void {
  const status = statusAt(draw, now)
  if (status !== 'SCHEDULED') throw refuse(draw, status, 'it can be changed before opensAt only')
}

/** Throws CONFLICT. Who can compute the outcome could otherwise cancel a draw because of it. */
export function checkCancellable(draw: Closing, now: Millis): void {
  const status = statusAt(draw, now)
  if (status === 'DRAWN' || status === 'CANCELLED') throw refuse(draw, status, 'it cannot be cancelled any more')
  if (isReadyToDraw(draw)) throw refuse(draw, status, 'it is being drawn and cannot be cancelled any more')
}

/** Throws CONFLICT. Opt-ins and grants are taken until the draw closes. */
export function checkTakesTickets(draw: State, now: Millis): void {
  const status = statusAt(draw, now)
  if (status !== 'SCHEDULED' && status !== 'OPEN') throw refuse(draw, status, 'it takes no more tickets')
}

/** False when it has been executed already: then nothing is to be done. Throws CONFLICT. */
export function checkExecutable(draw: State, force: boolean, now: Millis): boolean {
  const status = statusAt(draw, now)
  if (status === 'DRAWN') return false
  if (status === 'CANCELLED') throw refuse(draw, status, 'it cannot be executed')
  if (!force && now < draw.drawsAt) {
    throw refuse(
      draw,
      status,
      `it can be executed from drawsAt ${formatInstant(draw.drawsAt)} on, before that by force`,
    )
  }
  return true
}

const ENTROPY_MAX = 500

/** False when this very value has been provided already. Throws BAD_USER_INPUT or CONFLICT. */
export function checkEntropy(draw: Closing, value: string, now: Millis): boolean {
  const status = statusAt(draw, now)
  checkText('value', value, ENTROPY_MAX)
  // Who verifies the draw types it from what was published: nothing in it may be invisible.
  if (/\p{Cc}|^\s|\s$/u.test(value)) {
    throw badInput('value', 'may hold no control characters, and no white space at its ends', value)
  }
  if (draw.entropyLabel === null) throw refuse(draw, status, 'it has no entropyLabel, so it takes no entropy')
  if (draw.entropy !== null) {
    if (draw.entropy === value) return false
    throw refuse(draw, status, 'its entropy has been provided, and cannot be changed')
  }
  if (draw.status !== 'CLOSING' || draw.entriesHash === null) {
    throw refuse(draw, status, 'its entropy is taken once its entries are frozen')
  }
  return true
}

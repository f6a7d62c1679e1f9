import { Candidates } from './candidates.js'
import type { DrawEntries } from './draw-entries.js'
import type { Ticket, TicketValues } from './ticket-value.js'

/** Of the values' range, by their first two bytes. */
const BINS = 65_536
const binOf = ({ bytes }: Ticket): number => bytes.charCodeAt(0) * 256 + bytes.charCodeAt(1)

/**
 * The highest tickets of each entry, so many of each, in one piece; where they are more than may be held at once, in
 * several from the highest values down, and all values are computed anew for each. Null is a pause: it comes after so
 * many tickets, for others to have a moment.
 */
export function* drawnTickets(
  values: TicketValues,
  entries: DrawEntries,
  ofEach: number,
  ticketsAStep: number,
  heldMax: number,
): Generator<Candidates | null> {
  const best = () => bestOfEach(values, entries, ofEach, ticketsAStep)
  const total = countDrawn(entries, ofEach)
  const cuts = total <= heldMax ? [BINS, 0] : yield* cutBins(best(), heldMax)
  const candidates = new Candidates(Math.min(total, heldMax))
  for (let piece = 1; piece < cuts.length; piece++) {
    const [to, from] = [cuts[piece - 1]!, cuts[piece]!]
    candidates.clear()
    for (const drawn of best()) {
      if (drawn === null) yield null
      else if (cuts.length === 2 || isWithin(binOf(drawn.ticket), from, to)) candidates.add(drawn.entry, drawn.ticket)
    }
    yield candidates
  }
}

const isWithin = (bin: number, from: number, to: number): boolean => bin >= from && bin < to

interface Drawn {
  readonly entry: number
  readonly ticket: Ticket
}

function* bestOfEach(
  values: TicketValues,
  entries: DrawEntries,
  ofEach: number,
  ticketsAStep: number,
): Generator<Drawn | null> {
  let step = 0
  for (let entry = 0; entry < entries.size; entry++) {
    const [entryId, tickets] = [entries.idAt(entry), entries.ticketsAt(entry)]
    let best: Ticket[] = []
    for (let from = 1; from <= tickets; ) {
      const to = Math.min(tickets, from + ticketsAStep - step - 1)
      best = merged(best, values.best(entryId, to, ofEach, from), ofEach)
      step += to - from + 1
      from = to + 1
      if (step < ticketsAStep) continue
      step = 0
      yield null
    }
    for (const ticket of best) yield { entry, ticket }
  }
}

/** The highest of an entry's tickets; of the same value, those before come first. */
function merged(before: Ticket[], next: Ticket[], count: number): Ticket[] {
  if (before.length === 0) return next
  return [...before, ...next].sort((a, b) => (a.bytes > b.bytes ? -1 : a.bytes < b.bytes ? 1 : 0)).slice(0, count)
}

function countDrawn(entries: DrawEntries, ofEach: number): number {
  let total = 0
  for (let entry = 0; entry < entries.size; entry++) total += Math.min(entries.ticketsAt(entry), ofEach)
  return total
}

/** Where to cut, from the top bin down. An entry's best of many tickets is high: the upper bins hold more. */
function* cutBins(best: Generator<Drawn | null>, heldMax: number): Generator<null, number[]> {
  const counts = new Uint32Array(BINS)
  for (const drawn of best) {
    if (drawn === null) yield null
    else counts[binOf(drawn.ticket)]!++
  }
  const cuts = [BINS]
  let held = 0
  for (let bin = BINS - 1; bin >= 0; bin--) {
    held += counts[bin]!
    if (held <= heldMax) continue
    cuts.push(bin + 1)
    held = counts[bin]!
  }
  return [...cuts, 0]
}

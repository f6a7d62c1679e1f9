import { rankedPlaces } from './ranked-places.js'
import type { Ticket } from './ticket-value.js'

const VALUE_BYTES = 16
/** Held at once, at most: 36 bytes each, and 8 while they are ranked. */
export const CANDIDATES_MAX = 2 ** 23

/** Tickets that are drawn, 32 bytes each, added by entry and, within it, as `TicketValues.best` has them. */
export class Candidates {
  size = 0
  private readonly values: Buffer
  private readonly entries: Uint32Array
  private readonly numbers: Uint32Array

  constructor(private readonly capacity: number) {
    if (capacity > CANDIDATES_MAX) throw new RangeError(`${capacity} tickets are too many to be held at once`)
    this.values = Buffer.alloc(capacity * VALUE_BYTES)
    this.entries = new Uint32Array(capacity)
    this.numbers = new Uint32Array(capacity)
  }

  add(entry: number, { number, bytes }: Ticket): void {
    if (this.size === this.capacity) throw new RangeError(`more than ${this.capacity} tickets`)
    this.values.write(bytes, this.size * VALUE_BYTES, 'latin1')
    this.entries[this.size] = entry
    this.numbers[this.size++] = number
  }

  /** Places from the highest value down, in runs; the same value in the order in which they were added. Null is a pause. */
  ranked(): Generator<Float64Array | null> {
    return rankedPlaces({
      size: this.size,
      // Inverted, so that the highest value comes first.
      leading: place => ~this.values.readUInt32BE(place * VALUE_BYTES) >>> 0,
      isBefore: (place, other) => this.isAbove(place, other),
    })
  }

  clear(): void {
    this.size = 0
  }

  entryAt(place: number): number {
    return this.entries[place]!
  }

  ticketAt(place: number): Ticket {
    const bytes = this.values.toString('latin1', place * VALUE_BYTES, (place + 1) * VALUE_BYTES)
    return { number: this.numbers[place]!, bytes }
  }

  private isAbove(place: number, other: number): boolean {
    const [a, b] = [place * VALUE_BYTES, other * VALUE_BYTES]
    const [first, second] = [this.values.readUInt32BE(a), this.values.readUInt32BE(b)]
    if (first !== second) return first > second
    return this.values.compare(this.values, b, b + VALUE_BYTES, a, a + VALUE_BYTES) > 0
  }
}

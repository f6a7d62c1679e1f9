import type { Ticket } from './ticket-value.js'

const VALUE_BYTES = 16
/** A key of the order holds the place in its low 23 bits and the value's first 30 above: 53 are exact in a double. */
const PLACE_BITS = 2 ** 23
export const CANDIDATES_MAX = PLACE_BITS

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

  /** Places from the highest value down; the same value in the order in which they were added. */
  ranked(): Float64Array {
    const keys = new Float64Array(this.size)
    // Inverted, so that the highest value comes first when keys ascend.
    for (let place = 0; place < this.size; place++) {
      keys[place] = (~this.values.readUInt32BE(place * VALUE_BYTES) >>> 2) * PLACE_BITS + place
    }
    keys.sort()
    for (let at = 0; at < keys.length; at++) keys[at] = keys[at]! % PLACE_BITS
    this.settleNearTies(keys)
    return keys
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

  /** Only values with the same first 30 bits can be out of order yet, and they are next to each other. */
  private settleNearTies(places: Float64Array): void {
    for (let at = 1; at < places.length; at++) {
      const place = places[at]!
      let to = at
      while (to > 0 && this.isAbove(place, places[to - 1]!)) {
        places[to] = places[to - 1]!
        to--
      }
      places[to] = place
    }
  }

  private isAbove(place: number, other: number): boolean {
    const [a, b] = [place * VALUE_BYTES, other * VALUE_BYTES]
    const [first, second] = [this.values.readUInt32BE(a), this.values.readUInt32BE(b)]
    if (first !== second) return first > second
    return this.values.compare(this.values, b, b + VALUE_BYTES, a, a + VALUE_BYTES) > 0
  }
}

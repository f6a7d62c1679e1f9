/** A key has a place in its low 26 bits and the 27 bits that are compared first above: 53 are exact in a double. */
const PLACE_FACTOR = 2 ** 26
export const PLACES_MAX = PLACE_FACTOR
const BINS = 65_536
/** A bin is what the highest 16 of the 27 bits are. */
const KEYS_A_BIN = 2 ** 37
const PLACES_A_RUN = 16_384

export interface Ranking {
  readonly size: number
  /** The first 32 bits of what the place is ranked by. */
  leading(place: number): number
  /** Strictly; asked where the leading bits are nearly the same. Places that are alike keep their order. */
  isBefore(place: number, other: number): boolean
}

/** Places in ascending order, in runs; null is a pause. One sort of millions would hold everybody else up. */
export function* rankedPlaces(ranking: Ranking): Generator<Float64Array | null> {
  const keys = yield* binned(ranking)
  for (let from = 0, to = 0; from < keys.length; from = to) {
    to = endOfRun(keys, from)
    const run = keys.subarray(from, to).sort()
    for (let at = 0; at < run.length; at++) run[at] = run[at]! % PLACE_FACTOR
    settleNearTies(run, ranking)
    yield run
    if (to < keys.length) yield null
  }
}

const keyOf = ({ leading }: Ranking, place: number): number => (leading(place) >>> 5) * PLACE_FACTOR + place
const binOf = (key: number): number => Math.floor(key / KEYS_A_BIN)

/** Keys by their bins. */
function* binned(ranking: Ranking): Generator<null, Float64Array> {
  const { size } = ranking
  if (size <= PLACES_A_RUN) return Float64Array.from({ length: size }, (_, place) => keyOf(ranking, place))
  const starts = new Uint32Array(BINS + 1)
  for (let place = 0; place < size; place++) {
    starts[binOf(keyOf(ranking, place)) + 1]!++
    if (place % PLACES_A_RUN === PLACES_A_RUN - 1) yield null
  }
  for (let bin = 1; bin <= BINS; bin++) starts[bin]! += starts[bin - 1]!
  const keys = new Float64Array(size)
  for (let place = 0; place < size; place++) {
    const key = keyOf(ranking, place)
    keys[starts[binOf(key)]!++] = key
    if (place % PLACES_A_RUN === PLACES_A_RUN - 1) yield null
  }
  return keys
}

/** Whole bins: what is in different ones need not be compared. */
function endOfRun(keys: Float64Array, from: number): number {
  let to = Math.min(keys.length, from + PLACES_A_RUN)
  while (to < keys.length && binOf(keys[to]!) === binOf(keys[to - 1]!)) to++
  return to
}

/** Only places with the same leading 27 bits can be out of order yet, and they are next to each other. */
function settleNearTies(places: Float64Array, { isBefore }: Ranking): void {
  for (let at = 1; at < places.length; at++) {
    const place = places[at]!
    let to = at
    while (to > 0 && isBefore(place, places[to - 1]!)) {
      places[to] = places[to - 1]!
      to--
    }
    places[to] = place
  }
}

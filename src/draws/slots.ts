/** Which draws a player's stakes belong to, in order. Players of the same draws share one, so that it is compared and written out once. */
export interface Slots {
  readonly countings: readonly number[]
  /** As an array in SQL. */
  readonly text: string
}

const SHARED_MAX = 10_000
const shared = new Map<string, Slots>()

export function slotsOf(countings: readonly number[]): Slots {
  const text = `{${countings.join(',')}}`
  let slots = shared.get(text)
  if (slots === undefined) {
    if (shared.size >= SHARED_MAX) shared.clear()
    slots = { countings, text }
    shared.set(text, slots)
  }
  return slots
}

export const NO_SLOTS = slotsOf([])

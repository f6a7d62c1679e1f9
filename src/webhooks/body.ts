import type { Parcel } from './delivery.js'

/** What does not fit goes into further deliveries; one item alone may be larger. */
export const BODY_BYTES_MAX = 512 * 1024
/** More than id, topic and brackets take. */
const ENVELOPE_BYTES = 256

/** An item as it stands in a body. Without a feed id it is a test. */
export interface WrittenItem {
  readonly feedId: number | null
  readonly json: string
}

export const writeItem = (
  feedId: number | null,
  key: string,
  feedCursor: string | null,
  payload: object,
): WrittenItem => ({ feedId, json: JSON.stringify({ key, feedCursor, payload }) })

export const writeBody = ({ id, topic }: Parcel, items: readonly WrittenItem[]): string =>
  `{"id":${JSON.stringify(id)},"topic":"${topic}","items":[${items.map(({ json }) => json).join()}]}`

/** Runs of a delivery's feed ids whose items make bodies of at most BODY_BYTES_MAX; what is not sent takes no room. */
export function runsThatFit(feedIds: readonly number[], items: readonly WrittenItem[]): number[][] {
  const bytesOf = new Map(items.map(({ feedId, json }) => [feedId, Buffer.byteLength(json) + 1]))
  const runs: number[][] = []
  let leftBytes = 0
  for (const feedId of feedIds) {
    const bytes = bytesOf.get(feedId) ?? 0
    const run = runs.at(-1)
    if (run !== undefined && (bytes === 0 || bytes <= leftBytes)) run.push(feedId)
    else {
      runs.push([feedId])
      leftBytes = BODY_BYTES_MAX - ENVELOPE_BYTES
    }
    leftBytes -= bytes
  }
  return runs
}

/** Two runs with as many of these items each; there are several. */
export function halves(feedIds: readonly number[], items: readonly WrittenItem[]): number[][] {
  const middle = feedIds.indexOf(items[Math.ceil(items.length / 2)]!.feedId!)
  return [feedIds.slice(0, middle), feedIds.slice(middle)]
}

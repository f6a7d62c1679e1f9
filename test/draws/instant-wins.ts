import { createHmac } from 'node:crypto'

export interface PrizeLine {
  readonly name: string
  readonly quantity: number
}

/** The names of the prizes in the order in which they are handed out, from what the API's description says alone. */
export function orderOf(seed: string, id: string, prizes: readonly PrizeLine[]): string[] {
  return prizes
    .flatMap(({ name, quantity }) => Array.from({ length: quantity }, () => name))
    .map((name, at) => {
      const hmac = createHmac('sha256', Buffer.from(seed, 'hex')).update(`${id}\n${at + 1}`)
      return { name, key: hmac.digest('hex') }
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ name }) => name)
}

import type { PrizeInput, PrizeKind } from '../api/schema.generated'
import type { DrawPrizeFragment } from './draws.generated'

/** A prize as it is typed. */
export interface PrizeDraft {
  /** Stays with it when it is moved. */
  readonly key: string
  readonly name: string
  readonly kind: PrizeKind
  readonly value: string
  readonly quantity: string
}

let lastKey = 0
const newKey = (): string => `prize-${++lastKey}`

export const newPrize = (): PrizeDraft => ({ key: newKey(), name: '', kind: 'CASH', value: '', quantity: '1' })

export const draftOfPrize = ({ name, kind, value, quantity }: DrawPrizeFragment): PrizeDraft => ({
  key: newKey(),
  name,
  kind,
  value,
  quantity: String(quantity),
})

export const inputOfPrize = ({ name, kind, value, quantity }: PrizeDraft): PrizeInput => ({
  name: name.trim(),
  kind,
  value: value === '' ? '0' : value,
  quantity: Number(quantity),
})

/** With one of the list in the place of its neighbour. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const others = items.toSpliced(from, 1)
  return others.toSpliced(to, 0, items[from]!)
}

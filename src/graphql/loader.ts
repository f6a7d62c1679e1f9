import DataLoader from 'dataloader'
import type { GraphContext } from './context.js'

/** The request's loader of this kind: what one response asks for one by one is read together. */
export function loaderOf<K, V>(
  context: GraphContext,
  kind: symbol,
  read: (keys: readonly K[]) => Promise<readonly V[]>,
): DataLoader<K, V> {
  let loader = context.loaders.get(kind) as DataLoader<K, V> | undefined
  if (loader === undefined) {
    loader = new DataLoader<K, V>(read, { cache: false, maxBatchSize: 500 })
    context.loaders.set(kind, loader)
  }
  return loader
}

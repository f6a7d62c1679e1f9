import { useEffect, useState } from 'preact/hooks'
import { asProblem, type Problem } from '../api/problem'
import { request } from '../api/request'
import { useQuery } from '../api/use-query'
import {
  OpenDrawsDocument,
  type OpenDrawsQuery,
  PlayerWalletDocument,
  type PlayerWalletQuery,
} from './players.generated'

const EVERY_MS = 10_000
const DRAWS_MAX = 20

export type DrawWallet = OpenDrawsQuery['draws'][number] & PlayerWalletQuery['ticketWallet']

export interface Wallets {
  readonly wallets: readonly DrawWallet[] | null
  readonly problem: Problem | null
  readonly reload: () => void
}

/** What the player has in each draw that is open, the newest draws first. */
export function useWallets(playerId: string): Wallets {
  const draws = useQuery(OpenDrawsDocument, {}, { everyMs: EVERY_MS })
  const [wallets, setWallets] = useState<readonly DrawWallet[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    if (draws.data === null) return
    const abort = new AbortController()
    const read = draws.data.draws.slice(0, DRAWS_MAX).map(async draw => {
      const { ticketWallet } = await request(PlayerWalletDocument, { drawId: draw.id, playerId }, abort.signal)
      return { ...draw, ...ticketWallet }
    })
    Promise.all(read).then(
      all => {
        setWallets(all)
        setProblem(null)
      },
      error => abort.signal.aborted || setProblem(asProblem(error)),
    )
    return () => abort.abort()
  }, [draws.data, playerId])
  return { wallets, problem: draws.problem ?? problem, reload: draws.reload }
}

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../api/problem'
import { watch } from '../api/socket'
import { MyWalletDocument, type MyWalletFactsFragment, type MyWalletSubscription } from './ticket.generated'

export interface WalletState {
  readonly wallet: MyWalletFactsFragment | null
  readonly problem: Problem | null
  readonly retry: () => void
}

/** The wallet as it changes. `onDrawChanged`: it tells of something else than its counts, so the draw is another one. */
export function useWallet(drawId: string, playerId: string, onDrawChanged: () => void): WalletState {
  const [wallet, setWallet] = useState<MyWalletFactsFragment | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [turn, setTurn] = useState(0)
  const last = useRef<MyWalletFactsFragment | null>(null)
  const changed = useRef(onDrawChanged)
  changed.current = onDrawChanged
  useEffect(() => {
    const onData = ({ walletChanged: next }: MyWalletSubscription) => {
      const before = last.current
      last.current = next
      setWallet(next)
      setProblem(null)
      const sameCounts = before?.tickets === next.tickets && before.stakeTotal === next.stakeTotal
      if (sameCounts || (before !== null && next.bestTickets.length > 0)) changed.current()
    }
    return watch(MyWalletDocument, { drawId, playerId }, { onData, onEnd: setProblem })
  }, [drawId, playerId, turn])
  return { wallet, problem, retry: () => setTurn(n => n + 1) }
}

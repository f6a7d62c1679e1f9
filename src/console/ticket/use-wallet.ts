import { useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../api/problem'
import { watch } from '../api/socket'
import { MyWalletDocument, type MyWalletFactsFragment } from './ticket.generated'

export interface WalletState {
  readonly wallet: MyWalletFactsFragment | null
  readonly problem: Problem | null
  readonly retry: () => void
}

/** The wallet as it changes. `onDrawChanged`: it was told anew, and neither its tickets nor its stakes are others. */
export function useWallet(drawId: string, playerId: string, onDrawChanged: () => void): WalletState {
  const [wallet, setWallet] = useState<MyWalletFactsFragment | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [turn, setTurn] = useState(0)
  const last = useRef<MyWalletFactsFragment | null>(null)
  const changed = useRef(onDrawChanged)
  changed.current = onDrawChanged
  useEffect(() => {
    let ended = false
    let stop = () => {}
    const start = () => {
      stop = watch(
        MyWalletDocument,
        { drawId, playerId },
        {
          onData: ({ walletChanged: next }) => {
            const before = last.current
            last.current = next
            setWallet(next)
            setProblem(null)
            if (before?.tickets === next.tickets && before.stakeTotal === next.stakeTotal) changed.current()
          },
          onEnd: reason => {
            if (ended) return
            if (reason === null) start()
            else setProblem(reason)
          },
        },
      )
    }
    start()
    return () => {
      ended = true
      stop()
    }
  }, [drawId, playerId, turn])
  return { wallet, problem, retry: () => setTurn(n => n + 1) }
}

import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Failed, Loading } from './states'

interface DeferredProps<Props> {
  readonly load: () => Promise<{ default: ComponentType<Props> }>
}

/** A component whose code is fetched when it is first shown. */
export function Deferred<Props extends object>({ load, ...props }: DeferredProps<Props> & Props) {
  const [Loaded, setLoaded] = useState<ComponentType<Props> | null>(null)
  const [failed, setFailed] = useState(false)
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let gone = false
    load().then(
      module => gone || setLoaded(() => module.default),
      () => gone || setFailed(true),
    )
    return () => {
      gone = true
    }
  }, [load, turn])
  const again = () => {
    setFailed(false)
    setTurn(n => n + 1)
  }
  if (Loaded !== null) return <Loaded {...(props as unknown as Props)} />
  return failed ? <Failed what="This part of the console could not be loaded." retry={again} /> : <Loading />
}

import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Loading } from './states'

interface DeferredProps<Props> {
  readonly load: () => Promise<{ default: ComponentType<Props> }>
}

/** A component whose code is fetched when it is first shown. */
export function Deferred<Props extends object>({ load, ...props }: DeferredProps<Props> & Props) {
  const [Loaded, setLoaded] = useState<ComponentType<Props> | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let gone = false
    load().then(
      module => gone || setLoaded(() => module.default),
      () => gone || setFailed(true),
    )
    return () => {
      gone = true
    }
  }, [load])
  if (Loaded !== null) return <Loaded {...(props as unknown as Props)} />
  return failed ? <Outdated /> : <Loading />
}

/** A newer server no longer has the files of an older console. */
function Outdated() {
  return (
    <div class="state" role="alert">
      <p class="problem">This part of the console could not be loaded: there may be a newer one.</p>
      <button type="button" onClick={() => location.reload()}>
        Load the console anew
      </button>
    </div>
  )
}

import { useEffect } from 'preact/hooks'

/** When what had the focus is taken out of the page (a row that was deleted), `main` has it: never nothing at all. */
export function useKeptFocus(main: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    let last: Element | null = null
    const remember = (event: FocusEvent) => {
      last = event.target as Element
    }
    const look = () => {
      if (last === null || last.isConnected || document.activeElement !== document.body) return
      last = null
      main.current?.focus({ preventScroll: true })
    }
    const observer = new MutationObserver(look)
    document.addEventListener('focusin', remember)
    observer.observe(main.current!, { childList: true, subtree: true })
    return () => {
      document.removeEventListener('focusin', remember)
      observer.disconnect()
    }
  }, [])
}

import { useSyncExternalStore } from '../session/external-store'

export type Theme = 'light' | 'dark'

const KEY = 'tidemark-theme'
const dark = window.matchMedia('(prefers-color-scheme: dark)')

/** Where the browser stores nothing, a choice lasts as long as the page. */
let chosenHere: string | null = null

const chosen = (): Theme | null => {
  const stored = chosenHere ?? storage()?.getItem(KEY)
  return stored === 'light' || stored === 'dark' ? stored : null
}

function storage(): Storage | null {
  try {
    return localStorage
  } catch {
    return null
  }
}
const current = (): Theme => chosen() ?? (dark.matches ? 'dark' : 'light')

/** Before anything is painted. Without a choice the system's is followed, also when it changes. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = current()
  window.dispatchEvent(new Event('themechange'))
}

dark.addEventListener('change', applyTheme)

function onThemeChange(listener: () => void): () => void {
  window.addEventListener('themechange', listener)
  return () => window.removeEventListener('themechange', listener)
}

export function useTheme(): [theme: Theme, toggle: () => void] {
  const theme = useSyncExternalStore(onThemeChange, current)
  const toggle = () => {
    const next = theme === 'dark' ? 'light' : 'dark'
    chosenHere = next
    storage()?.setItem(KEY, next)
    applyTheme()
  }
  return [theme, toggle]
}

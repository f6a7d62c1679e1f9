import { useState } from 'preact/hooks'

export type Theme = 'light' | 'dark'

const KEY = 'tidemark-theme'
const dark = window.matchMedia('(prefers-color-scheme: dark)')

const chosen = (): Theme | null => {
  const stored = localStorage.getItem(KEY)
  return stored === 'light' || stored === 'dark' ? stored : null
}
const current = (): Theme => chosen() ?? (dark.matches ? 'dark' : 'light')

/** Before anything is painted. Without a choice the system's is followed, also when it changes. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = current()
  window.dispatchEvent(new Event('themechange'))
}

dark.addEventListener('change', applyTheme)

export function useTheme(): [theme: Theme, toggle: () => void] {
  const [theme, setTheme] = useState(current)
  const toggle = () => {
    const next = theme === 'dark' ? 'light' : 'dark'
    localStorage.setItem(KEY, next)
    applyTheme()
    setTheme(next)
  }
  return [theme, toggle]
}
